import Foundation
import Model
import Store
import System
import Testing

@testable import Engine

@Suite("What somebody who works on a task is told")
struct PromptTests {
    private func prompt(_ task: String, in bench: Bench) throws -> String {
        let snapshot = try bench.engine.workspace.snapshot()
        return Prompt(try TaskContext(of: snapshot.task(task), in: snapshot)).text
    }

    private func headings(_ text: String) -> [String] {
        text.split(separator: "\n").filter { $0.hasPrefix("# ") }.map { String($0.dropFirst(2)) }
    }

    @Test("the parts come in their order, and empty ones are left out")
    func order() throws {
        let bench = try Bench()
        let engine = bench.engine
        done(try engine.create(TaskDraft(title: "Whole")))
        done(try engine.create(TaskDraft(title: "First")))
        var draft = TaskDraft(title: "Middle")
        draft.set(.parent, to: "T-1")
        draft.dependsOn = ["T-2"]
        done(try engine.create(draft))
        #expect(
            try headings(prompt("T-2", in: bench)) == ["Instruction", "T-2: First", "Reporting back"])
        for title in ["Sibling", "Part"] {
            var draft = TaskDraft(title: title)
            draft.set(.parent, to: title == "Part" ? "T-3" : "T-1")
            done(try engine.create(draft))
        }
        done(try engine.comment(on: "T-3", "Use tabs", kind: .feedback))
        done(try engine.comment(on: "T-3", "By the way"))
        #expect(
            try headings(prompt("T-3", in: bench)) == [
                "Instruction", "Feedback", "T-3: Middle", "Parent and siblings", "Depends on", "Subtasks", "Comments",
                "Reporting back",
            ])
    }

    @Test("open feedback is there in full, other comments are shortened to 80 characters")
    func comments() throws {
        let bench = try Bench()
        done(try bench.engine.create(TaskDraft(title: "Task")))
        let long = String(repeating: "x", count: 200)
        done(try bench.engine.comment(on: "T-1", "first\n" + long, kind: .feedback))
        done(try bench.engine.comment(on: "T-1", "second\n" + long))
        let text = try prompt("T-1", in: bench)
        #expect(text.contains("- tester (C-1): first\n  " + long))
        #expect(text.contains("- tester: " + String(("second " + long).prefix(79)) + "…\n"))
        done(try bench.engine.resolve(comment: "C-1"))
        #expect(try !prompt("T-1", in: bench).contains("# Feedback"))
    }

    @Test("it has the task, the outcome and outputs of what it needed, and the last four runs")
    func content() throws {
        let bench = try Bench { $0.maxAttempts = 9 }
        let (first, run) = try bench.started("First")
        done(
            try bench.engine.change("settle") { change in
                var result = RunResult(.exited(0))
                result.outputs = ["file": "dist/a.tar"]
                try Settlement(change).settle(run, result)
                return []
            })
        var draft = TaskDraft(title: "Second")
        draft.set(.description, to: "Two\nlines")
        draft.set(.priority, to: .high)
        draft.set(.payload, to: ["branch": "main"])
        draft.dependsOn = [first.text]
        draft.set(.check, to: ["make lint"])
        draft.agent = "worker"
        done(try bench.engine.create(draft))
        for number in 2...6 {
            let id = ID<Run>(number: number)
            done(
                try bench.engine.change("start") { change in
                    var run: Run = try #require(try change.transaction.get(id))
                    run.move(to: .running, at: change.now)
                    try change.transaction.put(run)
                    var task: Model.Task = try #require(try run.task.flatMap { try change.transaction.get($0) })
                    try task.apply(.start, at: change.now)
                    try change.put(task)
                    return []
                })
            _ = try bench.end(id, .exited(3), lastLine: "no luck")
        }
        let text = try prompt("T-2", in: bench)
        #expect(text.contains("status: todo\npriority: high\n\nTwo\nlines\n\npayload:\n{\n  \"branch\": \"main\"\n}"))
        #expect(text.contains("- T-1 done: First\n  R-1: exit 0\n  file=dist/a.tar"))
        #expect(!text.contains("- R-2 ") && text.contains("- R-3 (attempt 2): failed, exit 3"))
        #expect(text.contains("- R-6 (attempt 5): failed, exit 3"))
        #expect(text.contains("This is run R-7, attempt 6 of 9.") && text.contains("- make lint"))
    }

    @Test("relatives are counted where there are many")
    func many() throws {
        let bench = try Bench()
        done(try bench.engine.create(TaskDraft(title: "Parent")))
        let drafts = (1...30).map { number in
            var draft = TaskDraft(title: "Child \(number)")
            draft.set(.parent, to: "T-1")
            return draft
        }
        done(try bench.engine.create(batch: drafts))
        let text = try prompt("T-1", in: bench)
        #expect(text.contains("Child 20\n") && !text.contains("Child 21\n") && text.contains("- and 10 more"))
    }

    @Test("a run that succeeds resolves the feedback that its prompt contained, and no other")
    func feedback() throws {
        let bench = try Bench()
        let (task, run) = try bench.started()
        done(try bench.engine.comment(on: task.text, "in the prompt", kind: .feedback))
        done(
            try bench.engine.change("note") { change in
                var run: Run = try #require(try change.transaction.get(run))
                run.feedback = [ID(number: 1)]
                try change.transaction.put(run)
                return []
            })
        done(try bench.engine.comment(on: task.text, "too late", kind: .feedback))
        let commit = try bench.end(run, .exited(0))
        let comments = try bench.engine.workspace.snapshot().all(Model.Comment.self)
        #expect(comments.map { $0.resolvedAt != nil } == [true, false])
        #expect(commit.events.map(\.type).suffix(2) == ["comment/resolved", "run/succeeded"])
    }

    @Test("a run that fails resolves nothing")
    func failed() throws {
        let bench = try Bench()
        let (task, run) = try bench.started()
        done(try bench.engine.comment(on: task.text, "in the prompt", kind: .feedback))
        done(
            try bench.engine.change("note") { change in
                var run: Run = try #require(try change.transaction.get(run))
                run.feedback = [ID(number: 1)]
                try change.transaction.put(run)
                return []
            })
        _ = try bench.end(run, .exited(1))
        let comment: Model.Comment = try bench.engine.workspace.snapshot().comment("C-1")
        #expect(comment.resolvedAt == nil)
    }
}
