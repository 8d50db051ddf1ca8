import Model
import Testing

@Suite("Records and their files")
struct RecordTests {
    @Test("a record with every field is written as it was read", arguments: RecordSample.all)
    func everyField(sample: RecordSample) throws {
        #expect(try AnyRecord(kind: sample.kind, json: sample.json).json == sample.json)
    }

    @Test(
        "members that this version does not know survive, in the record and in each group of it",
        arguments: RecordSample.all)
    func unknownMembers(sample: RecordSample) throws {
        let strange: JSON = ["x_new": ["deep": [1, .null, "text"]], "x_empty": .null]
        var json = sample.json
        for path in [
            [], ["automation"], ["progress"], ["backoff"], ["supervisor"], ["process"], ["stop"], ["usage"],
            ["settings"], ["settings", "types", "chore"],
        ]
        where json.has(path) {
            json = json.adding(strange, at: path[...])
        }
        #expect(json != sample.json)
        let record = try AnyRecord(kind: sample.kind, json: json)
        #expect(record.json == json)
        #expect(record.envelope.unknown == strange.object)
    }

    @Test("what a record does not need may be missing", arguments: RecordSample.all)
    func requiredMembersOnly(sample: RecordSample) throws {
        var object = JSONObject()
        for (name, value) in try #require(sample.json.object) where sample.required.contains(name) {
            object[name] = value
        }
        let record = try AnyRecord(kind: sample.kind, json: .object(object))
        let written = try #require(record.json.object)
        #expect(sample.required.isSubset(of: written.map(\.key)))
        #expect(try AnyRecord(kind: sample.kind, json: .object(written)) == record)
    }

    @Test("fields without a value are left out of the file")
    func absentFields() throws {
        var task = Task(id: ID(number: 1), title: "x")
        #expect(
            task.json.object?.map(\.key) == [
                "attempt", "created_at", "depends_on", "id", "labels", "priority", "rev", "schema", "status", "title",
                "updated_at",
            ])
        task.payload = .null
        #expect(task.json["payload"] == .null)
        #expect(Agent(id: ID("a")!).json.object?.count == 5)
    }

    @Test(
        "of automation and progress what the file has is written, and no more",
        arguments: [
            ("automation", [:]), ("automation", ["every": "10m"]), ("automation", ["failures": 0, "tick": 1]),
            ("progress", [:]), ("progress", ["percent": 0]), ("progress", ["text": ""]),
        ] as [(String, JSON)])
    func partialGroups(name: String, json: JSON) throws {
        var object = RecordSample.of(.task).json.object ?? JSONObject()
        object[name] = json
        #expect(try Task(json: .object(object)).fileBytes == JSON.object(object).fileBytes)
    }

    @Test("a null stands for a field without a value", arguments: ["name", "parent", "assignee", "due", "run"])
    func nullFields(name: String) throws {
        var json = RecordSample.of(.task).json.object ?? JSONObject()
        json[name] = .null
        let written = try Task(json: .object(json)).json
        json[name] = nil
        #expect(written == .object(json))
    }

    @Test("a record that is no object is refused", arguments: [.null, "T-1", []] as [JSON])
    func noObject(json: JSON) {
        #expect(fault { try Task(json: json) }?.description == "the record is \(json.kindName), not an object")
    }

    @Test("the id decides the name of the file, the task that of a comment's directory")
    func keys() throws {
        for sample in RecordSample.all {
            let record = try AnyRecord(kind: sample.kind, json: sample.json)
            #expect(record.key == RecordKey(kind: sample.kind, id: sample.json["id"]?.string ?? ""))
            #expect(record.subdirectory == (sample.kind == .comment ? "T-1" : ""))
        }
    }

    @Test("a record of any kind is the typed one in a wrapper that lets its envelope be changed")
    func anyRecord() throws {
        var record = try AnyRecord(kind: .task, json: RecordSample.of(.task).json)
        record.envelope.rev = 9
        #expect(record.typed(Task.self)?.envelope.rev == 9)
        #expect(record.typed(Run.self) == nil)
        #expect(record == AnyRecord(try #require(record.typed(Task.self))))
        #expect(record.json["rev"] == 9)
    }

    @Test("kinds that this version has no fields for are refused", arguments: [RecordKind.flow])
    func unknownKinds(kind: RecordKind) {
        #expect(fault { try AnyRecord(kind: kind, json: [:]) }?.field == "kind")
    }

    @Test("an event is read as it was written")
    func events() throws {
        var event = Event(.taskCompleted, actor: "tom", about: "T-1")
        event.seq = 7
        event.rev = 3
        event.task = "T-1"
        event.depth = 2
        event.data = JSONObject([("from", "running"), ("to", "done")])
        #expect(try Event(json: event.json) == event)
        let bare = Event(.workspaceCreated, actor: "tom", about: "workspace")
        #expect(bare.json.object?.map(\.key) == ["about", "actor", "at", "depth", "seq", "type"])
        #expect(try Event(json: bare.json) == bare)
        #expect(fault { try Event(json: [:]) }?.description == "seq is missing")
    }
}

/// What is wrong with a record, nil when nothing is.
func fault(_ read: () throws -> some Any) -> FieldFault? {
    do {
        _ = try read()
    } catch let fault as FieldFault {
        return fault
    } catch {
        Issue.record(error)
    }
    return nil
}

extension JSON {
    fileprivate func has(_ path: [String]) -> Bool {
        path.isEmpty || value(at: path.joined(separator: ".")) != nil
    }

    /// This value with the members of `other` in the object at `path`.
    fileprivate func adding(_ other: JSON, at path: ArraySlice<String>) -> JSON {
        var object = object ?? JSONObject()
        if let key = path.first {
            object[key] = object[key]?.adding(other, at: path.dropFirst())
        } else {
            for (key, value) in other.object ?? JSONObject() { object[key] = value }
        }
        return .object(object)
    }
}
