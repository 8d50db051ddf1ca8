import Model
import System
import TestSupport
import Testing

/// Each test runs in a process of its own, so that a crash is a failure with a name, and memory is nobody else's.
@Suite("Readers of what people and disks spoil", .serialized)
struct ReaderFuzzTests {
    @Test("the query parser reads or refuses every text, and its column lies within the text")
    func queries() async {
        await #expect(processExitsWith: .success) {
            let corpus = [
                #"status:failed,lost label:ci-* "two \" words" not:flaky -priority:>=high"#,
                "due:<+2d updated:>-1h created:2026-03-01..2026-03-05 ended:today..",
                "title:\"a, b\",c text:x description:none",
                "assignee:@alice,none parent:T-3 flow:f-1 id:12 is:ready,held", "é日本😀 e\u{301} -not:not:x 12:30 a:b:c",
            ]
            let pieces =
                QueryField.allCases.map { $0.rawValue + ":" } + [
                    "not:", "-", "\"", "\\\"", ",", "..", "<=", ">", "none", "*", " ", "+9999999999999999999d",
                    "-1000000d", "😀",
                ]
            let context = QueryContext(now: Timestamp(milliseconds: 1_800_000_000_000)) { text, _ in
                Timestamp(rfc3339: text + "T00:00:00Z").map { QuerySpan(from: $0, until: $0 + .seconds(86_400)) }
            }
            for seed in Seeds.list(1) {
                var mutation = Mutation(seed: seed, pieces: pieces)
                let result = Fuzzing(Thoroughness.amount(20_000, full: 80_000)) { _ in
                    let text = mutation.variant(of: corpus)
                    do throws(QueryFault) {
                        let query = try Query(parsing: text, in: context)
                        _ = query.verdict(on: FuzzedTask(), at: context.now)
                    } catch {
                        if !(1...text.count + 1).contains(error.column) || error.message.contains("\n\n\n") {
                            Issue.record("\(text): column \(error.column)")
                        }
                    }
                    _ = Query.isNegatedField(text)
                    return { text }
                }
                #expect(result.problems == [])
            }
        }
    }

    @Test("the record decoder reads or refuses every file, and what it reads it writes the same")
    func bytes() async {
        await #expect(processExitsWith: .success) {
            for seed in Seeds.list(1) {
                var mutation = Mutation(seed: seed, pieces: Spoiling.pieces)
                let samples = RecordSample.all.map { (kind: $0.kind, bytes: $0.json.fileBytes) }
                let result = try Fuzzing(20_000) { number in
                    let sample = samples[number % samples.count]
                    let bytes = mutation.variant(of: [sample.bytes])
                    try Spoiling.decode(bytes, as: sample.kind)
                    return { String(decoding: bytes, as: UTF8.self) }
                }
                #expect(result.problems == [])
            }
        }
    }

    @Test("so it does with JSON that is right in form and wrong in content")
    func values() async {
        await #expect(processExitsWith: .success) {
            for seed in Seeds.list(1) {
                var random = RandomJSON(seed: seed)
                let result = try Fuzzing(Thoroughness.amount(10_000, full: 40_000)) { number in
                    let sample = RecordSample.all[number % RecordSample.all.count]
                    let json = Spoiling.spoilt(sample.json, &random)
                    try Spoiling.decode(json, as: sample.kind)
                    return { json.compactText }
                }
                #expect(result.problems == [])
            }
        }
    }
}

/// A task for queries to decide on.
private struct FuzzedTask: QueriedTask {
    let id: ID<Model.Task> = ID(number: 12)
    let status = TaskStatus.failed
    let priority = Priority.high
    let isHeld = false
    let createdAt = Timestamp(milliseconds: 1_700_000_000_000)
    let updatedAt = Timestamp(milliseconds: 1_799_999_000_000)
    let due: Timestamp? = Timestamp(milliseconds: 1_800_000_500_000)
    let endedAt: Timestamp? = nil
    let title = "Two \"words\", é日本"
    let name: String? = "flaky"
    let type: String? = nil
    let flow: ID<Flow>? = ID("F-1")
    let parent: String? = nil
    let assignee: Assignee? = .user("alice")
    let labels = ["ci-linux", "none"]
}

private enum Spoiling {
    static let pieces = [
        "null", "true", "{}", "[]", "\"\"", "-1", "1e400", "9007199254740993", "-9007199254740993", "\"todo\"",
        "\\u0000",
        "\\ud800", "2026-02-30T00:00:00Z", "[[[[[[[[", "{\"a\":", "\"schema\": 2,", "\u{2028}", "T-0", "../../etc",
    ]

    /// - Throws: when a record that was read is not the same after it was written.
    static func decode(_ bytes: [UInt8], as kind: RecordKind) throws {
        let json: JSON
        do throws(JSONFault) { json = try JSON(parsing: bytes) } catch { return }
        try decode(json, as: kind)
    }

    static func decode(_ json: JSON, as kind: RecordKind) throws {
        let record: AnyRecord
        do throws(FieldFault) {
            record = try AnyRecord(kind: kind, json: json)
        } catch {
            #expect(!error.description.isEmpty)
            return
        }
        let file = record.fileBytes
        let again = try AnyRecord(kind: kind, json: try JSON(parsing: file))
        if again != record || file != record.json.fileBytes { Issue.record("\(json.compactText)") }
    }

    /// The value with something in it replaced, left out or added.
    static func spoilt(_ json: JSON, _ random: inout RandomJSON) -> JSON {
        guard case .object(var object) = json, let key = object.map(\.key).randomElement(using: &random.generator)
        else {
            return random.value(depth: 2)
        }
        switch Int.random(in: 0..<6, using: &random.generator) {
        case 0: _ = object.remove(key)
        case 1: object[random.string()] = random.value(depth: 2)
        case 2: object[key] = object[object.map(\.key).randomElement(using: &random.generator)!]
        case 3: object[key] = spoilt(object[key] ?? .null, &random)
        case 4:
            if case .array(let items)? = object[key] { object[key] = .array(items + items + [random.value(depth: 1)]) }
        default: object[key] = random.value(depth: 2)
        }
        return .object(object)
    }
}
