import Model
import Store
import System

/// Copies the log of the run in front to somebody who watches, as it grows.
final class LogFollower {
    private let workspace: Workspace
    /// Gets what is new; the last call of a run has everything up to its end.
    private let sink: ([UInt8]) throws -> Void
    private var run: ID<Run>?
    private var log: File?
    private var position: Int64 = 0
    private var fileWatch: FileWatch?

    init(_ workspace: Workspace, sink: @escaping ([UInt8]) throws -> Void) {
        self.workspace = workspace
        self.sink = sink
    }

    /// Readable when the log has grown.
    var watch: File? { fileWatch?.file }

    /// How far the log of `id` was copied; nil for another run's.
    func shown(of id: ID<Run>) -> Int64? { id == run ? position : nil }

    /// Goes on with the log of a run that has just begun.
    func begin(_ live: LiveRun) { try? open(live.id) }

    /// Goes on with the log of a run that somebody else supervises.
    func follow(_ id: ID<Run>) throws {
        if id != run { try open(id) }
        try copy()
    }

    private func open(_ id: ID<Run>) throws {
        try copy()
        run = id
        position = 0
        log = try File(Layout.log(id), [.read, .unlinked], in: workspace.directory)
        fileWatch = FileWatch([workspace.path + "/" + Layout.log(id)])
    }

    /// Copies what has come since the last time.
    func copy() throws {
        try fileWatch?.drain()
        guard let log else { return }
        var buffer = [UInt8](repeating: 0, count: 65_536)
        while true {
            let count = try log.read(into: &buffer, at: position)
            if count == 0 { return }
            try sink(Array(buffer[..<count]))
            position += Int64(count)
        }
    }

    /// Copies the rest.
    func finish() throws { try copy() }
}
