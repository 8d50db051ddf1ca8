import Model
import System

/// One committed transaction, as its line in the journal.
///
/// `{"seq", "at", "actor", "verb", "command_id"?, "commands"?: [{"id", "target", "outcome"}], "events": […],
/// "kinds": [kind of each record], "put": [records], "delete": [{"kind", "id", "in", "rev"}], "sum"}` and a newline. `sum` is the last member: CRC-32, as eight hexadecimal
/// digits, of all bytes of the line before the comma that precedes it.
public struct JournalLine: Sendable {
    /// A record that the transaction removed.
    public struct Deletion: Hashable, Sendable {
        public let key: RecordKey
        public let subdirectory: String
        public let rev: Int
    }

    /// The number of the first event, or the next one's when there is none.
    public var seq: Int
    public var at: Timestamp
    public var actor: String
    public var verb: String
    /// The receipts of the command and, in a batch, of its items that have an id.
    public var commands: [CommandReceipt] = []
    public var events: [Event]
    public var put: [AnyRecord]
    public var delete: [Deletion]

    /// The number that the next transaction's first event gets.
    public var nextSeq: Int { seq + events.count }

    // MARK: Writing

    private static let sumPrefix = Array(#","sum":""#.utf8)
    private static let sumSuffix = Array("\"}\n".utf8)
    /// The bytes from the comma before the sum to the newline.
    static let trailerLength = sumPrefix.count + 8 + sumSuffix.count

    /// The line, with its sum and newline.
    var bytes: [UInt8] { bytes(putting: put.map { ($0.journaled ?? $0).fileBytes }) }

    /// The same, for somebody who has the files of the records already.
    ///
    /// - Parameter records: ``put`` as the journal is to have it, in the form of record files.
    func bytes(putting records: [[UInt8]]) -> [UInt8] {
        var bytes: [UInt8] = []
        bytes.reserveCapacity(records.reduce(2048) { $0 + $1.count })
        func begin(_ name: String) {
            bytes.append(contentsOf: (bytes.isEmpty ? "{\"" : ",\"").utf8)
            bytes.append(contentsOf: name.utf8)
            bytes.append(contentsOf: "\":".utf8)
        }
        func member(_ name: String, _ value: JSON) {
            begin(name)
            value.write(to: &bytes)
        }
        member("seq", seq.json)
        member("at", at.json)
        member("actor", actor.json)
        member("verb", verb.json)
        if let command = commands.first {
            member("command_id", command.id.json)
            member(
                "commands",
                .array(commands.map { ["id": $0.id.json, "target": $0.target.json, "outcome": $0.outcome] }))
        }
        member("events", .array(events.map(\.json)))
        member("kinds", .array(put.map { $0.key.kind.rawValue.json }))
        begin("put")
        bytes.append(UInt8(ascii: "["))
        for (number, record) in records.enumerated() {
            if number > 0 { bytes.append(UInt8(ascii: ",")) }
            bytes.append(contentsOf: JSON.compactBytes(ofFile: record))
        }
        bytes.append(UInt8(ascii: "]"))
        member("delete", .array(delete.map(\.json)))
        let sum = Checksum.of(bytes)
        bytes.append(contentsOf: Self.sumPrefix)
        bytes.append(contentsOf: Checksum.text(sum).utf8)
        bytes.append(contentsOf: Self.sumSuffix)
        return bytes
    }

    // MARK: Reading

    /// The sum that a line ends with, when the line ends as lines do.
    static func sum(ofLine line: some RandomAccessCollection<UInt8>) -> UInt32? {
        let trailer = Array(line.suffix(trailerLength))
        guard trailer.count == trailerLength, trailer.starts(with: sumPrefix), trailer.suffix(3) == sumSuffix[...]
        else { return nil }
        let digits = trailer.dropFirst(sumPrefix.count).prefix(8)
        // As it is written, and in no other way: `UInt32` would take capitals and a sign as well.
        for digit in digits where digit.decimalDigit == nil && digit &- UInt8(ascii: "a") >= 6 { return nil }
        return UInt32(String(decoding: digits, as: UTF8.self), radix: 16)
    }

    /// Whether a line, newline included, is whole: its sum is that of its bytes.
    static func isWhole(_ line: ArraySlice<UInt8>) -> Bool {
        guard let sum = sum(ofLine: line) else { return false }
        return Checksum.of(line.dropLast(trailerLength)) == sum
    }

    /// Reads a line that is whole.
    ///
    /// - Throws: what is wrong with it; a line of a later version may hold what this one does not know.
    init(_ line: ArraySlice<UInt8>) throws(FieldFault) {
        let json: JSON
        do throws(JSONFault) {
            json = try JSON(parsing: line)
        } catch {
            throw FieldFault(field: "the line", value: nil, problem: "is not JSON: \(error)")
        }
        var reader = LineReader(json)
        seq = try reader.required("seq")
        at = try reader.required("at")
        actor = try reader.required("actor")
        verb = try reader.required("verb")
        for receipt in json["commands"]?.array ?? [] {
            guard let id = receipt["id"]?.string else { continue }
            commands.append(
                CommandReceipt(
                    id: id, verb: verb, target: receipt["target"]?.string ?? "", outcome: receipt["outcome"] ?? .null))
        }
        events = []
        for event in json["events"]?.array ?? [] { events.append(try Event(json: event)) }
        put = []
        let kinds = json["kinds"]?.array ?? []
        for (number, record) in (json["put"]?.array ?? []).enumerated() {
            guard number < kinds.count, let kind = kinds[number].string.flatMap(RecordKind.init(rawValue:)) else {
                throw FieldFault(
                    field: "kinds", value: json["kinds"], problem: "does not name the kind of every record")
            }
            put.append(try AnyRecord(kind: kind, json: record))
        }
        delete = []
        for entry in json["delete"]?.array ?? [] { delete.append(try Deletion(json: entry)) }
    }

    fileprivate static func kind(of entry: JSON) throws(FieldFault) -> RecordKind {
        guard let kind = entry["kind"]?.string.flatMap(RecordKind.init(rawValue:)) else {
            throw FieldFault(field: "kind", value: entry["kind"], problem: "is not a kind of record")
        }
        return kind
    }

    init(seq: Int, at: Timestamp, actor: String, verb: String) {
        self.seq = seq
        self.at = at
        self.actor = actor
        self.verb = verb
        events = []
        put = []
        delete = []
    }
}

/// Takes the plain members of a line.
private struct LineReader {
    let json: JSON

    init(_ json: JSON) {
        self.json = json
    }

    mutating func required<Value: FieldValue>(_ name: String) throws(FieldFault) -> Value {
        guard let value = json[name] else { throw FieldFault(field: name, value: nil, problem: "is missing") }
        do throws(FieldProblem) {
            return try Value(json: value)
        } catch {
            throw FieldFault(field: name, value: value, problem: "is not what a journal line has there")
        }
    }
}

extension JournalLine.Deletion {
    fileprivate var json: JSON {
        ["kind": key.kind.rawValue.json, "id": key.id.json, "in": subdirectory.json, "rev": rev.json]
    }

    fileprivate init(json: JSON) throws(FieldFault) {
        let kind = try JournalLine.kind(of: json)
        guard let id = json["id"]?.string, Identifier.isValid(id, kind: kind), let rev = json["rev"]?.integer else {
            throw FieldFault(field: "delete", value: json, problem: "does not name a record")
        }
        key = RecordKey(kind: kind, id: id)
        let place = json["in"]?.string ?? ""
        guard place.isEmpty || Identifier.isValid(place, kind: .task) else {
            throw FieldFault(field: "delete", value: json, problem: "does not name a record's place")
        }
        subdirectory = place
        self.rev = Int(rev)
    }
}

/// What a command with an id did, so that the same command does it only once.
public struct CommandReceipt: Hashable, Sendable {
    public let id: String
    public let verb: String
    /// What the command was aimed at.
    public let target: String
    /// What it answered: enough to answer the same again.
    public let outcome: JSON

    /// A command that was carried out.
    public init(id: String, verb: String, target: String, outcome: JSON) {
        self.id = id
        self.verb = verb
        self.target = target
        self.outcome = outcome
    }
}
