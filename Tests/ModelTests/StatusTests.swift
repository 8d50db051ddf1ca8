import Model
import System
import Testing

@Suite("Words for a status, a priority and a size")
struct StatusTests {
    @Test(
        "the words of other tools are understood, however they are written",
        arguments: [
            ("completed", .done), ("Finished", .done), ("in-progress", .running), ("In Progress", .running),
            ("IN_PROGRESS", .running), ("doing", .running), ("canceled", .cancelled), ("open", .todo),
            ("pending", .todo), ("to do", .todo), ("error", .failed), ("timeout", .timedOut), ("timed-out", .timedOut),
            ("on hold", .paused), ("in review", .review), ("killed", .terminated), ("Done", .done),
        ] as [(String, TaskStatus)])
    func foreignWords(word: String, status: TaskStatus) {
        #expect(TaskStatus.meant(by: word) == status)
    }

    @Test("a word that nobody knows means nothing", arguments: ["", "don", "doneish", "blocked!", "42"])
    func unknownWords(word: String) {
        #expect(TaskStatus.meant(by: word) == nil)
    }

    @Test("a right word means itself", arguments: TaskStatus.allCases)
    func rightWords(status: TaskStatus) {
        #expect(TaskStatus.meant(by: status.rawValue) == status)
    }

    @Test("six statuses are of tasks that go on, six of tasks that have ended")
    func terminal() {
        #expect(TaskStatus.terminal == [.done, .failed, .cancelled, .terminated, .timedOut, .lost])
        #expect(TaskStatus.active == [.todo, .scheduled, .running, .review, .blocked, .paused])
    }

    @Test("urgent comes before high, normal and low")
    func priorities() {
        #expect(Priority.allCases.shuffled().sorted() == [.urgent, .high, .normal, .low])
    }

    @Test("a run is queued, runs and ends, and nothing follows its end")
    func runs() {
        let table: [Run.Status: Set<Run.Status>] = [
            .queued: [.running, .cancelled, .failed],
            .running: [.succeeded, .failed, .cancelled, .timedOut, .lost],
            .succeeded: [], .failed: [], .cancelled: [], .timedOut: [], .lost: [],
        ]
        for status in Run.Status.allCases {
            #expect(status.successors == table[status])
            #expect(status.isTerminal == table[status]?.isEmpty)
        }
    }

    @Test("a run notes when it starts and ends, and says in few words how")
    func outcomes() {
        func run(_ change: (inout Run) -> Void) -> Run {
            var run = Run(
                id: ID(number: 1), task: ID(number: 1), agent: nil, cause: .manual, attempt: 1,
                queuedAt: Timestamp(milliseconds: 1))
            change(&run)
            return run
        }
        var ended = run { $0.move(to: .running, at: Timestamp(milliseconds: 2)) }
        #expect(ended.startedAt == Timestamp(milliseconds: 2) && ended.endedAt == nil && ended.outcome == nil)
        ended.move(to: .timedOut, at: Timestamp(milliseconds: 3))
        #expect(ended.endedAt == Timestamp(milliseconds: 3) && ended.startedAt == Timestamp(milliseconds: 2))
        #expect(ended.outcome == "timed out")
        #expect(run { ($0.status, $0.exitCode) = (.failed, 2) }.outcome == "exit 2")
        #expect(run { ($0.status, $0.exitCode) = (.succeeded, 0) }.outcome == "exit 0")
        #expect(run { ($0.status, $0.signal) = (.failed, 9) }.outcome == "signal 9")
        #expect(run { ($0.status, $0.error) = (.failed, "command not found: x") }.outcome == "command not found: x")
        #expect(run { ($0.status, $0.exitCode) = (.cancelled, 1) }.outcome == "cancelled")
    }

    @Test(
        "sizes are whole numbers with units as GNU has them, in any case: KB is 1000 bytes, K and KiB are 1024",
        arguments: [
            ("0", 0), ("12", 12), ("12B", 12), ("1KB", 1000), ("1k", 1024), ("100MB", 100_000_000),
            ("2GB", 2_000_000_000), ("1TB", 1_000_000_000_000), ("3M", 3 << 20), ("1KiB", 1024), ("5mib", 5 << 20),
            ("2GIB", 2 << 30),
        ] as [(String, Int64)])
    func sizes(text: String, bytes: Int64) {
        #expect(ByteCount(text)?.bytes == bytes)
        #expect(ByteCount(text)?.description == text)
    }

    @Test(
        "what is no size is refused",
        arguments: ["", "MB", "-1", "1.5GB", "1 MB", "1XB", "٣MB", "9223372036854775807K"])
    func noSizes(text: String) {
        #expect(ByteCount(text) == nil)
    }

    @Test("a number of bytes is written in the largest decimal unit that divides it, and reads back")
    func writtenSizes() throws {
        let texts: [Int64: String] = [
            0: "0B", 999: "999B", 1000: "1KB", 1500: "1500B", 2_000_000: "2MB", 1 << 20: "1048576B",
            3_000_000_000: "3GB",
        ]
        for (bytes, text) in texts {
            #expect(ByteCount(bytes).description == text)
            #expect(ByteCount(text)?.bytes == bytes)
            #expect(try ByteCount(json: .integer(bytes)).description == text)
        }
        #expect(throws: FieldProblem.self) { try ByteCount(json: -1) }
    }

    @Test("a type of task says which paths its payload lacks; null is lacking")
    func requiredPaths() throws {
        let type = try TaskType(json: ["required": ["target.path", "owner"]])
        #expect(type.missing(in: nil) == ["target.path", "owner"])
        #expect(type.missing(in: ["target": ["path": "a"], "owner": .null]) == ["owner"])
        #expect(type.missing(in: ["target": ["path": ""], "owner": 0]) == [])
    }
}
