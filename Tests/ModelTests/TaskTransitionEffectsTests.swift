import Model
import System
import Testing

@Suite("What a transition makes of a task")
struct TaskTransitionEffectsTests {
    private let now = Timestamp(milliseconds: 1_000_000)
    private let later = Timestamp(milliseconds: 2_000_000)

    private func task(_ status: TaskStatus, _ change: (inout Task) -> Void = { _ in }) -> Task {
        var task = Task(id: ID(number: 1), title: "x")
        task.status = status
        change(&task)
        return task
    }

    @Test("starting and claiming count an attempt and note its start", arguments: [TaskVerb.start, .claim])
    func attempts(verb: TaskVerb) throws {
        var task = task(.todo) { $0.attempt = 2 }
        try task.apply(verb, at: now)
        #expect(task.attempt == 3)
        #expect(task.startedAt == now)
        #expect(task.endedAt == nil)
    }

    @Test(
        "a task that ends has the time, and a reason by default",
        arguments: [
            (.complete, "Task completed"), (.fail, "Task failed"), (.cancel, "Task cancelled"),
            (.terminate, "Task terminated"), (.timeout, "Task timed out"),
        ] as [(TaskVerb, String)])
    func endings(verb: TaskVerb, reason: String) throws {
        for given in [nil, "", " \n"] {
            var task = task(.running) { $0.startedAt = now }
            try task.apply(verb, at: later, reason: given)
            #expect(task.statusReason == reason)
            #expect(task.endedAt == later)
            #expect(task.startedAt == now)
        }
        var task = task(.running)
        try task.apply(verb, at: later, reason: "because")
        #expect(task.statusReason == "because")
    }

    @Test(
        "a failure is kept as the last error until the task is tried again",
        arguments: [TaskVerb.fail, .timeout, .lose])
    func lastError(verb: TaskVerb) throws {
        var task = task(.running)
        try task.apply(verb, at: now, reason: "exit 2")
        #expect(task.lastError == "exit 2")
        try task.apply(.retry, at: later)
        #expect(task.lastError == nil)
        #expect(task.statusReason == nil)
        #expect(task.endedAt == nil)
    }

    @Test("completing and cancelling are no errors", arguments: [TaskVerb.complete, .cancel, .terminate])
    func noError(verb: TaskVerb) throws {
        var task = task(.running)
        try task.apply(verb, at: now, reason: "so it is")
        #expect(task.lastError == nil)
    }

    @Test("retry goes on counting, and raises the maximum by one only when it is used up")
    func retry() throws {
        for (attempt, maximum, raised) in [(1, 3, 3), (2, 3, 3), (3, 3, 4), (1, 1, 2)] {
            var task = task(.failed) {
                $0.attempt = attempt
                $0.maxAttempts = maximum
            }
            try task.apply(.retry, at: now)
            #expect(task.attempt == attempt)
            #expect(task.maxAttempts == raised)
        }
        var unassigned = task(.failed) { $0.attempt = 2 }
        try unassigned.apply(.retry, at: now)
        #expect(unassigned.maxAttempts == nil)
        unassigned.attempt = 3
        unassigned.status = .failed
        try unassigned.apply(.retry, at: now)
        #expect(unassigned.maxAttempts == 4)
        var agent = Agent(id: try #require(ID("coder")))
        for (maximum, raised) in [(nil, 3), (2, 3), (3, nil)] as [(Int?, Int?)] {
            agent.maxAttempts = maximum
            var assigned = task(.failed) {
                $0.attempt = 2
                $0.assignee = .agent(agent.id)
            }
            try assigned.apply(.retry, at: now, agent: agent)
            #expect(assigned.maxAttempts == raised)
        }
    }

    @Test("reopen begins again from nothing")
    func reopen() throws {
        var task = task(.lost) {
            $0.attempt = 3
            $0.lastError = "gone"
            $0.statusReason = "gone"
            $0.startedAt = now
            $0.endedAt = now
        }
        try task.apply(.reopen, at: later)
        #expect(task == self.task(.todo))
    }

    @Test("a reason stays as long as its status")
    func reasons() throws {
        var task = task(.running)
        try task.apply(.block, at: now, reason: "no paint")
        #expect(task.statusReason == "no paint")
        #expect(task.endedAt == nil)
        try task.apply(.unblock, at: later)
        #expect(task.statusReason == nil)
    }

    @Test("verbs that leave the status alone leave everything alone", arguments: [TaskVerb.heartbeat, .assign, .edit])
    func unchanged(verb: TaskVerb) throws {
        var task = task(.running) {
            $0.statusReason = "at it"
            $0.startedAt = now
        }
        let before = task
        try task.apply(verb, at: later, reason: "ignored")
        #expect(task == before)
    }

    @Test("the caller may send a task elsewhere: a failed attempt of an automated one is scheduled again")
    func landing() throws {
        var task = task(.running) { $0.automation = Automation(every: WrittenDuration(.seconds(600))) }
        try task.apply(.fail, at: now, reason: "exit 2", landingIn: .scheduled)
        #expect(task.status == .scheduled)
        #expect(task.lastError == "exit 2")
        #expect(task.endedAt == nil)
    }

    @Test("how often a task may be started automatically: its own number, its agent's, one for agents, three without")
    func automaticAttempts() {
        var agent = Agent(id: ID("painter")!)
        var task = task(.todo)
        #expect(task.automaticAttempts(agent: nil) == 3)
        task.assignee = .user("tom")
        #expect(task.automaticAttempts(agent: nil) == 3)
        task.assignee = .agent(agent.id)
        #expect(task.automaticAttempts(agent: agent) == 1)
        agent.maxAttempts = 5
        #expect(task.automaticAttempts(agent: agent) == 5)
        task.maxAttempts = 2
        #expect(task.automaticAttempts(agent: agent) == 2)
    }
}
