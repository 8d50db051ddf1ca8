import Model
import Store
import System

/// The people behind what agents and triggers do: nobody reads what those are told.
struct Requester {
    private let change: Change

    init(_ change: Change) {
        self.change = change
    }

    /// Who is told of a task: whoever has created it, or on whose behalf it was.
    func of(_ task: Task) throws -> String? {
        try task.requestedBy ?? task.createdBy.map(behind)
    }

    /// On whose behalf the caller creates a task; nil for a person, who does it himself.
    var ofNewTask: String? {
        get throws {
            let actor = change.caller.actor
            if Caller.isAgent(actor), let own = try change.caller.task.flatMap({ try change.transaction.getValid($0) })
            {
                return try of(own)
            }
            let person = try behind(actor)
            return person == actor ? nil : person
        }
    }

    /// The person behind a name: for a trigger the one who made it, else the one whose process this is.
    func behind(_ actor: String) throws -> String {
        if Caller.isAgent(actor) { return Caller.user() }
        guard let name = Caller.trigger(named: actor) else { return actor }
        guard let maker = try change.transaction.getValid(name)?.createdBy, Caller.trigger(named: maker) == nil else {
            return Caller.user()
        }
        return try behind(maker)
    }
}
