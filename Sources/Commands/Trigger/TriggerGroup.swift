import Arguments
import Engine
import Model
import Store
import Terminal

/// `tf trigger …`
enum TriggerGroup {
    static let command = Command(
        "trigger", "have something done when something happens",
        discussion: """
            A trigger is told of events that are committed after it was made, each exactly once, and does something \
            about those that fit. What it does and that it has been told are one transaction, after the one that it is \
            about; the command that caused the event neither waits for what a trigger starts nor fails because of it.

            A trigger that fails leaves an event trigger/failed and a warning; after the third failure in a row whoever \
            made it finds a notification. What a trigger causes is one step deeper than what it was told of: what \
            happens three steps deep causes nothing more.

            Executables in .tf/hooks, named like the type of event with a dot for the slash (task.completed), are \
            triggers as well, and so is the setting notify_command; tf makes and removes those by itself. A hook that is \
            not executable is switched off; tf doctor names what never runs there. Commands run \
            in the background as queued runs: tf run logs shows what they print.
            """,
        subcommands: {
            [
                TriggerAdd.command, TriggerList.command, TriggerShow.command, TriggerTest.command,
                TriggerEnable.command, TriggerDisable.command, TriggerRemove.command,
            ]
        })
}

extension Trigger {
    /// What it does, in a line.
    var actionLine: String {
        switch action {
        case .assign(let agent): "assign to \(agent)"
        case .run(let agent): "run \(agent)"
        case .createTask(let task): "create task " + (task["title"]?.string ?? "")
        case .exec(.shell(let text)): "exec sh -c " + text.shellWord
        case .exec(.words(let words)): "exec " + words.map(\.shellWord).joined(separator: " ")
        case .notify(let user): "notify \(user)"
        case .hook(let file): "run .tf/" + Layout.hook(file)
        case .deliver: "run notify_command"
        }
    }

    /// What an event must be like, in a line; nil when its type is enough.
    var conditionLine: String? {
        conditions.isEmpty ? nil : conditions.map(\.text).joined(separator: " ")
    }

    /// What should be known of how it stands; nil when there is nothing.
    var stateLine: String? {
        if disabled { return "disabled" }
        return failures == 0 ? nil : "failed \(failures == 1 ? "once" : "\(failures) times")"
    }
}

extension ValueType<ID<Trigger>> {
    /// A name that a new trigger can have.
    static var newTrigger: ValueType<ID<Trigger>> {
        ValueType("NAME", allowed: Task.nameRule) { ID<Trigger>($0.trimmingBlanks) }
    }
}

extension ValueType<String> {
    /// A type of event, or a pattern for types.
    static var eventPattern: ValueType<String> {
        ValueType(
            "TYPE", allowed: "a type of event such as task/completed, or a pattern such as run/*",
            candidates: .words(EventType.all)
        ) { (text) throws(ValueFault) in
            let text = text.trimmingBlanks
            if let problem = EventType.problem(inPattern: text) {
                throw ValueFault("it " + problem, suggestion: nearest(to: text, among: EventType.all).first)
            }
            return text
        }
    }
}

extension ValueType<String> {
    /// The type of events, or a pattern, which need not fit any.
    static var eventFilter: ValueType<String> {
        let known = ValueType.eventPattern
        return ValueType(known.placeholder, allowed: known.allowed, candidates: known.candidates) {
            (text, context) throws(ValueFault) in
            text.contains { $0 == "*" || $0 == "?" } ? text : try known.parse(text, context)
        }
    }
}

extension ValueType<TriggerCondition> {
    /// `label=deploy`
    static var condition: ValueType<TriggerCondition> {
        ValueType("FIELD=VALUE", allowed: "FIELD=VALUE, FIELD!=VALUE or FIELD~PATTERN, such as label=deploy") {
            TriggerCondition($0)
        }
    }
}
