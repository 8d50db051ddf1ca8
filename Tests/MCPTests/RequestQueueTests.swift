import Model
import System
import Testing

@testable import MCP

@Suite("Requests that wait, and their cancellation")
struct RequestQueueTests {
    /// The ids of the requests that come out, and the codes of what is no message.
    private func ids(_ lines: [String], frameLimit: Int = 1000) throws -> [JSON] {
        let pipe = try Pipe()
        try pipe.writer.write((lines.joined(separator: "\n") + "\n").utf8)
        pipe.writer.closeNow()
        var queue = RequestQueue(pipe.reader, frameLimit: frameLimit)
        var ids: [JSON] = []
        while let message = try queue.next() {
            switch message {
            case .request(let request): ids.append(request.id)
            case .faulty(let error, _): ids.append(.integer(Int64(error.code)))
            default: break
            }
        }
        return ids
    }

    private func request(_ id: String, _ method: String = "ping") -> String {
        #"{"jsonrpc":"2.0","id":\#(id),"method":"\#(method)"}"#
    }

    private func cancellation(of id: String) -> String {
        #"{"jsonrpc":"2.0","method":"notifications/cancelled","params":{"requestId":\#(id)}}"#
    }

    @Test("a request that waits is forgotten when it is cancelled, and no other")
    func cancelled() throws {
        #expect(try ids([request("1"), request("2"), request("3"), cancellation(of: "2")]) == [1, 3])
        #expect(try ids([request(#""a""#), request("1"), cancellation(of: #""a""#)]) == [1])
    }

    @Test("an id that is a number is not the text of it")
    func types() throws {
        #expect(try ids([request("1"), cancellation(of: #""1""#)]) == [1])
    }

    @Test("a cancellation of nothing, and of the handshake, changes nothing")
    func nothing() throws {
        #expect(try ids([cancellation(of: "7"), request("7")]) == [7])
        #expect(try ids([request("0", "initialize"), cancellation(of: "0")]) == [0])
        #expect(try ids([request("1"), #"{"jsonrpc":"2.0","method":"notifications/cancelled"}"#]) == [1])
    }

    @Test("blank lines ask for nothing, and a line that is too long is a fault")
    func others() throws {
        #expect(try ids(["", " \t\r", request("1")]) == [1])
        #expect(try ids([request("1"), String(repeating: "x", count: 1001), request("2")]) == [1, -32600, 2])
    }

    @Test("no more is read ahead than a frame may have")
    func bounded() throws {
        let long = #"{"jsonrpc":"2.0","id":1,"method":"\#(String(repeating: "x", count: 100))"}"#
        // The cancellation stands behind more than is read ahead, so it comes too late for the first.
        let lines = [long] + Array(repeating: request("2"), count: 5) + [cancellation(of: "1")]
        #expect(try ids(lines, frameLimit: 160) == [1, 2, 2, 2, 2, 2])
    }
}
