/// Reads a template character by character.
struct TemplateParser {
    private let characters: [Character]
    private var index = 0
    private var parts: [Template.Part] = []
    private var literal = ""

    init(_ text: String) {
        characters = Array(text)
    }

    mutating func parse() throws(TemplateError) -> [Template.Part] {
        while let character = next() {
            switch character {
            case "\\": literal.append(try escaped())
            case "{" where skip("{"): literal.append("{")
            case "}" where skip("}"): literal.append("}")
            case "{": try field()
            case "}": throw .strayBrace(position: index)
            default: literal.append(character)
            }
        }
        flush()
        return parts
    }

    /// The character that stands for the one after a backslash, which has just been read.
    private mutating func escaped() throws(TemplateError) -> Character {
        let position = index
        switch next() {
        case "t": return "\t"
        case "n": return "\n"
        case "\\": return "\\"
        case "0": return "\0"
        case let character: throw .unknownEscape(character, position: position)
        }
    }

    /// Reads the rest of a field, whose opening brace has just been read.
    private mutating func field() throws(TemplateError) {
        let position = index
        guard let end = characters[index...].firstIndex(of: "}") else { throw .unclosedField(position: position) }
        let name = String(characters[index..<end])
        guard !name.isEmpty, name.allSatisfy(\.isPartOfFieldName) else {
            throw .invalidField(name, position: position)
        }
        flush()
        parts.append(.field(name))
        index = end + 1
    }

    private mutating func flush() {
        if !literal.isEmpty { parts.append(.text(literal)) }
        literal = ""
    }

    private mutating func next() -> Character? {
        guard index < characters.count else { return nil }
        index += 1
        return characters[index - 1]
    }

    private mutating func skip(_ character: Character) -> Bool {
        guard index < characters.count, characters[index] == character else { return false }
        index += 1
        return true
    }
}

extension Character {
    fileprivate var isPartOfFieldName: Bool {
        isASCII && (isLetter || isNumber) || self == "_" || self == "-" || self == "."
    }
}
