import Engine
import MCP
import Model
import Store

/// What a client can read: how things stand, and every task that has not ended; more of a task or run by its id.
struct WorkspaceResources: ResourceSource {
    private static let scheme = "tf:///"
    private static let pageSize = 100
    /// The lines at the end of a log that are handed out.
    private static let logLines = 1000
    private static let markdown = "text/markdown"
    private static let json = "application/json"
    private static let plain = "text/plain"

    private let session: ToolSession

    init(_ session: ToolSession) {
        self.session = session
    }

    private static let fixed = [
        Resource(
            uri: scheme + "prime", name: "prime", title: "What an agent needs to know here", mimeType: markdown),
        Resource(uri: scheme + "status", name: "status", title: "What runs, and what waits for whom", mimeType: json),
    ]

    let templates = [
        Resource(uri: scheme + "tasks/{task}", name: "task", title: "A task", mimeType: json),
        Resource(
            uri: scheme + "tasks/{task}/prompt", name: "prompt", title: "What one who works on a task has to know",
            mimeType: markdown),
        Resource(
            uri: scheme + "runs/{run}/log", name: "log", title: "The last \(logLines) lines of a run's log",
            mimeType: plain),
    ]

    /// Pages go by id, so that none is missed or shown twice when tasks come and go between two of them.
    func resources(after cursor: String?) throws -> (page: [Resource], next: String?)? {
        if let cursor, !Identifier.isValid(cursor, kind: .task) { return nil }
        let open = try session.snapshot().tasks().rows
            .filter { !$0.status.isTerminal && (cursor == nil || Identifier.precedes(cursor!, $0.id.text)) }
            .sorted { Identifier.precedes($0.id.text, $1.id.text) }
        let page = open.prefix(Self.pageSize).map { task in
            Resource(
                uri: Self.scheme + "tasks/" + task.id.text, name: task.id.text,
                title: "\(task.status.rawValue): \(task.title)", mimeType: Self.json)
        }
        let next = open.count > page.count ? page.last?.name : nil
        return (cursor == nil ? Self.fixed + page : page, next)
    }

    func text(of uri: String) throws -> (text: String, mimeType: String)? {
        guard uri.hasPrefix(Self.scheme) else { return nil }
        let path = uri.dropFirst(Self.scheme.count).split(separator: "/", omittingEmptySubsequences: false)
            .map(String.init)
        do {
            switch (path.first, path.count) {
            case ("prime", 1):
                return (Prime(try PrimeContext(of: session.context)).text, Self.markdown)
            case ("status", 1):
                let state = try WorkspaceState(try session.context.workspace(), session.context)
                return (state.json.indentedText, Self.json)
            case ("tasks", 2):
                return (JSON.object(try session.details(of: path[1])).indentedText, Self.json)
            case ("tasks", 3) where path[2] == "prompt": return (try prompt(of: path[1]), Self.markdown)
            case ("runs", 3) where path[2] == "log": return (try log(of: path[1]), Self.plain)
            default: return nil
            }
        } catch let failure as Failure where failure.code == .notFound || failure.code == .outOfScope {
            // What is out of reach is not there for whoever asks.
            return nil
        }
    }

    private func prompt(of reference: String) throws -> String {
        let snapshot = try session.snapshot()
        let task = try snapshot.task(reference)
        try session.context.checkReach(of: task, in: snapshot)
        return Prompt(try TaskContext(of: task, in: snapshot)).text
    }

    private func log(of reference: String) throws -> String {
        let snapshot = try session.snapshot()
        let run = try snapshot.run(reference)
        if let task = try run.task.flatMap(snapshot.getValid) { try session.context.checkReach(of: task, in: snapshot) }
        var bytes: [UInt8] = []
        try RunLog(snapshot.workspace, run.id).print(tail: Self.logLines) { bytes += $0.bytes }
        return String(decoding: bytes, as: UTF8.self)
    }
}
