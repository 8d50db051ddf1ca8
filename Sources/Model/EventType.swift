/// The types of events: the words after the kind of record that they are about.
public enum EventType {
    public static let triggerFired = "trigger/fired"
    public static let triggerSuppressed = "trigger/suppressed"
    public static let triggerFailed = "trigger/failed"
    public static let notificationCreated = "notification/created"
    public static let notificationUndelivered = "notification/undelivered"

    /// The kind whose events only people emit: `tf events emit custom/NAME`.
    public static let custom = "custom"

    /// The types that `tf` itself emits, by the word before the slash.
    public static let words: [(kind: String, words: [String])] = [
        (
            "task",
            Set(TaskTransition.table.values.compactMap(\.event)).filter { !$0.contains("/") }.union([
                "status_changed", "retry_scheduled", "progress", "stale_requeued", "deleted",
            ]).sorted()
        ),
        ("comment", ["created", "edited", "resolved"]),
        (
            "run",
            ["queued", "started", "succeeded", "failed", "stop_requested", "cancelled", "timed_out", "lost"]
        ),
        ("agent", ["created", "edited", "removed"]),
        ("trigger", ["created", "edited", "removed", "fired", "suppressed", "failed"]),
        (
            "flow",
            [
                "created", "planned", "approved", "rejected", "revised", "started", "waiting", "blocked", "paused",
                "resumed", "stop_requested", "cancelled", "succeeded", "failed", "lost", "checkpointed", "noted",
                "edited",
                "retried", "directory_mismatch",
            ]
        ),
        ("notification", ["created", "read", "resolved", "undelivered"]),
        ("automation", ["armed", "disarmed", "skipped", "fused"]),
        ("workspace", ["created", "edited", "rebased", "repaired", "undone"]),
    ]

    /// Every type that `tf` itself emits.
    public static let all: [String] = words.flatMap { kind, words in words.map { kind + "/" + $0 } }

    /// Whether there can be an event of this type.
    public static func exists(_ type: String) -> Bool { isCustom(type) || all.contains(type) }

    /// Whether a type is one that people may emit: `custom/` and a name.
    public static func isCustom(_ type: String) -> Bool {
        type.hasPrefix(custom + "/") && Identifier.isName(String(type.dropFirst(custom.count + 1)))
    }

    /// What is wrong with a pattern for types; nil when something can fit it.
    public static func problem(inPattern pattern: String) -> String? {
        if exists(pattern) || all.contains(where: { Glob.matches($0, pattern) }) { return nil }
        let isGlob = pattern.contains("*") || pattern.contains("?")
        // Names are anybody's, so a pattern for them cannot be checked any further.
        if isGlob, pattern.hasPrefix(custom + "/") { return nil }
        return isGlob ? "fits no type of event" : "is not a type of event"
    }
}
