import Model
import Testing

@Suite("The table of event types")
struct EventTypeTests {
    /// Copied by hand from the specification, but for the verbs of tasks, which have a table of their own, and for what
    /// tells of files that somebody has changed or removed.
    static let specification = """
        task/ edited assigned unassigned status_changed retry_scheduled progress stale_requeued deleted
        comment/ created edited resolved deleted
        run/ queued started succeeded failed stop_requested cancelled timed_out lost created edited deleted
        agent/ created edited removed
        trigger/ created edited removed fired suppressed failed
        flow/ created planned approved rejected revised started waiting blocked paused resumed stop_requested cancelled \
        succeeded failed lost checkpointed noted edited retried directory_mismatch
        notification/ created read resolved undelivered edited deleted
        automation/ armed disarmed skipped fused
        workspace/ created edited rebased repaired undone
        """

    @Test("the types are these and those of the verbs")
    func types() {
        var types = Set(TaskTransition.table.values.compactMap(\.event?.rawValue))
        for line in Self.specification.split(separator: "\n") {
            let words = line.split(separator: " ")
            types.formUnion(words.dropFirst().map { String(words[0] + $0) })
        }
        #expect(Set(EventType.allCases.map(\.rawValue)) == types)
    }

    @Test("a type is about the kind of record that its first word names; an automation is a task's")
    func kinds() {
        for type in EventType.allCases {
            let word = type.rawValue.prefix { $0 != "/" }
            #expect(type.kind.rawValue == (word == "automation" ? "task" : word), "\(type)")
        }
    }

    @Test("data says what the type's row has, and nothing else")
    func data() {
        #expect(EventType.taskStatusChanged.admits(["from": "todo", "to": "done"]))
        #expect(EventType.taskStatusChanged.admits([:]))
        #expect(!EventType.taskStatusChanged.admits(["from": "todo", "owner": "ann"]))
        #expect(!EventType.commentCreated.admits(["color": "red"]))
    }

    @Test("every name that data may have is one of some type")
    func members() {
        #expect(Set(EventType.allCases.flatMap(\.members)) == Set(EventMember.allCases))
    }

    @Test("a verb's event is about a task, and so is that of a status which was written by hand")
    func verbs() {
        for transition in TaskTransition.table.values { #expect(transition.event?.kind ?? .task == .task) }
        for (from, to) in TaskStatus.allCases.flatMap({ from in TaskStatus.allCases.map { (from, $0) } }) {
            #expect(to.event(afterEditFrom: from)?.kind ?? .task == .task)
            #expect((to.event(afterEditFrom: from) == nil) == (to == .scheduled))
        }
    }

    @Test("a run's status has an event of a run of its own")
    func runs() {
        let types = Run.Status.allCases.map(\.event)
        #expect(types.allSatisfy { $0.kind == .run } && Set(types).count == types.count)
    }

    @Test("whatever somebody does to a file that may be edited, there is a type that tells of it")
    func handEdits() {
        for kind in RecordKind.allCases where kind.isEditable && kind != .flow {
            #expect(EventType.created(kind)?.kind == kind && EventType.edited(kind)?.kind == kind)
            // Without its own record there is no workspace.
            #expect(EventType.removed(kind)?.kind == (kind == .workspace ? nil : kind))
        }
        #expect(EventType.removed(.agent) == .agentRemoved && EventType.removed(.task) == .taskDeleted)
    }

    @Test("people emit custom/ and a name", arguments: ["custom/x", "custom/deployed.v2", "custom/a_b-c"])
    func custom(text: String) throws {
        #expect(try #require(CustomEventType(text)).text == text)
        #expect(EventType.exists(text))
    }

    @Test("and nothing else", arguments: ["custom/", "custom", "custom/A", "custom/a b", "task/completed", "x/y", ""])
    func notCustom(text: String) {
        #expect(CustomEventType(text) == nil)
    }
}
