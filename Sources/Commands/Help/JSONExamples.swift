import Engine
import Model
import Store
import System

/// One example of the JSON of every command, made from the types that print it, so that it cannot differ from them.
struct JSONExamples {
    /// The commands that print such a value.
    let commands: String
    let json: String

    private init(_ commands: String, _ json: JSON) {
        self.commands = commands
        self.json = json.indentedText
    }

    static var all: [JSONExamples] {
        [
            JSONExamples(
                "tf task create, show, edit, wait, every verb of a task; tf task list: an array of these",
                task.shownJSON),
            JSONExamples("tf task claim: null when there is nothing to claim", claimed),
            JSONExamples("tf task delete", ["id": "T-12", "title": "Fix the build", "deleted": true]),
            JSONExamples("tf task assign, tf exec, tf run start", ["task": ["id": "T-12"], "run": ["id": "R-3"]]),
            JSONExamples("tf task comment; tf task comments: an array", comment.shownJSON),
            JSONExamples("tf task history: an array; changes are those of the event's transaction", historyEvent),
            JSONExamples("tf task why; with several tasks an array", why),
            JSONExamples("tf task tree TASK; without one an array, and no ancestors", tree),
            JSONExamples("tf task prompt", ["task": "T-12", "prompt": "# Instruction\n…", "feedback": ["C-7"]]),
            JSONExamples("tf events: an array; with --follow one a line; tf events emit", event.json),
            JSONExamples("tf run show, wait; tf run list: an array", run.shownJSON),
            JSONExamples("tf run logs", ["run": "R-3", "status": "failed", "log": "make: *** [test] Error 2\n"]),
            JSONExamples("tf agent add, show, edit; tf agent list: an array", agent.shownJSON),
            JSONExamples("tf agent remove", ["id": "coder", "deleted": true]),
            JSONExamples(
                "tf agent test",
                [
                    "agent": "coder", "command": ["claude", "-p"], "outcome": "exit 0", "output": "I am here.\n",
                    "status": 0, "wall_ms": 1204,
                ]),
            JSONExamples("tf trigger add, show, enable, disable; tf trigger list: an array", trigger.shownJSON),
            JSONExamples("tf trigger remove", ["id": "ship", "deleted": true]),
            JSONExamples("tf trigger test", trial),
            JSONExamples(
                "tf inbox read, resolve; tf inbox: an array, with --follow one a line", notification.shownJSON),
            JSONExamples(
                "tf prime; task only within a run",
                [
                    "workspace": "/home/alice/project", "task": "T-12", "prime": "# You work on T-12 in run R-3\n…",
                    "ready": [["id": "T-14", "title": "Fix the build", "status": "todo", "priority": "normal"]],
                ]),
            JSONExamples(
                "tf status",
                [
                    "workspace": "/home/alice/project/.tf", "trusted": true,
                    "summary": [
                        "tasks": ["todo": 3, "running": 1, "done": 12], "ready": 2, "overdue": 0, "runs": 1, "held": 0,
                        "stuck": 1, "inbox": 0,
                    ],
                    "runs": [["id": "R-3"]], "held": [],
                    "stuck": [["id": "T-14", "status": "todo", "reason": "waits for T-9, which is failed"]],
                    "inbox": [],
                ]),
            JSONExamples(
                "tf work: an array, of whole records; with --jsonl a line as each run ends",
                ["task": ["id": "T-12"], "run": ["id": "R-3"]]),
            JSONExamples(
                "tf tick",
                [
                    "actions": [["kind": "started", "about": "R-3", "text": "R-3 of T-12 started"]],
                    "dry_run": false, "invalid": [],
                    "summary": .object(
                        JSONObject(TickAction.Kind.allCases.map { ($0.rawValue, $0 == .started ? 1 : 0) })),
                ]),
            JSONExamples(
                "tf doctor",
                [
                    "findings": [
                        Finding(
                            "phantom_running", .warning, about: "T-12", "T-12 is running, and nobody works on it",
                            remedy: "tf tick"
                        ).json
                    ],
                    "repairs": [],
                    "summary": .object(
                        JSONObject(Finding.Severity.allCases.map { ($0.rawValue, $0 == .warning ? 1 : 0) })),
                ]),
            JSONExamples(
                "tf gc",
                [
                    "removed": [["about": "R-3", "reason": "it ended more than 7d ago", "bytes": 52_310]],
                    "dry_run": false, "summary": ["count": 1, "bytes": 52_310],
                ]),
            JSONExamples("tf config; tf config KEY: the value alone", ["durability": "commit", "jobs": 4]),
            JSONExamples("tf config --list --origin", ["jobs": ["value": 4, "origin": "default"]]),
            JSONExamples(
                "tf init, tf config KEY VALUE",
                [
                    "id": "workspace", "format": 1, "ids": "sequential", "path": "/home/alice/project/.tf",
                    "prefix": "T",
                    "rev": 1, "settings": .object(JSONObject()), "workspace": "61d2601d81b1bcf5",
                ]),
            JSONExamples(
                "tf trust",
                [
                    "path": "/home/alice/project/.tf", "trusted": true, "changed": true, "agents": ["coder"],
                    "triggers": ["on-done"], "hooks": ["task.completed"], "settings": [],
                ]),
            JSONExamples("tf trust --list: an array", ["path": "/home/alice/project/.tf"]),
            JSONExamples("tf version", ["version": .string(Version.number)]),
            JSONExamples("every command that fails", Failure.notFound("task T-99").json),
        ]
    }

    private static let moment = Timestamp(milliseconds: 1_772_357_400_000)

    private static func dated<R: Record>(_ record: R, rev: Int = 1) -> R {
        var record = record
        record.envelope.rev = rev
        record.envelope.createdAt = moment
        record.envelope.updatedAt = moment
        return record
    }

    private static var task: Task {
        var task = Task(id: ID(number: 12), title: "Fix the build")
        task.labels = ["ci"]
        task.createdBy = "alice"
        task.assignee = .user("bob")
        task.due = moment + .seconds(86_400)
        return dated(task)
    }

    private static var claimed: JSON {
        var task = task
        task.status = .running
        task.attempt = 1
        task.worker = "alice"
        task.startedAt = moment
        let token = "5f0c2f6d1d6b4a0f9f3e8b7a6c5d4e3f"
        let lease = Lease(of: task.id, owner: "alice", token: token, length: Lease.usualLength, from: moment)
        return Shown(dated(task, rev: 2), lease: lease, withToken: true).json
    }

    private static var run: Run {
        var run = Run(
            id: ID(number: 3), task: ID(number: 12), agent: ID("coder"), cause: .assigned, attempt: 1, queuedAt: moment)
        run.command = ["make", "test"]
        run.move(to: .running, at: moment)
        run.move(to: .failed, at: moment + .seconds(4))
        run.exitCode = 2
        run.error = "exit 2: make: *** [test] Error 2"
        return dated(run, rev: 3)
    }

    private static var comment: Comment {
        dated(Comment(id: ID(number: 7), task: ID(number: 12), author: "alice", kind: .feedback, text: "Needs a test"))
    }

    private static var notification: Notification {
        dated(
            Notification(
                id: ID(number: 2), to: "alice", type: .runFailed, priority: .normal, title: "T-12 failed", about: "T-12"
            ))
    }

    private static var agent: Agent {
        var agent = Agent(id: ID("coder")!)
        agent.command = ["claude", "-p"]
        agent.env = ["HOME": .inherited, "TOKEN": .value("")]
        agent.stdin = .prompt
        agent.timeout = WrittenDuration("30m")
        return dated(agent)
    }

    private static var trigger: Trigger {
        var trigger = Trigger(
            id: ID("ship")!, on: EventType.taskCompleted.rawValue, action: .exec(.words(["./ship.sh", "prod"])))
        trigger.conditions = [TriggerCondition("label=deploy")!]
        trigger.position = 40
        trigger.createdBy = "alice"
        return dated(trigger)
    }

    private static let trial: JSON = [
        "trigger": "ship", "event": 41, "fires": false, "action": ["exec": ["./ship.sh", "prod"]],
        "checks": [
            ["satisfied": true, "text": "it is not disabled"],
            ["satisfied": false, "text": .string("\(event.type) is not \(trigger.on)")],
        ],
        "events": [],
    ]

    private static var event: Event {
        var event = Event(.taskStatusChanged, actor: "alice", about: "T-12")
        event.seq = 41
        event.at = moment
        event.rev = 2
        event.task = "T-12"
        event.data = JSONObject([("from", "todo"), ("to", "running")])
        return event
    }

    private static let why: JSON = [
        "id": "T-12", "status": "todo", "ready": false,
        "causes": [
            [
                "code": "dependency", "text": "waits for T-9, which is failed", "about": "T-9",
                "hint": "tf task retry T-9",
            ]
        ],
    ]

    private static let tree: JSON = [
        "id": "T-12", "title": "Fix the build", "status": "todo",
        "ancestors": [["id": "T-1", "title": "Release", "status": "running"]],
        "dependencies": [
            ["id": "T-9", "title": "Get the logs", "status": "failed", "dependencies": [], "children": []]
        ],
        "children": [["id": "T-13", "title": "A test", "status": "todo", "dependencies": [], "children": []]],
    ]

    private static var historyEvent: JSON {
        var object = event.json.object ?? JSONObject()
        object["changes"] = ["attempt": ["from": 0, "to": 1]]
        return .object(object)
    }
}
