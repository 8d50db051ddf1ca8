import Foundation

/// One system call of a command: the k-th call of that name within a process, which is how `strace` counts.
struct CrashPoint: Hashable, Sendable, CustomStringConvertible {
    let name: String
    let occurrence: Int
    var description: String { "\(name) #\(occurrence)" }
}

/// One line of a trace.
struct TracedCall: Sendable {
    let process: String
    let name: String
    let occurrence: Int
    /// The line as `strace` printed it; descriptors carry their paths.
    let text: String
    /// The process is still starting: it has not been near the workspace yet.
    let isStartup: Bool
}

/// The calls of a traced run, from `strace -f -y -o`.
struct Trace: Sendable {
    let calls: [TracedCall]

    init(_ text: String) {
        var counts: [String: [String: Int]] = [:]
        var starting: [String: Bool] = [:]
        calls = text.split(separator: "\n").compactMap { line in
            let parts = line.split(separator: " ", maxSplits: 1, omittingEmptySubsequences: true)
            guard parts.count == 2, let open = parts[1].firstIndex(of: "(") else { return nil }
            let process = String(parts[0])
            let name = parts[1][..<open].drop(while: { $0 == " " })
            guard !name.isEmpty, name.allSatisfy({ $0.isLowercase || $0.isNumber || $0 == "_" }),
                !name.hasPrefix("syscall_")
            else { return nil }
            let occurrence = counts[process, default: [:]][String(name), default: 0] + 1
            counts[process, default: [:]][String(name)] = occurrence
            // The first process starts up; a forked one is where its parent was; one that calls exec starts up again.
            var isStartup = starting[process] ?? starting.isEmpty
            if name == "execve" { isStartup = true }
            if line.contains(".tf\"") || line.contains(".tf/") { isStartup = false }
            starting[process] = isStartup
            return TracedCall(
                process: process, name: String(name), occurrence: occurrence, text: String(line), isStartup: isStartup)
        }
    }

    /// Where to kill: at every call after the workspace was opened, and at every tenth before.
    var crashPoints: [CrashPoint] {
        var seen: Set<CrashPoint> = []
        var points: [CrashPoint] = []
        for call in calls where !call.isStartup {
            let point = CrashPoint(name: call.name, occurrence: call.occurrence)
            if seen.insert(point).inserted { points.append(point) }
        }
        var skipped = 0
        for call in calls where call.isStartup {
            let point = CrashPoint(name: call.name, occurrence: call.occurrence)
            guard seen.insert(point).inserted else { continue }
            if skipped % 10 == 0 { points.append(point) }
            skipped += 1
        }
        return points
    }
}

extension Workspace {
    /// Runs `tf` under `strace` and gives its outcome and all its system calls, its children's included.
    func trace(_ arguments: [String], file: String = #fileID, line: Int = #line) throws -> (Outcome, Trace) {
        let log = root + "/trace"
        let outcome = try straced(["-y", "-o", log], arguments)
        let trace = Trace(try read(log))
        try demand(
            trace.calls.contains { !$0.isStartup }, "the trace never comes to the workspace: \(outcome)", file: file,
            line: line)
        return (outcome, trace)
    }

    /// Runs `tf` with faults injected, each as `strace -e inject=` takes it, and waits for all its descendants.
    func inject(_ faults: String..., into arguments: [String]) throws -> Outcome {
        let names = Set(faults.map { String($0.prefix { $0 != ":" }) }).joined(separator: ",")
        return try straced(
            ["-o", "/dev/null", "-e", "trace=" + names] + faults.flatMap { ["-e", "inject=" + $0] }, arguments)
    }

    /// Kills every process of the command that comes to that call.
    func crash(at point: CrashPoint, _ arguments: [String]) throws -> Outcome {
        try inject("\(point.name):signal=SIGKILL:when=\(point.occurrence)", into: arguments)
    }

    private func straced(_ options: [String], _ arguments: [String]) throws -> Outcome {
        let outcome = try spawn("/usr/bin/strace", ["-f", "-qq"] + options + [root + "/bin/tf"] + arguments)
            .wait(limit: 60)
        try demand(!outcome.overran, "\(outcome)")
        try demand(!outcome.stderr.contains("strace: "), "strace itself fails: \(outcome)")
        return outcome
    }
}
