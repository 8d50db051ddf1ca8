import Arguments
import Engine
import Model
import System
import Terminal

/// Standard output: the result of a command, in the form that was asked for.
///
/// What is printed is kept until there is much of it or the command ends, so that a list is not thousands of writes.
/// Nothing about the terminal is asked before it is needed.
final class Output {
    /// How results are printed.
    enum Form {
        case text, json, jsonLines
        case template(Template)
    }

    let form: Form
    /// `-q`: ids only.
    let isQuiet: Bool
    private let color: ColorChoice
    private let clock: Clock
    private var buffer: [UInt8] = []

    /// How much is kept before it is written. The beginning of a long list comes soon, the rest in large pieces.
    private var limit = 1 << 12
    private static let largestLimit = 1 << 16

    init(_ form: Form, isQuiet: Bool, color: ColorChoice, clock: Clock) {
        self.form = form
        self.isQuiet = isQuiet
        self.color = color
        self.clock = clock
    }

    /// Whether a program reads the result as JSON.
    var isStructured: Bool {
        switch form {
        case .json, .jsonLines: true
        case .text, .template: false
        }
    }

    // MARK: The terminal

    private(set) lazy var isTerminal = TerminalDevice.standardOutput.isTerminal

    /// The columns of the terminal, nil for a file or a pipe.
    private(set) lazy var width: Int? =
        isTerminal ? TerminalDevice.standardOutput.columns { Environment[$0] } ?? 80 : nil

    private(set) lazy var painter = Painter(
        paints: color.wantsColor(isTerminal: isTerminal) { Environment[$0] })

    private lazy var timeFormat: TimeFormat = isTerminal ? .relative(to: clock.now()) : .absolute

    /// A moment for a reader: `3m ago` on a terminal, exactly elsewhere.
    func text(of moment: Timestamp) -> String { timeFormat.text(of: moment) }

    // MARK: Writing

    /// Prints a text as it is; what came from outside has been made visible before.
    func write(_ text: String) throws { try write(bytes: text.utf8) }

    /// Prints a text and a line break.
    func line(_ text: String) throws {
        buffer.append(contentsOf: text.utf8)
        try write(bytes: CollectionOfOne(UInt8(ascii: "\n")))
    }

    /// Prints bytes as they are.
    func write(bytes: some Sequence<UInt8>) throws {
        buffer.append(contentsOf: bytes)
        guard buffer.count >= limit else { return }
        try flush()
        limit = min(limit * 2, Self.largestLimit)
    }

    /// Prints the one JSON value of `--json`, or a line of `--jsonl`.
    func json(_ value: JSON) throws {
        if case .jsonLines = form { return try line(value.compactText) }
        try write(bytes: value.fileBytes)
    }

    /// Writes what has been kept.
    ///
    /// - Throws: when standard output takes it no more: a pipe without reader, a disk without space.
    func flush() throws(SystemError) {
        guard !buffer.isEmpty else { return }
        let bytes = buffer
        buffer.removeAll(keepingCapacity: true)
        let begin = Trace.begin()
        try File.output.write(bytes)
        Trace.end(begin, "output \(Trace.size(bytes.count)) written")
    }

    // MARK: Beside the result

    /// Something worth knowing, on standard error; nothing with `-q` or JSON.
    func notice(_ text: String) {
        if !isQuiet, !isStructured { StandardError.write("tf: " + text.visibleLine + "\n") }
    }

    /// What could be done next, on standard error; nothing with `-q` or JSON.
    func hint(_ text: String) {
        if !isQuiet, !isStructured { StandardError.write("hint: " + text.visibleLine + "\n") }
    }

    /// Something that went wrong although the command succeeds, on standard error.
    func warn(_ text: String) { StandardError.warn(text) }

    /// What shows on standard error how long work goes on; see `Progress`.
    func progress() -> Progress {
        let device = TerminalDevice.standardError
        let isDumb = ["", "dumb"].contains(Environment["TERM"] ?? "")
        let sink: (String) -> Void = { StandardError.write($0) }
        guard device.isTerminal, !isDumb else { return Progress(.lines, sink: sink) }
        return Progress(.terminal(width: { device.columns { Environment[$0] } ?? 80 }), sink: sink)
    }
}
