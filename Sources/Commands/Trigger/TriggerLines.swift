import Model
import Store

// What there is to say of a trigger, in lines.

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
