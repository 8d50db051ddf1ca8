/// A file of Swift: what it declares, and what it names.
struct SourceFile {
    /// From the directory of the sources on: `Engine/Runs/Supervisor.swift`.
    let path: String
    private(set) var imports: Set<String> = []
    private(set) var types: [Declaration] = []
    /// The functions and properties of types, and those of the file.
    private(set) var members: [Declaration] = []
    /// The names of all types that are declared here, hidden and local ones included.
    private(set) var declaredTypes: Set<String> = []
    private(set) var extendedTypes: Set<String> = []
    /// What types are said to be: the protocols, and the class, behind the colon after their names.
    private(set) var parents: [String: Set<String>] = [:]
    /// The names of what is declared here, parameters and local variables included, and of labels.
    private(set) var ownNames: Set<String> = []
    private(set) var mentions: Set<Mention> = []

    /// A name where it stands for something that is declared elsewhere or here.
    enum Mention: Hashable {
        /// `Task`
        case type(String)
        /// `Status` in `Run.Status`
        case nestedType(String)
        /// `settle` in `settle(…)` and in `self.settle(…)`
        case call(String)
        /// `settle` in `engine.settle(…)`, `isTerminal` in `status.isTerminal` and `\.isTerminal`
        case member(String, of: String?, isCall: Bool)
    }

    init(path: String, text: String) {
        self.path = path
        let tokens = Tokens(of: text)
        var reader = DeclarationReader(tokens)
        reader.read()
        (types, members, parents) = (reader.types, reader.members, reader.parents)
        (declaredTypes, extendedTypes, ownNames) = (reader.declaredTypes, reader.extendedTypes, reader.ownNames)
        for index in tokens.all.indices { readName(at: index, in: tokens) }
    }

    private mutating func readName(at index: Int, in tokens: Tokens) {
        guard case .word(let name) = tokens.all[index] else { return }
        switch index > 0 ? tokens.all[index - 1] : nil {
        case .word("import"):
            imports.insert(name)
            return
        case .word("func"), .word("case"): return
        case .word("where") where tokens.isConstraint(at: index): return
        default: break
        }
        let isCall = tokens.isCall(at: index)
        switch tokens.access(at: index) {
        case .none where name.isCapitalized: mentions.insert(.type(name))
        case .none where isCall: mentions.insert(.call(name))
        case .of where name.isCapitalized: mentions.insert(.nestedType(name))
        case .of("self") where isCall: mentions.insert(.call(name))
        case .of(let receiver): mentions.insert(.member(name, of: receiver, isCall: isCall))
        case .none, .implied: break
        }
    }
}

// MARK: - Its place

extension SourceFile {
    var module: String { String(path.prefix { $0 != "/" }) }

    /// The folder within the module, `.` for the module's directory itself.
    var folder: String {
        let folders = path.split(separator: "/").dropFirst().dropLast()
        return folders.isEmpty ? "." : folders.joined(separator: "/")
    }

    /// Without module and extension: `Runs/Supervisor`.
    var shortName: String {
        let name = path.dropFirst(module.count + 1)
        return String(name.hasSuffix(".swift") ? name.dropLast(6) : name)
    }
}

// MARK: - What a name is a part of

extension Tokens {
    fileprivate enum Access {
        /// Of nothing: `settle`
        case none
        /// Of what is before the point: `engine.settle`, `snapshot().get`, `runs[0]?.id`
        case of(String?)
        /// Of what the context says: `.done`, mostly a case of an enumeration.
        case implied
    }

    fileprivate func access(at index: Int) -> Access {
        guard index > 1, all[index - 1] == .symbol(".") else { return .none }
        let isApart = !isAttached[index - 1]
        var end = index - 2
        if !isApart, all[end] == .symbol("?") || all[end] == .symbol("!"), end > 0 { end -= 1 }
        switch all[end] {
        case .word(let name) where !isApart: return .of(name)
        case .string, .symbol("\\"): return isApart ? .implied : .of(nil)
        case .symbol(")"):
            if end > 1, all[end - 1] == .symbol("("), case .word(let name) = all[end - 2] { return .of(name) }
            return .of(nil)
        case .symbol("]"), .symbol("}"): return .of(nil)
        default: return .implied
        }
    }

    /// Whether the name is one that a generic declaration has for a type: `Index` in `where Index == Int`.
    fileprivate func isConstraint(at index: Int) -> Bool {
        guard index + 1 < all.count else { return false }
        return all[index + 1] == .symbol(":") || all[index + 1] == .symbol("=")
    }

    /// Whether arguments follow the name.
    fileprivate func isCall(at index: Int) -> Bool {
        index + 1 < all.count && all[index + 1] == .symbol("(") && isAttached[index + 1]
    }
}
