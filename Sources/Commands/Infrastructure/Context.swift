import Arguments
import Engine
import Model
import Store
import System
import Terminal

/// What a command works with: what it was given, who gives it, where it prints.
///
/// Making one opens nothing and reads no file; a command asks for the workspace when it needs one.
struct Context {
    let invocation: Invocation
    let output: Output
    let clock: Clock
    let caller: Caller

    /// - Throws: for global options that contradict each other, `TF_NOW` that is no time, `-C` that is no directory.
    init(_ invocation: Invocation) throws {
        self.invocation = invocation
        if let directory = invocation[GlobalOptions.directory] { try FileSystem.changeDirectory(to: directory) }
        clock = try Clock.ofThisProcess()
        caller = Caller.current(actor: invocation[GlobalOptions.actor])
        output = Output(
            try Self.form(invocation), isQuiet: invocation[GlobalOptions.quiet],
            color: invocation[GlobalOptions.color] ?? .auto, clock: clock)
    }

    private static func form(_ invocation: Invocation) throws(UsageFault) -> Output.Form {
        let json = invocation[GlobalOptions.json]
        let lines = invocation[GlobalOptions.jsonLines]
        if json, lines { throw invocation.refusal(.conflicting("--json", "--jsonl")) }
        if let template = invocation[GlobalOptions.format] {
            if json || lines { throw invocation.refusal(.conflicting(json ? "--json" : "--jsonl", "--format")) }
            return .template(template)
        }
        return json ? .json : lines ? .jsonLines : .text
    }

    // MARK: What was given

    subscript<Value>(option: Option<Value>) -> Value? { invocation[option] }
    subscript<Value>(argument: Argument<Value>) -> Value? { invocation[argument] }
    subscript(flag: Flag) -> Bool { invocation[flag] }
    func all<Value>(_ option: Option<Value>) -> [Value] { invocation.all(option) }
    func all<Value>(_ argument: Argument<Value>) -> [Value] { invocation.all(argument) }

    /// The value of an argument that the declaration says is always there.
    func required<Value>(_ argument: Argument<Value>) throws(UsageFault) -> Value {
        guard let value = invocation[argument] else { throw invocation.refusal(.missingArgument(argument.placeholder)) }
        return value
    }

    /// `--command-id`
    var commandID: String? { invocation[GlobalOptions.commandID] }
    /// `--if-rev`
    var ifRev: Int? { invocation[GlobalOptions.ifRev] }

    // MARK: The workspace

    private var options: Workspace.Options {
        var options = Workspace.Options()
        options.clock = clock
        if let limit = invocation[GlobalOptions.lockTimeout] { options.lockTimeout = limit.value }
        options.warn = { StandardError.warn($0) }
        return options
    }

    /// How this process deals with a workspace that it is going to make.
    var workspaceOptions: Workspace.Options { options }

    /// Opens the workspace that is meant: `--workspace`, `TF_WORKSPACE`, else the one found upwards.
    func workspace() throws -> Workspace {
        let variable = Environment["TF_WORKSPACE"].flatMap { $0.isEmpty ? nil : $0 }
        return try Workspace.find(
            named: invocation[GlobalOptions.workspace] ?? variable, from: try FileSystem.currentDirectory(),
            options: options)
    }

    /// The workspace that is meant; nil where there is none.
    func workspaceIfAny() throws -> Workspace? {
        do {
            return try workspace()
        } catch StoreError.noWorkspace {
            return nil
        }
    }

    /// The records at this moment.
    func snapshot() throws -> Snapshot { try workspace().snapshot() }

    // MARK: Input

    /// The bytes of a file, or of standard input for `-`.
    func input(_ path: String) throws -> [UInt8] {
        if path == "-" { return try File.input.rest() }
        do throws(SystemError) {
            return try File(path, .read).rest()
        } catch {
            throw Failure(error.isMissing ? .notFound : .store, error.description)
        }
    }

    /// The text of a file, or of standard input for `-`.
    func text(_ path: String) throws -> String {
        guard let text = String(validating: try input(path), as: UTF8.self) else {
            throw Failure(.usage, "\(path == "-" ? "standard input" : path) is not UTF-8")
        }
        return text
    }

    /// The JSON that an option gives, or that the file holds which it names.
    func json(_ source: JSONSource) throws -> JSON {
        switch source {
        case .text(let json): return json
        case .file(let path):
            let bytes = try input(path)
            do throws(JSONFault) {
                return try JSON(parsing: bytes)
            } catch {
                throw Failure(.usage, "\(path): \(error)")
            }
        }
    }

    /// Asks on the terminal whether to go on.
    ///
    /// - Parameter question: without a question mark: `Remove 3 agents`.
    /// - Throws: `refused` when nobody is there to answer, and `--yes` was not given.
    func confirm(_ question: String) throws -> Bool {
        if invocation[GlobalOptions.yes] { return true }
        guard TerminalDevice.standardInput.isTerminal, TerminalDevice.standardError.isTerminal else {
            throw Failure(.refused, "\(question) needs an answer, and there is no terminal", hint: "--yes answers it")
        }
        StandardError.write(question.visibleLine + "? [y/N] ")
        var answer = [UInt8](repeating: 0, count: 256)
        let count = try File.input.available(into: &answer) ?? 0
        return ["y", "yes"].contains(String(decoding: answer[..<count], as: UTF8.self).trimmingBlanks.lowercased())
    }
}

/// What a declaration runs: `run: performing(show)`.
///
/// What the command has printed is written when it returns; of one that fails nothing stays behind where JSON was
/// asked for, because then the failure is the one value.
func performing(_ body: @escaping @Sendable (Context) throws -> Int32) -> @Sendable (Invocation) throws -> Int32 {
    { invocation in
        let context = try Context(invocation)
        do {
            let status = try body(context)
            try context.output.flush()
            return status
        } catch {
            if !context.output.isStructured { try context.output.flush() }
            throw error
        }
    }
}

/// The same for a command that exits with 0 unless it fails.
func performing(_ body: @escaping @Sendable (Context) throws -> Void) -> @Sendable (Invocation) throws -> Int32 {
    performing { context in
        try body(context)
        return ExitStatus.done.rawValue
    }
}
