import Foundation

/// Waits for what another process has to bring about; throws if it has not within the limit.
func eventually(
    _ what: @autoclosure () -> String, within limit: TimeInterval = 20, file: String = #fileID, line: Int = #line,
    _ condition: () throws -> Bool
) throws {
    let deadline = Date(timeIntervalSinceNow: limit)
    while try !condition() {
        if Date() >= deadline { throw Unexpected("not within \(limit) s: \(what())", file: file, line: line) }
        usleep(10_000)
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
