import System

/// What a transaction says happened.
public struct Event: Hashable, Sendable {
    /// The position of the event in the workspace: 1 for the first, no number twice, none left out.
    public var seq = 0
    public var at = Timestamp(milliseconds: 0)
    /// `task/completed`, `run/started`, …; in a journal that another version has written to also a type that is not one of
    /// ``EventType``.
    public private(set) var type: String
    public var actor: String
    /// The record that it is about.
    public var about: String
    /// That record's `rev` after the change; nil when it was deleted.
    public var rev: Int?
    public var task: String?
    public var run: String?
    public var flow: String?
    /// How many triggers stand between this event and something that a person did.
    public var depth = 0
    /// What changed.
    public var data = JSONObject()

    /// An event that has not been given its place in the workspace yet.
    public init(_ type: EventType, actor: String, about: String) {
        self.init(type: type.rawValue, actor: actor, about: about)
    }

    /// An event of people's own, that has not been given its place in the workspace yet.
    public init(_ type: CustomEventType, actor: String, about: String) {
        self.init(type: type.text, actor: actor, about: about)
    }

    private init(type: String, actor: String, about: String) {
        self.type = type
        self.actor = actor
        self.about = about
    }

    /// Whether it is of a type.
    public func `is`(_ type: EventType) -> Bool { self.type == type.rawValue }

    /// Whether it tells of records of a kind.
    public func tells(of kind: RecordKind) -> Bool { type.hasPrefix(kind.rawValue + "/") }

    /// The event as the journal and `tf events --json` have it.
    public var json: JSON {
        var object = JSONObject()
        object.reserveCapacity(11)
        object["about"] = about.json
        object["actor"] = actor.json
        object["at"] = at.json
        if !data.isEmpty { object["data"] = .object(data) }
        object["depth"] = depth.json
        if let flow { object["flow"] = flow.json }
        if let rev { object["rev"] = rev.json }
        if let run { object["run"] = run.json }
        object["seq"] = seq.json
        if let task { object["task"] = task.json }
        object["type"] = type.json
        return .object(object)
    }

    /// Reads an event of the journal.
    public init(json: JSON) throws(FieldFault) {
        guard let object = json.object else {
            throw FieldFault(field: "event", value: json, problem: "is not an object")
        }
        var reader = FieldReader(object)
        self.init(type: "", actor: "", about: "")
        try reader.required("seq", &seq)
        try reader.required("at", &at)
        try reader.required("type", &type)
        try reader.required("actor", &actor)
        try reader.required("about", &about)
        try reader.optional("rev", &rev)
        try reader.optional("task", &task)
        try reader.optional("run", &run)
        try reader.optional("flow", &flow)
        try reader.written("depth", &depth)
        var data: JSON? = nil
        try reader.optional("data", &data)
        self.data = data?.object ?? JSONObject()
    }
}
