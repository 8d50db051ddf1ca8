/// The template of `--format`, by which a record becomes a line: `{id}\t{title}`.
///
/// | written | means |
/// |---|---|
/// | `{name}`, `{assignee.agent}` | the value of the field; a name is letters, digits, `_`, `-` and `.` |
/// | `{{`, `}}` | a brace |
/// | `\t` `\n` `\\` `\0` | a tab, a line break, a backslash, a NUL |
/// | anything else | itself |
public struct Template: Hashable, Sendable {
    enum Part: Hashable, Sendable {
        case text(String)
        case field(String)
    }

    let parts: [Part]

    /// - Throws: ``TemplateError`` that says what is wrong and where.
    public init(_ text: String) throws(TemplateError) {
        var parser = TemplateParser(text)
        parts = try parser.parse()
    }

    /// The names of the fields that the template uses, in their order, repetitions included.
    public var fields: [String] {
        parts.compactMap { if case .field(let name) = $0 { name } else { nil } }
    }

    /// What a list writes after each record: a line break, unless the template itself ends in one or in a NUL
    /// (for `xargs -0`).
    public var terminator: String {
        if case .text(let text) = parts.last, text.hasSuffix("\n") || text.hasSuffix("\0") { "" } else { "\n" }
    }

    /// The template with the fields of one record filled in, as they are: nothing is made visible or escaped.
    ///
    /// - Parameters:
    ///   - known: the fields that a record can have, for the message of an error.
    ///   - value: the value of a field, given its name as it is written, dots included; nil if there is no such field.
    ///     A field without a value has an empty one.
    /// - Throws: ``TemplateError/unknownField(_:known:)``.
    public func render(known: [String] = [], value: (String) -> String?) throws(TemplateError) -> String {
        var result = ""
        for part in parts {
            switch part {
            case .text(let text): result += text
            case .field(let name):
                guard let text = value(name) else { throw .unknownField(name, known: known) }
                result += text
            }
        }
        return result
    }
}

/// Why a template can't be read or filled in. Positions count characters from 1.
public enum TemplateError: Error, Hashable, Sendable, CustomStringConvertible {
    /// A `{` without its `}`.
    case unclosedField(position: Int)
    /// A `}` without its `{`.
    case strayBrace(position: Int)
    /// Braces around something that isn't a field's name.
    case invalidField(String, position: Int)
    /// A backslash before a character that it has no meaning for; nil at the end of the template.
    case unknownEscape(Character?, position: Int)
    /// A field that records don't have; `known` lists those that they have, if the caller knows.
    case unknownField(String, known: [String])

    /// What is wrong, for a person.
    public var description: String {
        switch self {
        case .unclosedField(let position):
            "the { at position \(position) is never closed; write {{ for a brace"
        case .strayBrace(let position):
            "the } at position \(position) closes nothing; write }} for a brace"
        case .invalidField(let name, let position):
            "{\(name.visibleLine)} at position \(position) is not a field; write {{ for a brace"
        case .unknownEscape(let character?, let position):
            #"\\#(String(character).visibleLine) at position \#(position) is unknown; there are \t \n \\ \0"#
        case .unknownEscape(nil, let position):
            #"the \ at position \#(position) ends the template; write \\ for a backslash"#
        case .unknownField(let name, let known):
            "no field '\(name)'" + (known.isEmpty ? "" : "; there are " + known.joined(separator: ", "))
        }
    }
}

/// Reads a template character by character.
private struct TemplateParser {
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
