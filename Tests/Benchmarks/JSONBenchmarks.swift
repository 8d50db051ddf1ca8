import FoundationEssentials
import Model
import System

extension Benchmark {
    /// Why there is a JSON reader in this project although the toolchain brings one: an index is built from records
    /// that may have members nobody declared, and those must be kept.
    static let json = [
        Benchmark(name: "json") { bench in
            let records = (1...10_000).map(record)
            let decoder = JSONDecoder()
            let data = records.map { Data($0) }
            var checked = 0
            let medians = try bench.medians(
                [
                    {
                        try bench.time {
                            for bytes in records { checked += try Task(json: JSON(parsing: bytes)).title.utf8.count }
                        }
                    },
                    {
                        try bench.time {
                            for bytes in data {
                                checked += try decoder.decode(DeclaredTask.self, from: bytes).title.utf8.count
                            }
                        }
                    },
                    {
                        try bench.time {
                            for bytes in data {
                                checked += try decoder.decode(KeepingTask.self, from: bytes).unknown.count
                            }
                        }
                    },
                ], runs: 5)
            let parsing = try bench.medians(
                [
                    {
                        try bench.time {
                            for bytes in records { checked += try JSON(parsing: bytes).object?.count ?? 0 }
                        }
                    }
                ],
                runs: 5)
            guard checked > 0 else { throw BenchmarkFailure("nothing was decoded") }
            let measure = "reading 10,000 tasks, unknown members kept"
            return [
                Row("parsing 10,000 tasks, without taking their fields", ours: parsing[0]),
                Row(measure, ours: medians[0], peer: "JSONDecoder, unknown members lost", theirs: medians[1]),
                Row(measure, ours: medians[0], peer: "JSONDecoder, unknown members kept", theirs: medians[2]),
            ]
        }
    ]

    /// A task as its file holds it, with a member that this version does not know.
    private static func record(number: Int) -> [UInt8] {
        var task = Task(id: ID(number: number), title: "Task number \(number)")
        task.envelope.rev = 1
        task.envelope.createdAt = Timestamp(milliseconds: 1_700_000_000_000 + Int64(number))
        task.envelope.updatedAt = task.envelope.createdAt
        task.envelope.unknown = JSONObject([("x_origin", ["host": "bench", "line": .integer(Int64(number))])])
        task.description = "What there is to do, in a sentence or two.\nAnd why it is worth it."
        task.labels = ["bench", "release"]
        task.dependsOn = number > 1 ? [ID(number: number - 1)] : []
        task.assignee = .user("tom")
        task.createdBy = "polly"
        task.payload = ["target": ["path": .string("out/\(number).txt")], "retries": 3, "draft": false]
        return task.json.fileBytes
    }
}

/// A task with the usual fields declared: the quickest way to use the toolchain's decoder.
private struct DeclaredTask: Decodable {
    struct Assignee: Decodable {
        let agent: String?
        let user: String?
    }

    struct Payload: Decodable {
        struct Target: Decodable { let path: String }
        let target: Target
        let retries: Int
        let draft: Bool
    }

    let schema: Int
    let id: String
    let rev: Int
    let created_at: String
    let updated_at: String
    let title: String
    let description: String?
    let status: String
    let priority: String
    let labels: [String]
    let depends_on: [String]
    let attempt: Int
    let assignee: Assignee?
    let created_by: String?
    let payload: Payload?
}

/// The same with the members that nobody declared, and the payload, which may be any JSON.
private struct KeepingTask: Decodable {
    private struct Key: CodingKey {
        let stringValue: String
        var intValue: Int? { nil }

        init(stringValue: String) { self.stringValue = stringValue }
        init?(intValue: Int) { nil }
    }

    private static let declared: Set = [
        "schema", "id", "rev", "created_at", "updated_at", "title", "description", "status", "priority", "labels",
        "depends_on", "attempt", "assignee", "created_by",
    ]

    let task: DeclaredTask
    let unknown: [String: AnyValue]

    init(from decoder: any Decoder) throws {
        task = try DeclaredTask(from: decoder)
        let members = try decoder.container(keyedBy: Key.self)
        var unknown: [String: AnyValue] = [:]
        for key in members.allKeys where !Self.declared.contains(key.stringValue) {
            unknown[key.stringValue] = try members.decode(AnyValue.self, forKey: key)
        }
        self.unknown = unknown
    }
}

/// Any JSON value, read by the toolchain's decoder: what it takes to keep members that nobody declared.
private enum AnyValue: Decodable {
    case null
    case bool(Bool)
    case integer(Int64)
    case number(Double)
    case string(String)
    case array([AnyValue])
    case object([String: AnyValue])

    init(from decoder: any Decoder) throws {
        let container = try decoder.singleValueContainer()
        // In the order in which the values of records are most often found, since each miss costs an error.
        if let string = try? container.decode(String.self) {
            self = .string(string)
        } else if let object = try? container.decode([String: AnyValue].self) {
            self = .object(object)
        } else if let integer = try? container.decode(Int64.self) {
            self = .integer(integer)
        } else if let array = try? container.decode([AnyValue].self) {
            self = .array(array)
        } else if let bool = try? container.decode(Bool.self) {
            self = .bool(bool)
        } else if container.decodeNil() {
            self = .null
        } else {
            self = .number(try container.decode(Double.self))
        }
    }
}
