import Model
import Store
import System

/// Where the value of a setting comes from.
public enum SettingOrigin: String, Sendable {
    case workspace
    /// Nobody has set it.
    case `default`
}

extension Settings {
    /// What is in force for a setting.
    public func value(of key: Key) -> (value: JSON, origin: SettingOrigin) {
        if let value = json[key.rawValue] { return (value, .workspace) }
        return (key.usualValue, .default)
    }
}

extension Engine {
    /// Sets a setting to what somebody has typed; nil takes it back to its usual value.
    ///
    /// - Throws: a usage failure that names key, value and what is allowed.
    public func configure(_ key: Settings.Key, to text: String?) throws -> Obliged<Changed> {
        let value = try text.map { try key.value(of: $0) }
        return try change("config", target: key.rawValue + (text.map { "=" + $0 } ?? "")) { change in
            try Scope(change).checkAdministration()
            guard let record = try change.transaction.get(WorkspaceRecord.theID) else {
                throw StoreError.notAWorkspace(path: workspace.path, reason: "it has no \(Layout.workspaceFile)")
            }
            try change.checkRev(record)
            let changed = try record.setting(key, to: value, written: text ?? "")
            guard changed != record else { return [record.key] }
            var data = JSONObject()
            let (from, to) = (record.settings.json[key.rawValue], changed.settings.json[key.rawValue])
            let values: JSON = ["from": from ?? .null, "to": to ?? .null]
            data["fields"] = .object(JSONObject([(key.rawValue, values)]))
            try change.transaction.put(changed)
            if key == .jobs { change.freesSlots = true }
            change.transaction.emit(.workspaceEdited, about: record.key, data: data)
            if key == .notifyCommand { try Delivery(change).adopt(changed.settings) }
            return [changed.key]
        }
    }
}

extension WorkspaceRecord {
    /// This record with another value for a setting, which is checked as one that stands in the file is.
    fileprivate func setting(_ key: Settings.Key, to value: JSON?, written text: String) throws -> WorkspaceRecord {
        var settings = self.settings.json.object ?? JSONObject()
        settings[key.rawValue] = value
        var copy = self
        do throws(FieldFault) {
            var object = json.object ?? JSONObject()
            object["settings"] = .object(settings)
            copy.settings = try WorkspaceRecord(json: .object(object)).settings
        } catch {
            let field = error.field.hasPrefix("settings.") ? String(error.field.dropFirst(9)) : error.field
            throw Failure(.usage, "\(field): '\(text)' \(error.problem)", hint: key.hint)
        }
        return copy
    }
}

extension Settings.Key {
    /// What it is for, in one line.
    public var summary: String {
        switch self {
        case .durability: "commit: a change is on the disk before its command ends; none: the system decides when"
        case .jobs: "how many runs may be live at once"
        case .logLimit: "how much of a run's log is kept; beyond it the middle is given back"
        case .retention: "how long ended runs, their logs and resolved notifications are kept"
        case .notify: "the types of notification that are made, with commas between them"
        case .notifyCommand: "a command that gets each notification as JSON on standard input"
        case .types: "per type of task the payload paths that it requires, as JSON"
        }
    }

    /// What is in force when nobody has set it.
    var usualValue: JSON {
        switch self {
        case .durability: Settings.Durability.commit.json
        case .jobs: max(4, Environment.processors).json
        case .logLimit: Settings().logLimit.json
        case .retention: Settings().retention.json
        case .notify: Notification.NotificationType.allCases.map(\.rawValue).json
        case .notifyCommand: .null
        case .types: .object(JSONObject())
        }
    }

    /// An example of a value, for the hint of a refusal.
    fileprivate var hint: String {
        switch self {
        case .durability: "durability is one of commit, none"
        case .jobs: "jobs is a whole number such as 4"
        case .logLimit: "log_limit is a size such as 100MB"
        case .retention: "retention is a duration such as 7d"
        case .notify: "notify is a list such as task_failed,mention"
        case .notifyCommand: "notify_command is a text for sh -c"
        case .types: #"types is JSON such as {"implementation": {"required": ["output_target.path"]}}"#
        }
    }

    /// What somebody has typed as the JSON that the file holds; whether it is allowed is checked later.
    fileprivate func value(of text: String) throws -> JSON {
        switch self {
        case .durability, .logLimit, .retention, .notifyCommand: return text.json
        case .jobs: return Int(text)?.json ?? text.json
        case .notify: return text.split(separator: ",").map { $0.trimmingBlanks }.filter { !$0.isEmpty }.json
        case .types:
            do throws(JSONFault) {
                return try JSON(parsing: text)
            } catch {
                throw Failure(.usage, "types: '\(text)' is not JSON: \(error)", hint: hint)
            }
        }
    }
}
