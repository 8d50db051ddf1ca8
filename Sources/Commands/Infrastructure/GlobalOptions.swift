import Arguments
import Model
import Terminal

/// The options that every command takes.
enum GlobalOptions {
    static let directory = Option("directory", short: "C", .directory, "start as if in DIR")
    static let workspace = Option(
        "workspace", .directory,
        "use the workspace in this .tf directory, before TF_WORKSPACE and the one found upwards")
    static let json = Flag("json", "print one JSON value, also for failures")
    static let jsonLines = Flag("jsonl", "print lists as JSON, one record a line")
    static let format = Option(
        "format", .template, #"print each record by a template: '{id}\t{title}'"#)
    static let color = Option("color", .colorChoice, "when to use colours")
    static let quiet = Flag("quiet", short: "q", "print ids only")
    static let actor = Option("actor", .line.named("NAME"), "who does it, before TF_ACTOR and the login name")
    static let commandID = Option(
        "command-id", .line.named("ID"), "carry the command out once, however often it is repeated with this id")
    static let ifRev = Option("if-rev", .integer(0...Int.max), "refuse unless the record is at revision N")
    static let lockTimeout = Option("lock-timeout", .duration, "wait so long for other writers: 10s unless given")
    static let yes = Flag("yes", short: "y", "answer every question with yes")

    static let all: [any Parameter] = [
        directory, workspace, json, jsonLines, format, color, quiet, actor, commandID, ifRev, lockTimeout, yes,
    ]

    /// How the errors of a command line are printed that may be wrong itself.
    static func errorForm(of words: [String]) -> ErrorReport.Form {
        let words = words.prefix { $0 != "--" }
        return words.contains(json.text) ? .json : words.contains(jsonLines.text) ? .jsonLine : .text
    }

    /// How the errors of a command are printed.
    static func errorForm(of invocation: Invocation) -> ErrorReport.Form {
        invocation[json] ? .json : invocation[jsonLines] ? .jsonLine : .text
    }
}

extension ValueType<ColorChoice> {
    /// By hand: every command makes the global options, and the general enumeration costs a tenth of a start.
    fileprivate static var colorChoice: ValueType<ColorChoice> {
        ValueType(
            "auto|always|never", allowed: "one of auto, always, never", candidates: .words(["auto", "always", "never"])
        ) {
            ColorChoice(rawValue: $0)
        }
    }
}

extension Flag {
    fileprivate var text: String { "--" + long }
}
