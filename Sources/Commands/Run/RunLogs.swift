import Arguments
import Engine
import Model
import Store
import System
import Terminal

/// `tf run logs`
enum RunLogs {
    static let run = Argument("RUN", .run, "the run, or a task: its last one")
    static let follow = Flag("follow", short: "f", "go on until the run has ended")
    static let tail = Option("tail", .integer(0...Int.max), "only the last N lines")
    static let raw = Flag("raw", "on a terminal, too, leave control characters as they are")

    static let command = Command(
        "logs", "show the output of a run",
        discussion: """
            Prints what the command of a run has written, standard output and error as they came. On a terminal, \
            control characters are made visible unless --raw is given. Of a very long log the middle is not kept; a \
            line says how much is missing.
            """,
        examples: [
            Example("tf run logs R-3 --tail 20", "the end of it"),
            Example("tf run logs R-3 -f", "watch it; Ctrl-C ends the watching, not the run"),
        ],
        parameters: [run, follow, tail, raw],
        exitCodes: [ExitCode(130, "interrupted while it followed; the run goes on")], run: performing(show))

    static func show(_ context: Context) throws -> Int32 {
        let workspace = try context.workspace()
        let run = try workspace.snapshot().run(orLastOf: try context.required(run))
        let output = context.output
        let log = RunLog(workspace, run.id)
        if output.isStructured {
            if context[follow] { throw context.invocation.refusal("--follow prints no JSON; tf events does") }
            var text: [UInt8] = []
            try log.print(tail: context[tail]) { text += $0.bytes }
            let log: JSON = .string(String(decoding: text, as: UTF8.self))
            try output.json(["run": run.id.json, "status": run.status.json, "log": log])
            return ExitStatus.done.rawValue
        }
        var printer = LogPrinter(output, isRaw: context[raw] || !output.isTerminal)
        var hasEnded = true
        if context[follow] {
            hasEnded = try log.follow(tail: context[tail], flush: output.flush) { try printer.print($0) }
        } else {
            try log.print(tail: context[tail]) { try printer.print($0) }
            if !log.exists { output.hint("\(run.id) is \(run.status.rawValue) and has no log") }
        }
        try printer.finish()
        guard hasEnded else {
            try output.flush()
            return context.interruptedStream("the run goes on; tf run logs \(run.id) -f follows it again")
        }
        return ExitStatus.done.rawValue
    }
}

/// Prints a log; to a terminal without anything that could disturb it.
private struct LogPrinter {
    private let output: Output
    private let isRaw: Bool
    /// Bytes that are the beginning of a character whose rest has not come yet.
    private var rest: [UInt8] = []

    init(_ output: Output, isRaw: Bool) {
        self.output = output
        self.isRaw = isRaw
    }

    mutating func print(_ piece: LogPiece) throws {
        if isRaw { return try output.write(bytes: piece.bytes) }
        let bytes = rest + piece.bytes
        let whole = bytes.count - bytes.incompleteCharacterLength
        rest = Array(bytes[whole...])
        try output.write(String(decoding: bytes[..<whole], as: UTF8.self).visibleBlock)
    }

    mutating func finish() throws {
        try output.write(String(decoding: rest, as: UTF8.self).visibleBlock)
        rest = []
    }
}

extension [UInt8] {
    /// How many bytes at the end begin a character of UTF-8, or a line break of two characters, without ending it.
    fileprivate var incompleteCharacterLength: Int {
        if last == UInt8(ascii: "\r") { return 1 }
        for length in 1...3 where length <= count {
            let byte = self[count - length]
            if byte & 0xC0 == 0x80 { continue }
            let needed = byte >= 0xF0 ? 4 : byte >= 0xE0 ? 3 : byte >= 0xC0 ? 2 : 1
            return needed > length ? length : 0
        }
        return 0
    }
}
