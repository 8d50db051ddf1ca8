import Arguments
import Engine
import Model
import System
import Terminal

/// Says why a command ended otherwise than it was asked to: the only place that prints errors.
struct ErrorReport {
    /// Where and how an error is printed.
    enum Form {
        /// Lines on standard error.
        case text
        /// The one value on standard output, of `--json`, or its one line, of `--jsonl`.
        case json, jsonLine
    }

    /// Nil for what is to be passed over in silence: whoever read the output has gone away.
    private let failure: Failure?

    init(_ error: any Error) {
        switch error {
        case let error as SystemError where error.isBrokenPipe: failure = nil
        case let fault as UsageFault: failure = Failure(fault)
        default: failure = Failure(error)
        }
    }

    /// Prints it, and returns what the process is to exit with.
    func print(_ form: Form) -> Int32 {
        guard let failure else { return ExitStatus.done.rawValue }
        if form != .text {
            do throws(SystemError) {
                let json = failure.json
                try File.output.write(form == .json ? json.fileBytes : Array((json.compactText + "\n").utf8))
                return failure.status
            } catch {
                if error.isBrokenPipe { return failure.status }
            }
        }
        StandardError.write("tf: " + failure.message.visibleLine + "\n")
        if let hint = failure.hint { StandardError.write("hint: " + hint.visibleLine + "\n") }
        return failure.status
    }
}

extension Output {
    /// How an error is printed in place of a result.
    var errorForm: ErrorReport.Form {
        switch form {
        case .json: .json
        case .jsonLines: .jsonLine
        case .text, .template: .text
        }
    }
}

extension Failure {
    /// A command line that was refused.
    init(_ fault: UsageFault) {
        var details = JSONObject()
        details["command"] = fault.command.json
        details["usage"] = fault.usage.json
        if !fault.suggestions.isEmpty { details["suggestions"] = fault.suggestions.json }
        self.init(.usage, fault.message, hint: fault.hint, details: details)
    }
}
