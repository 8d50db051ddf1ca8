import Model
import Store
import System

/// Who uses `tf`, and from where: a person or script, or the command of a run.
public struct Caller: Sendable {
    /// The name that events, comments and `created_by` have.
    public let actor: String
    /// The task that the caller works on, when it is a run's command.
    public let task: ID<Task>?
    /// The run that the caller is the command of.
    public let run: ID<Run>?
    /// How many triggers stand between the caller and a person.
    public let depth: Int
    /// The token of the lease under which the caller works, where a command line does not give another.
    public let lease: String?

    /// A caller; nobody's command unless `task` and `run` say so.
    public init(
        actor: String, task: ID<Task>? = nil, run: ID<Run>? = nil, depth: Int = 0, lease: String? = nil
    ) {
        self.actor = actor
        self.task = task
        self.run = run
        self.depth = depth
        self.lease = lease
    }

    /// The caller that the environment tells of.
    ///
    /// - Parameter actor: the name from the command line, before `TF_ACTOR`, `LOGNAME`, `USER` and the user's number.
    public static func current(actor: String?, environment: (String) -> String? = { Environment[$0] }) -> Caller {
        let name = [actor, environment("TF_ACTOR")].compactMap { $0 }.first { !$0.isEmpty }
        return Caller(
            actor: name ?? user(environment), task: environment("TF_TASK").flatMap { ID($0) },
            run: environment("TF_RUN").flatMap { ID($0) },
            // Less than none would put more triggers in a row than there may be.
            depth: environment("TF_DEPTH").flatMap { Int($0) }.map { max(0, $0) } ?? 0,
            lease: environment("TF_LEASE").flatMap { $0.isEmpty ? nil : $0 })
    }

    /// The person that this process works for.
    static func user(_ environment: (String) -> String? = { Environment[$0] }) -> String {
        let names = [environment("LOGNAME"), environment("USER")]
        return names.compactMap { $0 }.first { !$0.isEmpty } ?? String(Environment.user)
    }

    /// The supervisor that starts and settles a run.
    ///
    /// - Parameter user: in whose name it does that for a command that is neither an agent's nor a trigger's.
    static func supervisor(of run: Run, else user: Caller) -> Caller {
        if let agent = run.agent { return Caller(actor: agentPrefix + agent.text, depth: run.depth) }
        if let trigger = run.trigger { return .trigger(trigger, depth: run.depth) }
        return Caller(actor: user.actor, task: user.task, run: user.run, depth: run.depth, lease: user.lease)
    }

    private static let agentPrefix = "agent:"
    private static let triggerPrefix = "trigger:"

    /// Whether an actor's name is that of an agent.
    static func isAgent(_ actor: String) -> Bool { actor.hasPrefix(agentPrefix) }

    /// A trigger that does something.
    package static func trigger(_ trigger: ID<Trigger>, depth: Int) -> Caller {
        Caller(actor: triggerPrefix + trigger.text, depth: depth)
    }

    /// The trigger that an actor's name stands for; nil for everybody else.
    static func trigger(named actor: String) -> ID<Trigger>? {
        actor.hasPrefix(triggerPrefix) ? ID(String(actor.dropFirst(triggerPrefix.count))) : nil
    }
}
