/// A type or member that has a name.
struct Declaration {
    let name: String
    /// The type that it belongs to; nil for what belongs to none.
    let type: String?
    /// Whether only its file can name it.
    let isHidden: Bool
}

/// Finds the declarations of a file, with the types that they belong to.
struct DeclarationReader {
    private let tokens: Tokens
    private var index = 0
    private(set) var types: [Declaration] = []
    private(set) var members: [Declaration] = []
    private(set) var parents: [String: Set<String>] = [:]
    private(set) var declaredTypes: Set<String> = []
    private(set) var extendedTypes: Set<String> = []
    private(set) var ownNames: Set<String> = []

    /// What stands between braces.
    private struct Scope {
        enum Kind {
            case type(String), function
            /// The body of a property, a closure, a branch.
            case other
        }

        let kind: Kind
        /// Whether what is declared in it is as hidden as the extension that it is.
        var isHidden = false
    }

    private var scopes: [Scope] = []
    /// A declaration whose opening brace has not come yet, and how deep in brackets it stands.
    private var pending: (scope: Scope, depth: Int)?
    /// The round and square brackets that are open.
    private var depth = 0

    init(_ tokens: Tokens) {
        self.tokens = tokens
    }

    mutating func read() {
        while index < tokens.all.count {
            switch tokens.all[index] {
            case .symbol("("), .symbol("["): depth += 1
            case .symbol(")"), .symbol("]"): depth -= 1
            case .symbol("{"): open()
            case .symbol("}"):
                pending = nil
                _ = scopes.popLast()
            case .word(let word): if token(-1) != .symbol(".") { read(word) }
            default: break
            }
            index += 1
        }
    }

    private func token(_ distance: Int) -> Token? {
        tokens.all.indices.contains(index + distance) ? tokens.all[index + distance] : nil
    }

    private func word(_ distance: Int) -> String? {
        if case .word(let word) = token(distance) { word } else { nil }
    }

    private mutating func open() {
        if let (scope, outside) = pending, outside == depth {
            scopes.append(scope)
            pending = nil
        } else {
            scopes.append(Scope(kind: .other))
        }
    }

    private mutating func read(_ word: String) {
        switch word {
        case "struct", "class", "enum", "protocol", "actor", "typealias":
            if let name = self.word(1), name.isCapitalized { readType(name, isAlias: word == "typealias") }
        case "extension": readExtension()
        case "func":
            guard let name = self.word(1) else { return begin(.function) }
            addMember(name)
            begin(.function)
        case "init", "subscript", "deinit": if isDeclaring { begin(.function) }
        case "var", "let": if let name = self.word(1) { addMember(name) }
        default: if token(1) == .symbol(":") { ownNames.insert(word) }
        }
    }

    private mutating func readType(_ name: String, isAlias: Bool) {
        let isHidden = isHidden
        if !isLocal { types.append(.init(name: name, type: holder, isHidden: isHidden)) }
        declaredTypes.insert(name)
        if isAlias { return }
        parents[name, default: []].formUnion(wordsAfterColon())
        begin(.type(name), isHidden: isHidden)
    }

    /// `extension Run.Status: CustomStringConvertible`
    private mutating func readExtension() {
        let isHidden = isHidden
        while word(1) != nil, token(2) == .symbol(".") { index += 2 }
        let name = word(1) ?? ""
        extendedTypes.insert(name)
        parents[name, default: []].formUnion(wordsAfterColon())
        begin(.type(name), isHidden: isHidden)
    }

    /// The names after the colon of a type that is being declared, up to its brace.
    private func wordsAfterColon() -> Set<String> {
        var words: Set<String> = []
        var isBehindColon = false
        var distance = 1
        while let token = token(distance), token != .symbol("{"), token != .word("where") {
            if token == .symbol(":") { isBehindColon = true }
            if isBehindColon, let word = word(distance), word.isCapitalized { words.insert(word) }
            distance += 1
        }
        return words
    }

    private mutating func addMember(_ name: String) {
        ownNames.insert(name)
        if isDeclaring { members.append(.init(name: name, type: holder, isHidden: isHidden)) }
    }

    private mutating func begin(_ kind: Scope.Kind, isHidden: Bool = false) {
        pending = (Scope(kind: kind, isHidden: isHidden), depth)
    }

    /// Whether what is declared here belongs to a type or to the file.
    private var isDeclaring: Bool {
        guard let scope = scopes.last else { return true }
        if case .type = scope.kind { return true }
        return false
    }

    private var isLocal: Bool {
        scopes.contains { if case .function = $0.kind { true } else { false } }
    }

    private var holder: String? {
        for scope in scopes.reversed() { if case .type(let name) = scope.kind { return name } }
        return nil
    }

    /// Whether the declaration that begins at this keyword can be named in its file only.
    private var isHidden: Bool {
        if scopes.contains(where: \.isHidden) { return true }
        var distance = -1
        while true {
            if token(distance) == .symbol(")"), token(distance - 2) == .symbol("(") {
                // `private(set)`
                distance -= 4
                continue
            }
            guard let word = word(distance), Self.modifiers.contains(word) else { return false }
            if word == "private" || word == "fileprivate" { return true }
            distance -= 1
        }
    }

    private static let modifiers: Set<String> = [
        "private", "fileprivate", "internal", "package", "public", "open", "static", "final", "mutating",
        "nonmutating", "borrowing", "consuming", "override", "lazy", "weak", "unowned", "nonisolated", "indirect",
        "convenience", "required", "class",
    ]
}
