import Model
import Store
import System

/// Copies the log of the run in front to somebody who watches, as it grows.
final class LogFollower {
    private let workspace: Workspace
    /// Gets what is new, and says how much of it it has taken: somebody who reads slowly must not hold up the rest.
    private let sink: ([UInt8]) throws -> Int
    private var run: ID<Run>?
    private var log: File?
    private var position: Int64 = 0
    private var fileWatch: FileWatch?
    /// When to look again while nothing watches the file, by the monotonic clock.
    private(set) var nextLook: Duration?
    private var interval = Duration.milliseconds(2)

    init(_ workspace: Workspace, sink: @escaping ([UInt8]) throws -> Int) {
        self.workspace = workspace
        self.sink = sink
    }

    /// Readable when the log has grown.
    var watch: File? { fileWatch?.file }

    /// How far the log of `id` was copied; nil for another run's.
    func shown(of id: ID<Run>) -> Int64? { id == run ? position : nil }

    /// Goes on with the log of a run that has just begun.
    func begin(_ id: ID<Run>) throws { try open(id) }

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
        fileWatch = nil
        interval = .milliseconds(2)
        nextLook = Clock.monotonic() + interval
    }

    /// Looks at longer and longer intervals first, and has the file watched when the command lasts: ending a watch
    /// costs some systems several milliseconds, more than many commands take.
    private func watchLonger() {
        guard fileWatch == nil, let run else {
            nextLook = nil
            return
        }
        interval *= 2
        if interval < .milliseconds(100) {
            nextLook = Clock.monotonic() + interval
        } else {
            let watch = FileWatch([workspace.path + "/" + Layout.log(run)])
            fileWatch = watch
            nextLook = watch.file == nil ? Clock.monotonic() + .milliseconds(200) : nil
        }
    }

    /// Copies what has come since the last time.
    func copy() throws {
        try fileWatch?.drain()
        guard let log else { return }
        if let nextLook, Clock.monotonic() >= nextLook { watchLonger() }
        var buffer = [UInt8](repeating: 0, count: 65_536)
        while true {
            let count = try log.read(into: &buffer, at: position)
            if count == 0 { return }
            let taken = try sink(Array(buffer[..<count]))
            position += Int64(taken)
            if taken < count {
                nextLook = Clock.monotonic() + .milliseconds(10)
                return
            }
        }
    }

    /// Copies the rest, however slowly it is read.
    func finish() throws {
        while try !isComplete() {
            try copy()
            if try !isComplete() { Clock.sleep(.milliseconds(5)) }
        }
    }

    private func isComplete() throws -> Bool { try log.map { try $0.status().size <= position } ?? true }
}
