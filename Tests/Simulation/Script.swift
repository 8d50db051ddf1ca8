import System

/// What a simulated command does, written as its arguments.
struct Script: Equatable {
    /// How long it takes; nil for ever.
    var lasts: Duration? = .seconds(1)
    var ending = Process.Ending.exited(0)
    /// Whether it goes on when it is asked to end.
    var isStubborn = false
    /// Whether it leaves a process behind, in a session of its own.
    var forks = false

    /// The program and its arguments.
    var words: [String] {
        var words = ["simulated"]
        words.append(lasts.map { "for \($0.milliseconds)" } ?? "forever")
        switch ending {
        case .exited(let status): words.append("exit \(status)")
        case .signalled(let signal): words.append("die \(signal)")
        }
        if isStubborn { words.append("stubborn") }
        if forks { words.append("forks") }
        return words
    }

    init() {}

    /// Reads the words of a command; a shell text, which checks are, ends well at once.
    init(_ words: [String]) {
        guard words.first == "simulated" else {
            lasts = .zero
            return
        }
        for word in words.dropFirst() {
            let parts = word.split(separator: " ")
            let number = parts.last.flatMap { Int64($0) } ?? 0
            switch parts.first {
            case "for": lasts = .milliseconds(number)
            case "forever": lasts = nil
            case "exit": ending = .exited(Int32(number))
            case "die": ending = .signalled(Int32(number))
            case "stubborn": isStubborn = true
            case "forks": forks = true
            default: break
            }
        }
    }
}
