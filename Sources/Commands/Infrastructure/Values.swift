import Arguments
import Model
import System
import Terminal

// The types of values that the command line of tf has beside the plain ones: records, statuses, JSON, templates.

extension ValueType<String> {
    /// A task, by its id in any case, its number or its name.
    static var task: ValueType<String> { reference("TASK", "the id or name of a task", "tasks") }
    static var run: ValueType<String> { reference("RUN", "the id of a run, such as R-1", "runs") }
    static var agent: ValueType<String> { reference("AGENT", "the name of an agent", "agents") }
    static var comment: ValueType<String> { reference("COMMENT", "the id of a comment, such as C-1", "comments") }
    static var notification: ValueType<String> {
        reference("N", "the id of a notification, such as N-1", "notifications")
    }
    static var flow: ValueType<String> { reference("FLOW", "the id or name of a flow", "flows") }
    static var trigger: ValueType<String> { reference("TRIGGER", "the name of a trigger", "triggers") }

    private static func reference(_ placeholder: String, _ allowed: String, _ kind: String) -> ValueType<String> {
        ValueType(placeholder, allowed: allowed, candidates: .live(kind)) { text in
            let text = text.trimmingBlanks
            return text.isEmpty ? nil : text
        }
    }

    /// What is to be done, in one line.
    static var title: ValueType<String> {
        ValueType("TITLE", allowed: "a title") { (text) throws(ValueFault) in
            if let problem = Task.problem(inTitle: text) { throw ValueFault("it " + problem) }
            return text
        }
    }

    /// A name that a task may have.
    static var taskName: ValueType<String> {
        ValueType("NAME", allowed: Identifier.nameRule) { Identifier.isName($0) ? $0 : nil }
    }

    /// A label as it may stand on a task.
    static var label: ValueType<String> {
        ValueType("LABEL", allowed: "a label", candidates: .live("labels")) { (text) throws(ValueFault) in
            if let problem = Task.problem(inLabel: text) { throw ValueFault("it " + problem) }
            return text
        }
    }

    /// A person.
    static var user: ValueType<String> {
        ValueType("USER", allowed: "the name of a user") { $0.trimmingBlanks.isEmpty ? nil : $0 }
    }
}

extension ValueType<ID<Agent>> {
    /// A name that a new agent can have.
    static var newAgent: ValueType<ID<Agent>> {
        ValueType("NAME", allowed: Identifier.nameRule) { ID<Agent>($0.trimmingBlanks) }
    }
}

extension ValueType<TaskStatus> {
    /// The status of a task. A word that other tools use for one is refused with the right one.
    static var status: ValueType<TaskStatus> {
        let words = TaskStatus.allCases.map(\.rawValue)
        return ValueType(
            "STATUS", allowed: "one of " + words.joined(separator: ", "), candidates: .words(words)
        ) { (text) throws(ValueFault) in
            if let status = TaskStatus(rawValue: text) { return status }
            guard let meant = TaskStatus.meant(by: text) else { return nil }
            throw ValueFault(suggestion: meant.rawValue)
        }
    }
}

extension ValueType<Run.Status> {
    /// The status of a run; the word that a task or another tool has for one is answered with the right one.
    static var runStatus: ValueType<Run.Status> {
        let words = Run.Status.allCases.map(\.rawValue)
        return ValueType(
            "STATUS", allowed: "one of " + words.joined(separator: ", "), candidates: .words(words)
        ) { (text) throws(ValueFault) in
            if let status = Run.Status(rawValue: text) { return status }
            guard let meant = TaskStatus.meant(by: text).flatMap(Run.Status.init(as:)) else { return nil }
            throw ValueFault(suggestion: meant.rawValue)
        }
    }
}

extension Run.Status {
    /// The status of a run that ends, or keeps, its task in `status`; nil where there is none.
    fileprivate init?(as status: TaskStatus) {
        switch status {
        case .todo, .scheduled: self = .queued
        case .running: self = .running
        case .done: self = .succeeded
        case .failed: self = .failed
        case .cancelled, .terminated: self = .cancelled
        case .timedOut: self = .timedOut
        case .lost: self = .lost
        case .review, .blocked, .paused: return nil
        }
    }
}

extension ValueType<Priority> {
    static var priority: ValueType<Priority> { .enumeration(Priority.self).named("PRIORITY") }
}

extension ValueType<Template> {
    /// What `--format` takes.
    static var template: ValueType<Template> {
        ValueType("TEMPLATE", allowed: #"a template such as '{id}\t{title}'"#) { (text) throws(ValueFault) in
            do throws(TemplateError) {
                return try Template(text)
            } catch {
                throw ValueFault(error.description)
            }
        }
    }
}

/// JSON that stands on the command line, or in a file that it names.
enum JSONSource: Sendable {
    case text(JSON)
    /// `-` is standard input.
    case file(String)
}

extension ValueType<JSONSource> {
    /// JSON, or `@FILE` with JSON in it. The file is read by ``Context/json(_:)``, not while the line is parsed.
    static var json: ValueType<JSONSource> {
        ValueType("JSON", allowed: "JSON or @FILE") { (text) throws(ValueFault) in
            if text.hasPrefix("@") { return text.count > 1 ? .file(String(text.dropFirst())) : nil }
            do throws(JSONFault) {
                return .text(try JSON(parsing: text))
            } catch {
                throw ValueFault("\(error)")
            }
        }
    }
}
