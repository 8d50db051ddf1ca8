import Foundation
import Model
import Testing

@testable import Store

@Suite("Events of what was done without tf")
struct AdoptedEventTests {
    /// The types of events, after a look at what they say.
    private func types(_ events: [Event]) throws -> [String] {
        for event in events {
            let type = try #require(EventType(rawValue: event.type), "\(event.type)")
            #expect(type.admits(event.data) && event.actor == "external", "\(event.json.compactText)")
        }
        return events.map(\.type)
    }

    @Test("a status that was written by hand is told like one that a verb has brought about")
    func editedStatus() throws {
        let tf = try TemporaryWorkspace()
        let id = try tf.create("Paint")
        let text = String(decoding: try tf.bytes("tasks/T-1.json"), as: UTF8.self)
        try tf.write(text.replacingOccurrences(of: "\"todo\"", with: "\"done\"").utf8, to: "tasks/T-1.json")
        let commit = try tf.change { transaction in _ = try transaction.get(id) }
        #expect(try types(commit.events) == ["task/edited", "task/status_changed", "task/completed"])
        #expect(commit.events[1].data == ["from": "todo", "to": "done"] && commit.events[2].data.isEmpty)
    }

    @Test("a file that is gone is the end of its record")
    func removed() throws {
        let tf = try TemporaryWorkspace()
        let id = try tf.create("Paint")
        try tf.remove("tasks/T-1.json")
        let commit = try tf.change { transaction in _ = try transaction.get(id) }
        #expect(try types(commit.events) == ["task/deleted"])
        #expect(commit.events.first?.task == "T-1")
    }
}
