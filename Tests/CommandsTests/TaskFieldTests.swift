import Engine
import MCP
import Testing

@testable import Arguments
@testable import Commands

@Suite("A field of a task is known to commands, tools and batches alike")
struct TaskFieldTests {
    private static let created = arguments(TaskFields.created)
    private static let edited = arguments(TaskFields.edited)

    private static func options<Target>(_ inputs: [FieldInput<Target>]) -> [String] {
        inputs.flatMap { $0.parameters.flatMap(\.entries).map(\.name) }
    }

    private static func arguments<Target>(_ inputs: [FieldInput<Target>]) -> [String] {
        inputs.flatMap { $0.arguments.map(\.name) }
    }

    @Test("what create_task takes, an item of a batch has under the same name", arguments: created)
    func batch(_ name: String) {
        #expect(TaskDraft.fields.contains { $0.name == name })
    }

    @Test("what an item of a batch has, create_task takes", arguments: TaskDraft.fields.map(\.name))
    func tool(_ name: String) {
        // What the work leaves, what is short for two others, what every call has.
        let others = ["artifacts", "assignee", "command_id"]
        #expect(Self.created.contains(name) != others.contains(name))
    }

    @Test("what a task is made with can be changed later, unless there is a verb for it", arguments: created)
    func change(_ name: String) {
        let hasVerb = ["depends_on", "agent", "user"].contains(name)
        let isChanged = Self.edited.contains(name) || name == "labels" && Self.edited.contains("add_labels")
        #expect(isChanged != hasVerb)
    }

    @Test("what a tool takes, a command line takes as well")
    func options() {
        for input in TaskFields.created { #expect(!input.parameters.isEmpty && !input.arguments.isEmpty) }
        for input in TaskFields.edited { #expect(!input.parameters.isEmpty && !input.arguments.isEmpty) }
        for options in [Self.options(TaskFields.created), Self.options(TaskFields.edited)] {
            #expect(Set(options).count == options.count && options.contains("--check") && options.contains("--due"))
        }
    }
}
