/// The modules of a package, as Package.swift lists them: from the cellar up.
struct Manifest {
    struct Module {
        let name: String
        let dependencies: Set<String>
    }

    /// Those whose sources lie in `Sources`.
    let modules: [Module]

    /// The one module that may import what the house does not have: the C library.
    static let groundFloor = "System"

    init(_ text: String) {
        let tokens = Tokens(of: text).all
        var modules: [Module] = []
        for index in tokens.indices.dropFirst() where tokens[index - 1] == .symbol(".") {
            guard tokens[index] == .word("target") || tokens[index] == .word("executableTarget") else { continue }
            let arguments = Self.arguments(in: tokens[index...])
            guard let name = arguments["name"]?.first, arguments["path"] == nil else { continue }
            modules.append(Module(name: name, dependencies: Set(arguments["dependencies"] ?? [])))
        }
        self.modules = modules
    }

    /// The strings in the arguments of a call, by their labels.
    private static func arguments(in tokens: ArraySlice<Token>) -> [String: [String]] {
        var arguments: [String: [String]] = [:]
        var label = ""
        var depth = 0
        for (index, token) in zip(tokens.indices, tokens) {
            switch token {
            case .symbol("("), .symbol("["): depth += 1
            case .symbol(")"), .symbol("]"):
                depth -= 1
                if depth == 0 { return arguments }
            case .word(let word) where depth == 1 && tokens[index + 1] == .symbol(":"): label = word
            case .string(let text): arguments[label, default: []].append(text)
            default: break
            }
        }
        return arguments
    }

    /// What is wrong with the order itself: a module that depends on one that is not below it.
    var faults: [String] {
        modules.enumerated().flatMap { place, module in
            module.dependencies.subtracting(modules[..<place].map(\.name)).sorted().map { dependency in
                "Package.swift has \(module.name) depend on \(dependency), which it does not list before it"
            }
        }
    }

    /// What a file imports that its module must not use.
    func importFaults(of file: SourceFile) -> [String] {
        guard let place = modules.firstIndex(where: { $0.name == file.module }) else {
            return ["\(file.path): Package.swift lists no module \(file.module)"]
        }
        return file.imports.sorted().compactMap { name in
            fault(ofImporting: name, at: place).map { "\(file.path) imports \(name), \($0)" }
        }
    }

    /// Why the module at some place must not import another; nil when it may.
    private func fault(ofImporting name: String, at place: Int) -> String? {
        let module = modules[place]
        guard let other = modules.firstIndex(where: { $0.name == name }) else {
            return module.name == Self.groundFloor ? nil : "which is no module of the house"
        }
        if other >= place { return "which is not below \(module.name)" }
        return module.dependencies.contains(name) ? nil : "on which \(module.name) does not depend in Package.swift"
    }
}
