/// What a transaction is for: what its line in the journal says of it.
public struct Purpose: Sendable {
    /// Who does it.
    public var actor: String
    /// The command's verb: `create`, `complete`.
    public var verb: String
    /// What the command is aimed at, to tell a repeated command from another with the same id.
    public var target: String
    public var commandID: String?
    /// How many triggers stand between it and something that a person did.
    public var depth: Int

    /// Something that `actor` does.
    public init(actor: String, verb: String, target: String = "", commandID: String? = nil, depth: Int = 0) {
        self.actor = actor
        self.verb = verb
        self.target = target
        self.commandID = commandID
        self.depth = depth
    }
}
