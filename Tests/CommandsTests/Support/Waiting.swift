import Foundation

/// Waits for what another process has to bring about; throws if it has not within the limit.
func eventually(
    _ what: @autoclosure () -> String, within limit: TimeInterval = 20, file: String = #fileID, line: Int = #line,
    _ condition: () throws -> Bool
) throws {
    let deadline = Date(timeIntervalSinceNow: limit)
    // Soon at first; not so often later on that looking would keep the other process from its work.
    var pause: UInt32 = 5_000
    while try !condition() {
        if Date() >= deadline { throw Unexpected("not within \(limit) s: \(what())", file: file, line: line) }
        usleep(pause)
        pause = min(pause * 5 / 4, 50_000)
    }
}

extension Child {
    /// Waits until it sleeps and has a handler for a signal: whatever it was started to wait for, it waits for now.
    func awaitHandler(of signal: Int32, file: String = #fileID, line: Int = #line) throws {
        try eventually("\(command) waits and catches signal \(signal)", file: file, line: line) {
            guard let process = RunningProcess(pid) else { return false }
            return process.isSleeping && process.catches(signal)
        }
    }

    /// Waits until neither it nor any process below it does anything for a time: they sleep, and are the same ones after
    /// it, none of them having woken. That nothing happens in a time can be seen only by letting it pass.
    func awaitIdle(for time: TimeInterval = 0.1, file: String = #fileID, line: Int = #line) throws {
        try eventually("\(command) is idle", within: 30 + 2 * time, file: file, line: line) {
            let before = RunningProcess.tree(of: pid)
            guard !before.isEmpty, before.allSatisfy(\.isSleeping) else { return false }
            Thread.sleep(forTimeInterval: time)
            return RunningProcess.tree(of: pid) == before
        }
    }
}

/// Runs the work once per item, at most `width` at a time, each on a thread of its own, and gives the results in the
/// items' order. The work reports by its result or by throwing: expectations belong to the test's own thread.
func concurrently<Item: Sendable, Value: Sendable>(
    _ items: [Item], width: Int, _ work: @escaping @Sendable (Item) throws -> Value
) -> [Result<Value, any Error>] {
    let state = Pending<Value>(count: items.count)
    let done = DispatchGroup()
    for _ in 0..<min(width, items.count) {
        done.enter()
        let thread = Thread {
            while let next = state.take() {
                state.put(next, Result { try work(items[next]) })
            }
            done.leave()
        }
        thread.start()
    }
    done.wait()
    return state.results
}

/// The items that are waiting for a thread, and the results so far.
private final class Pending<Value: Sendable>: @unchecked Sendable {
    private let lock = NSLock()
    private var next = 0
    private var values: [Result<Value, any Error>?]

    init(count: Int) { values = Array(repeating: nil, count: count) }

    func take() -> Int? {
        lock.lock()
        defer { lock.unlock() }
        guard next < values.count else { return nil }
        next += 1
        return next - 1
    }

    func put(_ index: Int, _ value: Result<Value, any Error>) {
        lock.lock()
        defer { lock.unlock() }
        values[index] = value
    }

    var results: [Result<Value, any Error>] { values.compactMap { $0 } }
}

extension Array {
    /// What went wrong in each of the results, as one text per failure.
    func failures<Value>() -> [String] where Element == Result<Value, any Error> {
        compactMap {
            guard case .failure(let error) = $0 else { return nil }
            return "\(error)"
        }
    }
}
