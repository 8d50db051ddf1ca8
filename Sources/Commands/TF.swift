import Arguments
import System

/// Carries out the command line of this process.
///
/// - Returns: what the process is to exit with. Everything has been written by then.
public func runTF() -> Int32 {
    let begin = Trace.begin()
    defer { Trace.finish(begin) }
    File.occupyStandardStreams()
    Process.ignore(.pipe)
    let words = Array(CommandLine.arguments.dropFirst())
    var form = GlobalOptions.errorForm(of: words)
    do {
        let program = Program.tf
        let parsed = try Parser(program).parse(words, now: try Clock.ofThisProcess().now())
        form = GlobalOptions.errorForm(of: parsed.invocation)
        return try parsed.perform(for: program)
    } catch {
        return ErrorReport(error).print(form)
    }
}

extension Parsed {
    fileprivate var invocation: Invocation {
        switch self {
        case .invocation(let invocation, _), .overview(let invocation), .version(let invocation): invocation
        case .help(let request): request.invocation
        }
    }

    fileprivate func perform(for program: Program) throws -> Int32 {
        switch self {
        case .invocation(let invocation, let action): try action(invocation)
        case .overview(let invocation): try performing(Overview.show)(invocation)
        case .version(let invocation): try performing(Version.show)(invocation)
        case .help(let request): try performing { try Help.show(request, about: program, $0) }(request.invocation)
        }
    }
}
