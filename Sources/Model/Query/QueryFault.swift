/// Why a text is no query, and where.
public struct QueryFault: Error, Hashable, Sendable {
    public enum Reason: Hashable, Sendable {
        case unknownField(String)
        /// A field or a list with nothing where a value should be.
        case missingValue(QueryField)
        /// A negation with nothing behind it.
        case missingNegated
        /// A range whose end comes before its beginning.
        case reversedRange(QueryField, String)
        /// A value that the field does not have; `meant` is the right word where one is known.
        case badValue(QueryField, String, allowed: String, meant: String?)
        /// A word that begins with a dash and is no field.
        case dash(String)
        case openQuote
        /// Something that follows the end of a quoted text without a blank or comma.
        case textAfterQuote(String)
    }

    public let reason: Reason
    /// The place of the mistake in the query, counted in characters from 1.
    public let column: Int

    /// One line without a full stop: what is wrong with the query.
    public var message: String {
        let what =
            switch reason {
            case .unknownField(let name): "there is no field '\(name)'"
            case .missingValue(let field): "'\(field.rawValue):' lacks a value"
            case .missingNegated: "'not:' lacks a value"
            case .reversedRange(let field, let value): "\(field.rawValue): '\(value)' ends before it begins"
            case .badValue(let field, let value, let allowed, _): "\(field.rawValue): '\(value)' is not \(allowed)"
            case .dash(let word): "'\(word)' is neither an option nor a negated field"
            case .openQuote: "a quoted text does not end"
            case .textAfterQuote(let text): "'\(text)' follows a quoted text without a blank"
            }
        return "query, column \(column): \(what)"
    }
}
