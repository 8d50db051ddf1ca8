import Arguments
import Engine
import Execution
import Model
import Store
import System

/// `tf task claim`
enum TaskClaim {
    static let task = Argument("TASK", .task, "the task; the next one that is ready unless given", .optional)
    static let owner = Option(
        "as", .line.named("NAME"), "who is going to hold it: a user, or an agent without a command", isRequired: true)
    static let lease = Option("lease", .duration, "how long the lease lasts without a heartbeat: 30s unless given")
    static let label = Option("label", short: "l", .label, "one that has this label", repeats: true)
    static let type = Option("type", .line.named("TYPE"), "one of this type")
    static let flow = Option("flow", .flow, "one of this flow")
    static let wait = Option(
        "wait", .duration, "stay until there is one, as long as it takes unless given", optionalValue: true)

    static let command = Command(
        "claim", "take a ready task with a lease that expires",
        discussion: """
            Takes the first task in work order (priority, then due, then age) that is ready and assigned to nobody or to \
            NAME. Of any number of workers that ask at once, each gets another one. The task is running from then on, \
            under a lease of 5 seconds to 24 hours that tf task heartbeat extends; one whose lease expires is taken back: \
            it is to be done again, or failed once its attempts are used up.

            Prints the id of the task and the token of the lease, which tf task complete, fail, release, block, submit, \
            pause, edit and heartbeat need from then on (--lease TOKEN, or TF_LEASE); with -q the id alone. Without \
            anything to claim it prints nothing (null with --json) and exits with 0.
            """,
        examples: [
            Example("set -- $(tf task claim --as alice); export TF_LEASE=$2", "take what is next, and keep the token"),
            Example("tf task claim --as ci --label test --lease 10m --wait=1h", "wait for work of one kind"),
            Example("tf task claim T-12 --as alice --json", "one certain task"),
        ],
        parameters: [task, owner, lease, Section("Filters", [label, type, flow]), wait],
        exitCodes: [
            ExitCode(124, "there was nothing to claim within the time of --wait"),
            ExitCode(130, "interrupted while it waited; nothing was claimed"),
        ],
        run: performing(claim))

    static func claim(_ context: Context) throws -> Int32 {
        let engine = try context.engine()
        let reference = context[task]
        let request = try request(context, reference)
        let waits = context.invocation.has(wait)
        let (done, end) = try claimed(reference, request, engine, context)
        let changed = done.value
        if end == .interrupted {
            return context.interrupted("nothing was claimed", comingBackWith: CommandLine.line, "waits again")
        }
        guard let claimed: Task = changed.first() else {
            if context.output.isStructured { try context.output.json(.null) }
            context.output.hint(waits ? "there was nothing to claim" : "there is nothing to claim; --wait stays for it")
            return waits ? 124 : ExitStatus.done.rawValue
        }
        try report(
            claimed, changed.first(), changed, at: engine.workspace.clock.now(), context.output)
        return ExitStatus.done.rawValue
    }

    private static func claimed(
        _ reference: String?, _ request: ClaimRequest, _ engine: Engine, _ context: Context
    ) throws -> (changed: Discharged<Changed>, end: Vigil.End?) {
        guard context.invocation.has(wait) else {
            return (try context.discharge(engine.claim(reference, request), engine), nil)
        }
        do {
            return try engine.awaitClaim(reference, request, within: context[wait]?.value)
        } catch let failure as Failure {
            guard failure.code == .notFound, context[wait] == nil, let reference, Duration(text: reference) != nil
            else { throw failure }
            throw Failure.notFound("task \(reference)", hint: "--wait=\(reference) waits that long")
        }
    }

    private static func request(_ context: Context, _ reference: String?) throws -> ClaimRequest {
        var request = ClaimRequest(owner: context[owner] ?? context.caller.actor)
        request.length = context[lease]
        request.labels = context.all(label)
        request.type = context[type]
        request.flow = context[flow]
        // Ctrl-C must not come between the commit and the token.
        request.willCommit = { _ = try Interrupt() }
        if reference != nil, !request.labels.isEmpty || request.type != nil || request.flow != nil {
            throw context.invocation.refusal("a task that is named is not looked for: it takes no filter")
        }
        return request
    }

    /// What has become of the lease that a repeated claim had given; nil while it lasts.
    ///
    /// - Parameter lease: the one that there is now, without a token where it is another.
    private static func end(of lease: Lease?, on task: Task, at now: Timestamp) -> String? {
        guard task.status == .running, let lease else { return "the lease of that claim of \(task.id) has ended" }
        if lease.token == nil {
            return "the lease of that claim of \(task.id) has ended; the task belongs to \(lease.owner) now"
        }
        guard lease.isExpired(at: now) else { return nil }
        return "the lease of that claim of \(task.id) expired at \(lease.expiresAt)"
    }

    private static func report(
        _ task: Task, _ lease: Lease?, _ changed: Changed, at now: Timestamp, _ output: Output
    ) throws {
        let shown = Shown(task, lease: lease, withToken: true)
        let line = [task.id.text, lease?.token].compactMap { $0 }.joined(separator: " ")
        try output.done([(changed.isRepeated ? shown.deduped : shown, line)])
        if changed.isRepeated, let end = end(of: lease, on: task, at: now) {
            output.warn(end)
            return
        }
        guard let lease else { return }
        output.notice("\(task.title) (leased to \(lease.owner) until \(output.text(of: lease.expiresAt)))")
    }
}
