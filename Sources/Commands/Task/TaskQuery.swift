import Arguments
import Engine
import Model
import Store
import System

/// What is asked for besides a query: by the options of `tf task list`, by the arguments of the tool `list_tasks`.
struct TaskFilter {
    var statuses: [TaskStatus] = []
    var labels: [String] = []
    var agent: String?
    var user: String?
    var flow: String?
    var parent: String?
    var isReady = false
    var isOverdue = false
    /// Also tasks that have ended, which are left out where nobody asks for them.
    var includesEnded = false

    /// Adds all of it to `query`.
    func narrow(_ query: inout Query) {
        if !includesEnded, statuses.isEmpty, !query.choosesStatus { query.require(.open) }
        query.require(anyOf: statuses.map(Condition.status))
        for label in labels { query.require(.field(.label, .exact(label))) }
        if let user {
            query.require(.field(.user, .exact(user)))
        } else if let agent {
            query.require(.field(.agent, .reference(agent)))
        }
        if let flow { query.require(.field(.flow, .reference(flow))) }
        if let parent { query.require(.field(.parent, .reference(parent))) }
        if isOverdue { query.require(.overdue) }
        if isReady { query.require(.ready) }
    }
}

/// The query of a command line: what its words ask for, and how it is refused.
extension Context {
    /// The query that the words of `argument` are, together.
    ///
    /// - Throws: a usage fault that names the place and what would be right.
    func query(_ argument: Argument<String>) throws -> Query {
        let words = all(argument)
        guard !words.isEmpty else { return Query() }
        do throws(QueryFault) {
            return try query(words.joined(separator: " "))
        } catch {
            throw invocation.refusal(error.message, hint: error.hint)
        }
    }

    /// The query that a text is.
    func query(_ text: String) throws(QueryFault) -> Query {
        let now = clock.now()
        let values = ParseContext(now: now, zone: .current)
        let context = QueryContext(now: now) { text, looksBack in
            values.span(of: text, looksBack: looksBack).map { QuerySpan(from: $0.start, until: $0.end) }
        }
        return try Query(parsing: text, in: context)
    }
}

extension QueryFault {
    /// What was probably meant, and where the help is.
    var hint: String {
        let pointer = "(see 'tf help query')"
        switch reason {
        case .unknownField(let name):
            if let field = nearest(to: name.lowercased(), among: QueryField.allCases.map(\.rawValue)).first {
                return "did you mean '\(field):'? \(pointer)"
            }
            return "in double quotes it is a text to look for \(pointer)"
        case .badValue(let field, let value, _, let meant):
            let near = field == .priority ? nearest(to: value, among: Priority.allCases.map(\.rawValue)).first : nil
            let status = nearest(to: value, among: TaskStatus.allCases.map(\.rawValue)).first
            let word = meant ?? near ?? (field == .status || field == .is ? status : nil)
            return word.map { "did you mean '\(field.rawValue):\($0)'? \(pointer)" } ?? "tf help query explains it"
        case .missingValue(let field): return "'\(field.rawValue):VALUE' \(pointer)"
        case .missingNegated: return "'not:WORD' leaves out what has the word \(pointer)"
        case .reversedRange: return "the earlier moment comes first \(pointer)"
        case .dash(let word): return "'not:\(word.dropFirst())' leaves out what has the word \(pointer)"
        case .openQuote: return "the quote \\\" stands for itself within quotes \(pointer)"
        case .textAfterQuote: return "several texts are separated by blanks, several values by commas \(pointer)"
        }
    }
}

extension ValueType<TaskOrder> {
    /// Keys of an order, separated by commas, each with a dash before it when the last value is to come first.
    static var taskOrder: ValueType<TaskOrder> {
        let keys = TaskOrder.Key.allCases.map(\.rawValue)
        return ValueType(
            "KEY", allowed: "one of \(keys.joined(separator: ", ")), with '-' before it for the reverse",
            candidates: .words(keys + keys.map { "-" + $0 })
        ) { text in
            var parts: [TaskOrder.Part] = []
            for word in text.split(separator: ",", omittingEmptySubsequences: false) {
                let isReversed = word.hasPrefix("-")
                guard let key = TaskOrder.Key(rawValue: String(isReversed ? word.dropFirst() : word)) else {
                    return nil
                }
                parts.append(TaskOrder.Part(key, reversed: isReversed))
            }
            return TaskOrder(parts)
        }
    }
}
