import System

/// What the values of a query may depend on besides their text.
public struct QueryContext: Sendable {
    public let now: Timestamp
    /// The span that a day or time means, in the zone of whoever asks; nil when the text is neither.
    ///
    /// The flag says that a weekday is the last one, not the coming one.
    public let span: @Sendable (_ text: String, _ looksBack: Bool) -> QuerySpan?

    public init(now: Timestamp, span: @escaping @Sendable (_ text: String, _ looksBack: Bool) -> QuerySpan?) {
        self.now = now
        self.span = span
    }
}

/// A stretch of time: a day, or the moment that a relative time means.
public struct QuerySpan: Hashable, Sendable {
    public let start: Timestamp
    /// The first moment after it.
    public let end: Timestamp

    public init(from start: Timestamp, until end: Timestamp) {
        self.start = start
        self.end = end
    }

    fileprivate init(moment: Timestamp) {
        self.init(from: moment, until: moment + .milliseconds(1))
    }
}

extension Query {
    /// Reads a query: words and `field:value` terms, separated by blanks.
    ///
    /// - Throws: the first mistake.
    public init(parsing text: String, in context: QueryContext) throws(QueryFault) {
        var parser = QueryParser(text, context)
        self.init(try parser.terms())
    }

    /// Whether a word that begins with a dash is a negated field, so no option: `-label:ci`.
    public static func isNegatedField(_ word: String) -> Bool {
        guard word.utf8.first == UInt8(ascii: "-"), let colon = word.utf8.firstIndex(of: UInt8(ascii: ":")) else {
            return false
        }
        let name = word[word.utf8.index(after: word.utf8.startIndex)..<colon].lowercased()
        return name == "not" || QueryField(rawValue: name) != nil
    }
}

/// One walk over the characters of a query.
private struct QueryParser {
    private let text: [Character]
    private let context: QueryContext
    private var position = 0

    init(_ text: String, _ context: QueryContext) {
        self.text = Array(text)
        self.context = context
    }

    mutating func terms() throws(QueryFault) -> [Query.Term] {
        var terms: [Query.Term] = []
        while true {
            while let character = current, character.isWhitespace { position += 1 }
            guard current != nil else { return terms }
            if let term = try term() { terms.append(term) }
        }
    }

    // MARK: Characters

    private var current: Character? { position < text.count ? text[position] : nil }

    private func fault(_ reason: QueryFault.Reason, at place: Int) -> QueryFault {
        QueryFault(reason: reason, column: place + 1)
    }

    /// The name before a colon at the current place, when one stands there.
    private var nameHere: String? {
        var end = position
        while end < text.count, text[end].isASCII, text[end].isLetter || text[end] == "_" { end += 1 }
        return end > position && end < text.count && text[end] == ":" ? String(text[position..<end]) : nil
    }

    /// Takes everything up to the next blank, or comma where the word stands in a list.
    private mutating func bareWord(inList: Bool) -> String {
        let start = position
        while let character = current, !character.isWhitespace, !(inList && character == ",") { position += 1 }
        return String(text[start..<position])
    }

    /// Takes a text in double quotes, with `\"` and `\\` for themselves.
    private mutating func quotedText() throws(QueryFault) -> String {
        let start = position
        position += 1
        var result = ""
        while let character = current {
            position += 1
            if character == "\"" { return result }
            if character == "\\", current == "\"" || current == "\\" {
                result.append(text[position])
                position += 1
            } else {
                result.append(character)
            }
        }
        throw fault(.openQuote, at: start)
    }

    // MARK: Terms

    /// - Returns: nil for an empty text, which asks for nothing.
    private mutating func term() throws(QueryFault) -> Query.Term? {
        let start = position
        let isNegated = takeNegations()
        if position == start, current == "-", position + 1 < text.count, !text[position + 1].isWhitespace {
            throw fault(.dash(bareWord(inList: false)), at: start)
        }
        if let name = nameHere {
            guard let field = QueryField(rawValue: name.lowercased()) else {
                throw fault(.unknownField(name), at: position)
            }
            position += name.count + 1
            return Query.Term(isNegated: isNegated, anyOf: try conditions(of: field))
        }
        let place = position
        let word = current == "\"" ? try quotedText() : bareWord(inList: false)
        if let rest = current, !rest.isWhitespace {
            let following = position
            throw fault(.textAfterQuote(bareWord(inList: false)), at: following)
        }
        if word.isEmpty, place > start { throw fault(.missingNegated, at: place) }
        return word.isEmpty ? nil : Query.Term(isNegated: isNegated, anyOf: [.word(SearchText(word))])
    }

    /// Takes `-` before a field and `not:`, any number of them.
    ///
    /// - Returns: whether they negate what follows.
    private mutating func takeNegations() -> Bool {
        var isNegated = false
        while true {
            let start = position
            if current == "-" { position += 1 }
            guard let name = nameHere else {
                position = start
                return isNegated
            }
            if position > start { isNegated.toggle() }
            guard name.lowercased() == "not" else { return isNegated }
            position += name.count + 1
            isNegated.toggle()
        }
    }

    /// The values of a field, separated by commas.
    private mutating func conditions(of field: QueryField) throws(QueryFault) -> [Condition] {
        var conditions: [Condition] = []
        while true {
            let value = try value(of: field)
            conditions.append(try condition(field, value))
            guard current == "," else { break }
            position += 1
        }
        if let rest = current, !rest.isWhitespace {
            let place = position
            throw fault(.textAfterQuote(bareWord(inList: false)), at: place)
        }
        return conditions
    }

    private mutating func value(of field: QueryField) throws(QueryFault) -> QueryValue {
        let place = position
        var comparison: QueryValue.Comparison?
        if field.isTime || field == .priority {
            for candidate in QueryValue.Comparison.allCases where text[position...].starts(with: candidate.rawValue) {
                comparison = candidate
                position += candidate.rawValue.count
                break
            }
        }
        let isQuoted = current == "\""
        let content = isQuoted ? try quotedText() : bareWord(inList: true)
        guard !content.isEmpty else { throw fault(.missingValue(field), at: place) }
        return QueryValue(text: content, isQuoted: isQuoted, comparison: comparison, place: place)
    }

    // MARK: Values

    private func condition(_ field: QueryField, _ value: QueryValue) throws(QueryFault) -> Condition {
        switch field.kind {
        case .special: return try special(field, value)
        case .moment(let looksBack): return try time(field, value, looksBack: looksBack)
        case .reference(let orNone):
            if value.isNone, orNone { return .absent(field) }
            return .field(field, value.isGlob ? value.pattern : .reference(value.text))
        case .word: return value.isNone ? .absent(field) : .field(field, value.pattern)
        case .person:
            // Lists show a user as @NAME.
            if value.isNone { return .absent(field) }
            guard !value.isQuoted, value.text.hasPrefix("@"), value.text.count > 1 else {
                return .field(field, value.pattern)
            }
            return .field(.user, value.dropping(1).pattern)
        }
    }

    /// The condition of a field that has one of its own.
    private func special(_ field: QueryField, _ value: QueryValue) throws(QueryFault) -> Condition {
        switch field {
        case .title: return .title(SearchText(value.text))
        case .description: return value.isNone ? .absent(field) : .description(SearchText(value.text))
        case .status: return .status(try status(value))
        case .is: return try state(value)
        case .priority: return try priority(value)
        default: return .word(SearchText(value.text))
        }
    }

    private func status(_ value: QueryValue) throws(QueryFault) -> TaskStatus {
        if let status = TaskStatus(rawValue: value.text) { return status }
        throw fault(
            .badValue(
                .status, value.text, allowed: list(TaskStatus.allCases.map(\.rawValue)),
                meant: TaskStatus.meant(by: value.text)?.rawValue), at: value.place)
    }

    private func state(_ value: QueryValue) throws(QueryFault) -> Condition {
        switch value.text {
        case "open": return .open
        case "ended": return .ended
        case "ready": return .ready
        case "overdue": return .overdue
        case "held": return .held
        default: break
        }
        if let status = TaskStatus(rawValue: value.text) { return .status(status) }
        let words = ["open", "ended", "ready", "overdue", "held"]
        let meant = value.text == "closed" ? "ended" : TaskStatus.meant(by: value.text)?.rawValue
        throw fault(
            .badValue(.is, value.text, allowed: list(words) + ", or a status", meant: meant), at: value.place)
    }

    private func priority(_ value: QueryValue) throws(QueryFault) -> Condition {
        guard let priority = Priority(rawValue: value.text) else {
            throw fault(
                .badValue(.priority, value.text, allowed: list(Priority.allCases.map(\.rawValue)), meant: nil),
                at: value.place)
        }
        let all = Priority.allCases
        // More urgent is more, and comes first.
        switch value.comparison {
        case nil: return .priority(least: priority, most: priority)
        case .atLeast: return .priority(least: priority, most: .urgent)
        case .atMost: return .priority(least: .low, most: priority)
        case .more:
            guard priority.rank > 0 else { return .never }
            return .priority(least: all[priority.rank - 1], most: .urgent)
        case .less:
            guard priority.rank + 1 < all.count else { return .never }
            return .priority(least: .low, most: all[priority.rank + 1])
        }
    }

    private func time(
        _ field: QueryField, _ value: QueryValue, looksBack: Bool
    ) throws(QueryFault) -> Condition {
        if value.isNone, value.comparison == nil { return .absent(field) }
        if let comparison = value.comparison {
            let span = try span(value.text, field, value, looksBack)
            switch comparison {
            case .less: return .time(field, from: nil, until: span.start)
            case .atMost: return .time(field, from: nil, until: span.end)
            case .more: return .time(field, from: span.end, until: nil)
            case .atLeast: return .time(field, from: span.start, until: nil)
            }
        }
        if let range = value.range {
            let from = range.from.isEmpty ? nil : try span(range.from, field, value, looksBack).start
            let until = range.until.isEmpty ? nil : try span(range.until, field, value, looksBack).end
            if let from, let until, until <= from { throw fault(.reversedRange(field, value.text), at: value.place) }
            return .time(field, from: from, until: until)
        }
        // A relative time alone means everything between then and now.
        if let moment = relative(value.text) {
            return .time(field, from: min(moment, context.now), until: max(moment, context.now) + .milliseconds(1))
        }
        let span = try span(value.text, field, value, looksBack)
        return .time(field, from: span.start, until: span.end)
    }

    private func span(
        _ text: String, _ field: QueryField, _ value: QueryValue, _ looksBack: Bool
    ) throws(QueryFault) -> QuerySpan {
        if let moment = relative(text) { return QuerySpan(moment: moment) }
        if text == "now" { return QuerySpan(moment: context.now) }
        if let span = context.span(text, looksBack) { return span }
        throw fault(
            .badValue(
                field, text, allowed: "a time such as 2026-03-01, today, friday, 09:30, +2d or -1h", meant: nil),
            at: value.place)
    }

    /// `+2d` and `-1h`.
    private func relative(_ text: String) -> Timestamp? {
        guard let sign = text.first, sign == "+" || sign == "-", let span = Duration(text: String(text.dropFirst()))
        else { return nil }
        return sign == "+" ? context.now + span : context.now - span
    }

    private func list(_ words: [String]) -> String { "one of " + words.joined(separator: ", ") }
}

/// One value of a field as it was typed.
private struct QueryValue {
    /// The longer ones first, so that the first that fits is meant.
    enum Comparison: String, CaseIterable {
        case atMost = "<="
        case atLeast = ">="
        case less = "<"
        case more = ">"
    }

    let text: String
    let isQuoted: Bool
    let comparison: Comparison?
    /// Where it begins.
    let place: Int

    /// Whether it asks for tasks without a value. In quotes, the word stands for itself.
    var isNone: Bool { !isQuoted && text.lowercased() == "none" }
    var isGlob: Bool { !isQuoted && text.contains { $0 == "*" || $0 == "?" } }
    var pattern: Pattern { isGlob ? .glob(text.lowercased()) : .anyCase(text.lowercased()) }

    func dropping(_ count: Int) -> QueryValue {
        QueryValue(text: String(text.dropFirst(count)), isQuoted: isQuoted, comparison: comparison, place: place)
    }

    /// The two ends of `FROM..UNTIL`; one of them may be left out.
    var range: (from: String, until: String)? {
        let characters = Array(text)
        guard
            let dots = characters.indices.dropLast().first(where: { characters[$0] == "." && characters[$0 + 1] == "." }
            )
        else { return nil }
        let from = String(characters[..<dots])
        let until = String(characters[(dots + 2)...])
        return from.isEmpty && until.isEmpty ? nil : (from, until)
    }
}

extension Condition {
    /// A condition that no task fulfils.
    fileprivate static let never = Condition.field(.status, .exact(""))
}
