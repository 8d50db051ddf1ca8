import Model
import System
import Testing

@Suite("Leases")
struct LeaseTests {
    private let now = Timestamp(milliseconds: 1_772_357_400_000)

    private func lease(_ length: WrittenDuration = Lease.usualLength) -> Lease {
        Lease(of: ID(number: 7), owner: "polly", token: "secret", length: length, from: now)
    }

    @Test("a lease has the id of its task and lasts its length from now on")
    func beginning() {
        let lease = lease()
        #expect(lease.id.text == "T-7" && lease.task == ID<Task>(number: 7))
        #expect(lease.expiresAt == now + .seconds(30))
        #expect(!lease.isExpired(at: now + .milliseconds(29_999)))
        #expect(lease.isExpired(at: now + .seconds(30)), "a moment is reached when now is at it")
    }

    @Test(
        "lengths are kept within 5 s and 24 h, and as they were written where they are",
        arguments: [
            ("1s", "5s"), ("4999ms", "5s"), ("5s", "5s"), ("90s", "90s"), ("24h", "24h"), ("86400s", "86400s"),
            ("25h", "1d"), ("0", "5s"),
        ])
    func clamped(_ asked: String, _ given: String) throws {
        #expect(Lease.clamped(try #require(WrittenDuration(asked))).text == given)
    }

    @Test("the journal's form lacks the token and nothing else")
    func journaled() throws {
        let record = AnyRecord(lease())
        var members = try #require(record.json.object)
        #expect(members.remove("token") == "secret")
        let journaled = try #require(record.journaled)
        #expect(journaled.json == .object(members))
        #expect(try AnyRecord(kind: .lease, json: journaled.json) == journaled)
        #expect(AnyRecord(Model.Task(id: ID(number: 1), title: "x")).journaled == nil)
    }

    @Test("others see who holds it until when")
    func publicPart() {
        #expect(lease().publicJSON.object?.map(\.key) == ["expires_at", "owner"])
    }

    @Test("only the token itself is the token", arguments: ["", "Secret", "secre", "secrets", "secret "])
    func wrongToken(_ text: String) {
        #expect(lease().isToken("secret") && !lease().isToken(text))
        var journaled = lease()
        journaled.token = nil
        #expect(!journaled.isToken(text) && !journaled.isToken("secret"))
    }

    @Test("a new attempt begins without the progress of the one before")
    func progress() throws {
        var task = Task(id: ID(number: 1), title: "x")
        task.progress = TaskProgress()
        task.progress?.percent = 90
        try task.apply(.claim, at: now)
        #expect(task.progress == nil && task.attempt == 1 && task.startedAt == now)
    }
}
