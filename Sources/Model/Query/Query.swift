import System

/// Which tasks are wanted: terms that must all hold.
///
/// A query is a value. ``init(parsing:in:)`` makes one from what people type; options of a command add terms of their
/// own. It is decided in two steps, because what lists keep of a task does not answer everything: first by
/// ``verdict(on:at:)``, which reads nothing, then for the tasks that are still open by ``holds(for:at:details:)``.
public struct Query: Hashable, Sendable {
    /// Conditions of which one must hold, or none when the term is negated.
    public struct Term: Hashable, Sendable {
        public var isNegated = false
        public var anyOf: [Condition]
    }

    public private(set) var terms: [Term] = []

    /// A query that every task fits.
    public init() {}

    init(_ terms: [Term]) {
        self.terms = terms
    }

    /// Adds a term: one of `conditions` must hold. None are no term.
    public mutating func require(anyOf conditions: [Condition]) {
        if !conditions.isEmpty { terms.append(Term(anyOf: conditions)) }
    }

    /// Adds a condition that must hold.
    public mutating func require(_ condition: Condition) { require(anyOf: [condition]) }

    /// Whether the query itself says which statuses are wanted, so that a list need not leave out ended tasks.
    ///
    /// A negated term does so only when nothing but ended tasks is left: "not blocked" is said of what is to be done.
    public var choosesStatus: Bool {
        terms.contains { term in
            term.anyOf.contains { term.isNegated ? $0.holdsForUnended : $0.choosesStatus }
        }
    }

    /// The same query with the tasks, flows and agents that it refers to by name or number written as their ids.
    ///
    /// - Parameter id: the id that a text means for a field.
    public func resolved(_ id: (QueryField, String) throws -> String) throws -> Query {
        var query = self
        for term in terms.indices {
            for position in terms[term].anyOf.indices {
                guard case .field(let field, .reference(let text)) = terms[term].anyOf[position] else { continue }
                query.terms[term].anyOf[position] = .field(field, .exact(try id(field, text)))
            }
        }
        return query
    }
}

/// Something that is so of a task, or not.
public enum Condition: Hashable, Sendable {
    /// A word that occurs in title, description, name or id.
    case word(SearchText)
    case title(SearchText)
    case description(SearchText)
    case status(TaskStatus)
    /// Has not ended.
    case open
    case ended
    /// Could be started now.
    case ready
    /// Should have been done by now.
    case overdue
    /// Assigned, but not to be started until somebody says so.
    case held
    /// Not less urgent than the first, not more urgent than the second.
    case priority(least: Priority, most: Priority)
    /// One of the field's values is this.
    case field(QueryField, Pattern)
    /// The field has no value.
    case absent(QueryField)
    /// The field's moment is not before the first, and before the second; nil leaves that side open.
    case time(QueryField, from: Timestamp?, until: Timestamp?)

    fileprivate var choosesStatus: Bool {
        switch self {
        case .status, .open, .ended, .ready, .overdue, .time(.ended, _, _), .absent(.ended): true
        default: false
        }
    }
}

extension Condition {
    fileprivate func holds<Details: QueriedDetails>(
        for task: Details.Queried, at now: Timestamp, details: Details
    ) throws -> Bool {
        if let verdict = verdict(on: task, at: now) { return verdict }
        switch self {
        case .ready: return try details.isReady(task)
        case .word(let text), .description(let text):
            return try details.description(of: task).map(text.occurs) ?? false
        case .absent(.description): return try details.description(of: task) == nil
        default: return false
        }
    }

    /// Whether this is so of every task that has not ended.
    fileprivate var holdsForUnended: Bool {
        switch self {
        case .open, .absent(.ended): true
        default: false
        }
    }
}

/// What the value of a field is compared with.
public enum Pattern: Hashable, Sendable {
    case exact(String)
    /// A text in lower case, for values in any.
    case anyCase(String)
    /// A pattern with `*` and `?`, in lower case.
    case glob(String)
    /// What people type for a task, a flow or an agent; see ``Query/resolved(_:)``.
    case reference(String)

    func matches(_ value: String) -> Bool {
        switch self {
        case .exact(let text): value == text
        case .anyCase(let text): value.lowercased() == text
        case .glob(let pattern): Glob.matches(value.lowercased(), pattern)
        case .reference: false
        }
    }
}

// MARK: - Deciding

/// What a query asks of a task beyond that: each answer may cost a file.
public protocol QueriedDetails {
    associatedtype Queried: QueriedTask
    func description(of task: Queried) throws -> String?
    func isReady(_ task: Queried) throws -> Bool
}

extension Query {
    /// Whether `task` fits, as far as can be told without reading anything.
    ///
    /// - Returns: nil when that depends on the description, or on whether the task is ready.
    public func verdict(on task: some QueriedTask, at now: Timestamp) -> Bool? {
        var isOpen = false
        // By index: a copy of each term for each of many tasks would take longer than all else.
        for index in terms.indices {
            switch terms[index].verdict(on: task, at: now) {
            case false: return false
            case true: continue
            case nil: isOpen = true
            }
        }
        return isOpen ? nil : true
    }

    /// Whether `task` fits. Details are asked for only where nothing else decides.
    public func holds<Details: QueriedDetails>(
        for task: Details.Queried, at now: Timestamp, details: Details
    ) throws -> Bool {
        if let verdict = verdict(on: task, at: now) { return verdict }
        return try holds(forUndecided: task, at: now, details: details)
    }

    /// The same for a task on which ``verdict(on:at:)`` was not false.
    public func holds<Details: QueriedDetails>(
        forUndecided task: Details.Queried, at now: Timestamp, details: Details
    ) throws -> Bool {
        try terms.indices.allSatisfy { try terms[$0].holds(for: task, at: now, details: details) }
    }
}

extension Query.Term {
    fileprivate func verdict(on task: some QueriedTask, at now: Timestamp) -> Bool? {
        var isOpen = false
        for index in anyOf.indices {
            switch anyOf[index].verdict(on: task, at: now) {
            case true: return !isNegated
            case false: continue
            case nil: isOpen = true
            }
        }
        return isOpen ? nil : isNegated
    }

    fileprivate func holds<Details: QueriedDetails>(
        for task: Details.Queried, at now: Timestamp, details: Details
    ) throws -> Bool {
        if anyOf.count > 1, let verdict = verdict(on: task, at: now) { return verdict }
        for index in anyOf.indices where try anyOf[index].holds(for: task, at: now, details: details) {
            return !isNegated
        }
        return isNegated
    }
}

extension Condition {
    /// Whether this is so of `task`; nil when it takes more than lists keep to tell.
    fileprivate func verdict(on task: some QueriedTask, at now: Timestamp) -> Bool? {
        switch self {
        case .word(let text):
            text.occurs(in: task.title) || text.occurs(in: task.id.text) || task.name.map(text.occurs) == true
                ? true : nil
        case .title(let text): text.occurs(in: task.title)
        case .description, .absent(.description): nil
        case .status(let status): task.status == status
        case .open: !task.status.isTerminal
        case .ended: task.status.isTerminal
        case .ready: task.status == .todo && !task.isHeld ? nil : false
        case .overdue: !task.status.isTerminal && task.due.map { $0 <= now } == true
        case .held: !task.status.isTerminal && task.isHeld
        case .priority(let least, let most): most <= task.priority && task.priority <= least
        case .field(let field, let pattern): field.values(of: task).contains(where: pattern.matches)
        case .absent(let field):
            field.isTime ? field.moment(of: task) == nil : field.values(of: task).isEmpty
        case .time(let field, let from, let until):
            field.moment(of: task).map { moment in
                (from.map { $0 <= moment } ?? true) && (until.map { moment < $0 } ?? true)
            } ?? false
        }
    }
}
