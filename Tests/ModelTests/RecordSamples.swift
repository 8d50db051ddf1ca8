import Model
import Testing

/// One record of each kind with every field that it can have, as its file would hold it.
struct RecordSample: Sendable, CustomTestStringConvertible {
    let kind: RecordKind
    let json: JSON
    /// Fields without which the record is refused.
    let required: Set<String>
    /// Fields that take any JSON.
    let free: Set<String>

    var testDescription: String { kind.rawValue }

    private init(_ kind: RecordKind, required: [String], free: Set<String> = [], _ members: JSON) {
        self.kind = kind
        self.required = Set(["id", "rev", "created_at", "updated_at"] + required)
        self.free = free
        json = members.merged(with: [
            "schema": 1, "rev": 3, "created_at": "2026-03-01T09:30:00.000Z", "updated_at": "2026-03-01T09:30:00.001Z",
        ])
    }

    static func of(_ kind: RecordKind) -> RecordSample { all.first { $0.kind == kind }! }

    static let all = [task, comment, run, agent, trigger, notification, workspace, lease]

    private static let task = RecordSample(
        .task, required: ["title", "status"], free: ["payload"],
        [
            "id": "T-1", "title": "Paint the fence", "description": "All of it\n", "name": "fence", "type": "chore",
            "labels": ["home", "summer"], "payload": ["color": .null], "artifacts": ["out/a.txt"], "priority": "high",
            "status": "failed", "status_reason": "no paint", "parent": "T-2", "depends_on": ["T-3", "T-4"],
            "flow": "F-1", "step": "paint", "assignee": ["agent": "painter"], "created_by": "tom", "attempt": 2,
            "max_attempts": 3, "last_error": "exit 1", "run": "R-7", "worker": "ben", "check": ["test -s fence"],
            "produces": ["fence"], "not_before": "2026-03-02T00:00:00.000Z", "due": "2026-03-03T00:00:00.000Z",
            "automation": [
                "every": "90s", "timeout": "5m", "next_at": "2026-03-01T10:10:00.000Z", "tick": 4, "failures": 0,
                "last_beat_at": "2026-03-01T10:00:30.000Z",
            ],
            "progress": ["text": "the second coat", "percent": 40, "at": "2026-03-01T10:30:00.000Z"], "hold": true,
            "started_at": "2026-03-01T10:00:00.000Z", "ended_at": "2026-03-01T11:00:00.000Z",
        ])

    private static let comment = RecordSample(
        .comment, required: ["task", "author", "text"],
        [
            "id": "C-1", "task": "T-1", "author": "polly", "kind": "feedback", "text": "Missed a spot", "run": "R-7",
            "resolved_at": "2026-03-01T12:00:00.000Z",
        ])

    private static let run = RecordSample(
        .run, required: ["task", "status", "queued_at"],
        [
            "id": "R-7", "task": "T-1", "agent": "painter", "status": "failed", "cause": "retry", "depth": 1,
            "attempt": 2, "repeats": 4, "within": "R-1", "command": ["paint", "--all"], "cwd": "/yard", "host": "home",
            "supervisor": ["pid": 11, "started": "boot/1"], "process": ["pid": 12, "started": "boot/2"],
            "not_before": "2026-03-01T09:31:00.000Z",
            "stop": [
                "verb": "cancel", "at": "2026-03-01T09:40:00.000Z", "actor": "tom", "reason": "rain", "grace": "90s",
            ],
            "queued_at": "2026-03-01T09:30:00.000Z", "started_at": "2026-03-01T09:31:00.000Z",
            "ended_at": "2026-03-01T09:41:00.000Z", "exit_code": 1, "signal": 15, "error": "no paint",
            "usage": ["wall_ms": 5, "user_ms": 3, "system_ms": 1, "max_rss_bytes": 4096], "outputs": ["file": "a.txt"],
        ])

    private static let agent = RecordSample(
        .agent, required: [],
        [
            "id": "painter", "command": ["paint", "--all"], "cwd": "yard", "env": ["BRUSH": "wide", "HOME": .null],
            "stdin": "prompt", "timeout": "1h30m", "grace": "90s", "max_attempts": 3,
            "backoff": ["delay": "500ms", "factor": .number(1.5), "max_delay": "120s", "jitter": .number(0.25)],
            "concurrency": 2, "exit_codes": ["2": "block", "75": "retry"], "review": true, "dispatch": "queue",
            "scope": "workspace", "description": "Paints", "disabled": true,
        ])

    private static let trigger = RecordSample(
        .trigger, required: ["on", "action"],
        [
            "id": "ship", "on": "task/completed", "where": [["field": "label", "op": "!=", "value": "draft"]],
            "action": ["exec": ["./ship", "prod"]], "position": 41, "failures": 2, "disabled": true,
            "created_by": "tom",
        ])

    private static let notification = RecordSample(
        .notification, required: ["to", "type", "title", "about"],
        [
            "id": "N-1", "to": "polly", "type": "run_failed", "priority": "urgent", "title": "R-7 failed",
            "body": "exit 1", "about": "R-7", "read_at": "2026-03-01T12:00:00.000Z",
            "resolved_at": "2026-03-01T12:01:00.000Z", "resolution": "retry", "delivery_error": "R-8 exit 1",
        ])

    private static let lease = RecordSample(
        .lease, required: ["owner", "expires_at"],
        [
            "id": "T-1", "owner": "polly", "token": "0123456789abcdef", "expires_at": "2026-03-01T09:30:30.000Z",
            "length": "30s", "command_id": "c1",
        ])

    private static let workspace = RecordSample(
        .workspace, required: ["format", "workspace"],
        [
            "id": "workspace", "format": 1, "workspace": "0123456789abcdef", "prefix": "FENCE", "ids": "hash",
            "shared": true, "floor": ["task": 12],
            "settings": [
                "durability": "none", "jobs": 2, "log_limit": "5MiB", "retention": "1h30m", "notify": ["mention"],
                "notify_command": "notify-send", "types": ["chore": ["required": ["color", "size.height"]]],
            ],
        ])
}
