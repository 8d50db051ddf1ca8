import Engine
import Model
import Store
import System

/// The runs that a supervisor has started, from the start of a command until nothing is left of it.
///
/// It knows what ends a run and when; how processes are ended is the runner's business, and what the end of a run means
/// is the settlement's.
final class LiveRuns {
    /// A run of which nothing is left, and what there is to say of it.
    struct Ended {
        let run: LiveRun
        let result: RunResult
    }

    private let workspace: Workspace
    private let runner: any CommandRunner
    private var live: [ID<Run>: LiveRun] = [:]
    /// Waiting for their outcome to be committed.
    private(set) var ended: [Ended] = []
    /// Where the journal ended with this process's last commit: until it goes on, tasks are as they were.
    var lastCommit: JournalPosition?
    /// What follows the log of the task in front; nil for a supervisor that shows nothing.
    var follower: LogFollower?

    init(_ workspace: Workspace, _ runner: any CommandRunner) {
        self.workspace = workspace
        self.runner = runner
    }

    /// Whether no run has processes any more.
    var isEmpty: Bool { live.isEmpty }
    var count: Int { live.count }

    /// Takes in a run whose command has been let go.
    func add(_ run: LiveRun, _ command: any HeldBackCommand) {
        do throws(Spawn.Failure) {
            try runner.attend(command, of: run.id)
            live[run.id] = run
            attempt { try follower?.begin(run.id) }
        } catch {
            var result = RunResult(.notStarted(error.description))
            result.usage = Usage()
            ended.append(Ended(run: run, result: result))
        }
    }

    /// Forgets the ended runs, once their outcome is committed.
    func forgetEnded() { ended = [] }

    /// Does something that must not end the supervision of a run when it fails.
    func attempt(_ body: () throws -> Void) {
        do {
            try body()
        } catch {
            workspace.options.warn(Failure(error).message)
        }
    }

    // MARK: Time

    /// The next moment, by the monotonic clock, at which something has to be done without being told.
    func nextWake(_ now: Duration) -> Duration? {
        var moments: [Duration] = []
        if let look = runner.nextLook(at: now) { moments.append(look) }
        for run in live.values {
            if run.stop == nil, let deadline = run.deadline { moments.append(deadline) }
            moments.append(run.bound.nextLook)
        }
        if let look = follower?.nextLook, !live.isEmpty { moments.append(look) }
        return moments.min()
    }

    /// Takes note of what has happened, and does what is due: deadlines, log bounds.
    func onTime(_ now: Duration) throws {
        while true {
            let events = try runner.poll(at: now)
            if events.isEmpty { break }
            for event in events {
                switch event {
                case .exited(let id, let ending, let usage): try commandEnded(id, ending, usage, now)
                case .gone(let id): leave(id, now)
                }
            }
        }
        for (id, run) in live {
            if run.stop == nil, let deadline = run.deadline, now >= deadline {
                stop(id, .timeout(after: deadline - run.startedAt), .gently(within: run.grace), now)
            }
            if now >= run.bound.nextLook {
                live[id]?.bound.look(now: now, shown: follower?.shown(of: id) ?? .max)
            }
        }
    }

    // MARK: Stopping

    /// In front: the signal goes on to the command, which gets its grace, unless the person asks again.
    ///
    /// - Parameter reachesCommand: whether the command has it already, from the terminal that both belong to.
    func interrupt(by signal: Process.Signal, isRepeated: Bool, reachesCommand: Bool, _ now: Duration) {
        for (id, run) in live {
            if run.stop == nil { live[id]?.stop = .interrupted }
            let asks = !isRepeated && !reachesCommand
            let grace = isRepeated ? .zero : run.grace
            runner.stop(id, Teardown(signal: asks ? signal : nil, grace: grace), at: now)
        }
    }

    /// Asks all runs to end.
    func stopAll(_ stop: LiveRun.Stop, _ now: Duration) {
        for (id, run) in live {
            if case .guardLost = stop {
                live[id]?.stop = stop
                runner.stop(id, .atOnce, at: now)
            } else {
                self.stop(id, stop, .gently(within: run.grace), now)
            }
        }
    }

    /// Reads again whether somebody wants a run to stop.
    func takeStopRequests(_ now: Duration) throws {
        let snapshot = try workspace.snapshot()
        for (id, run) in live {
            guard let request = try snapshot.getValid(id)?.stop else { continue }
            if request.verb == .terminate {
                live[id]?.stop = .requested
                runner.stop(id, .atOnce, at: now)
            } else {
                stop(id, .requested, .gently(within: request.grace?.value ?? run.grace), now)
            }
        }
    }

    /// Ends a run, unless something ends it already.
    private func stop(_ id: ID<Run>, _ stop: LiveRun.Stop, _ teardown: Teardown, _ now: Duration) {
        guard let run = live[id], run.stop == nil else { return }
        live[id]?.stop = stop
        runner.stop(id, teardown, at: now)
    }

    // MARK: The end of a run

    private func commandEnded(
        _ id: ID<Run>, _ ending: Process.Ending, _ usage: Process.ResourceUsage, _ now: Duration
    ) throws {
        guard let run = live[id] else { return }
        live[id]?.add(usage)
        if run.stop == nil, case .exited(0) = ending, try startNextCheck(run) { return }
        // A check that could not be started has said so.
        if live[id]?.ending == nil { live[id]?.ending = try self.ending(of: run, ending) }
        live[id]?.phase = .finishing
        if case .guardLost? = run.stop {
            runner.finish(id, .atOnce, at: now)
        } else {
            runner.finish(id, .ofLeftovers, at: now)
        }
    }

    /// How a run ends whose last command has ended.
    private func ending(of run: LiveRun, _ ending: Process.Ending) throws -> RunEnding {
        switch (run.stop, ending) {
        case (.requested?, _): return .stopped
        case (.timeout(let limit)?, _): return .timedOut(after: limit)
        case (.interrupted?, _): return .interrupted
        case (.shutdown?, _): return .lost("its supervisor was told to stop")
        case (.guardLost?, _): return .lost("its guard is gone")
        case (nil, .exited(let code)):
            guard case .check(let number) = run.phase, code != 0 else { return .exited(code) }
            return .failedCheck(try checkText(run, number, "exit \(code)"))
        case (nil, .signalled(let signal)):
            guard case .check(let number) = run.phase else { return .signalled(signal) }
            return .failedCheck(try checkText(run, number, "signal \(signal)"))
        }
    }

    /// Starts the next of the task's checks, if there is one.
    private func startNextCheck(_ run: LiveRun) throws -> Bool {
        guard let own = run.task else { return false }
        if own.check.isEmpty, try workspace.position() == lastCommit { return false }
        let next: Int
        if case .check(let number) = run.phase { next = number + 1 } else { next = 0 }
        // The command may have changed its task: what it says now counts.
        let task = try workspace.snapshot().getValid(own.id) ?? own
        guard task.status == .running, task.run == run.id, next < task.check.count else { return false }
        var spawn = run.template
        spawn.program = "/bin/sh"
        spawn.arguments = ["sh", "-c", task.check[next]]
        spawn.input = try File("/dev/null", .read)
        do throws(Spawn.Failure) {
            let command = try runner.begin(spawn)
            _ = try command.identity()
            command.letGo()
            try runner.attend(command, of: run.id)
        } catch {
            live[run.id]?.ending = .failedCheck("check \(task.check[next]): \(error)")
            return false
        }
        live[run.id]?.phase = .check(next)
        return true
    }

    private func checkText(_ run: LiveRun, _ number: Int, _ outcome: String) throws -> String {
        let checks = try run.task.flatMap { try workspace.snapshot().getValid($0.id) ?? $0 }?.check ?? []
        let check = number < checks.count ? checks[number] : "check \(number + 1)"
        let lines = try RunFiles(workspace, run.id).lastLines(10).joined(separator: "\n")
        return "check failed (\(outcome)): \(check)" + (lines.isEmpty ? "" : "\n\(lines)")
    }

    /// Nothing is left of a run: it is ready to be settled.
    private func leave(_ id: ID<Run>, _ now: Duration) {
        attempt { try follower?.copy() }
        live[id]?.bound.look(now: now, shown: follower?.shown(of: id) ?? .max)
        guard let run = live.removeValue(forKey: id), let ending = run.ending else { return }
        ended.append(Ended(run: run, result: result(of: run, ending, now)))
    }

    /// Collects what the settlement has to know. What cannot be read is left out: how the command ended is known.
    private func result(of run: LiveRun, _ ending: RunEnding, _ now: Duration) -> RunResult {
        let files = RunFiles(workspace, run.id)
        var result = RunResult(ending)
        var complaint: String?
        attempt { result.outputs = try files.outputs(excess: &complaint) }
        if case .exited(0) = ending {
            attempt {
                let produced = try Produced(run, in: workspace).result()
                result.artifacts = produced.paths
                complaint = produced.missing ?? complaint
            }
            if let complaint { result.ending = .failedCheck(complaint) }
        }
        result.usage = run.usage
        result.usage?.wallMilliseconds = Int((now - run.startedAt).milliseconds)
        attempt { result.lastLine = try files.lastLines(1).first }
        return result
    }
}
