import Arguments
import Engine
import Execution
import Model
import Store
import Terminal

/// `tf doctor`
enum DoctorCommand {
    static let repair = Flag("repair", "mend what can be mended safely, and say what was done")
    static let severity = Option("severity", .enumeration(Finding.Severity.self), "show findings of this severity only")
    static let code = Option("code", .line.named("CODE"), "show findings with this code only")

    static let command = Command(
        "doctor", "look for what is wrong with the workspace",
        discussion: """
            Reads every file: sums and gaps of the journal, records against the journal, references, circles, names, \
            permissions; and looks for work that is stuck. Filters limit what is shown, the summary counts all.
            """,
        examples: [
            Example("tf doctor", "a healthy workspace has no finding"),
            Example("tf doctor --repair", "settle what is safe to settle"),
        ],
        parameters: [repair, severity, code], exitCodes: [ExitCode(1, "something is an error")],
        run: performing(examine))

    static func examine(_ context: Context) throws -> Int32 {
        let engine = try context.engine()
        let done = try engine.discharge(engine.doctor(repair: context[repair]))
        if let problem = done.problem { context.output.warn(problem) }
        let report = done.value
        let shown = report.findings.filter { finding in
            (context[severity].map { $0 == finding.severity } ?? true)
                && (context[code].map { $0 == finding.code } ?? true)
        }
        switch context.output.form {
        case .json, .jsonLines:
            try context.output.json([
                "findings": .array(shown.map(\.json)), "repairs": .array(report.repairs.map { .string($0) }),
                "summary": .object(summary(report.findings)),
            ])
        case .text, .template: try print(shown, report, context)
        }
        return report.findings.contains { $0.severity == .error }
            ? ExitStatus.refused.rawValue : ExitStatus.done.rawValue
    }

    private static func summary(_ findings: [Finding]) -> JSONObject {
        JSONObject(
            Finding.Severity.allCases.map { severity in
                (severity.rawValue, findings.count { $0.severity == severity }.json)
            })
    }

    private static func print(_ shown: [Finding], _ report: DoctorReport, _ context: Context) throws {
        for finding in shown {
            let style: Style = finding.severity == .error ? .red : finding.severity == .warning ? .yellow : .dim
            if context.output.isQuiet {
                try context.output.line(finding.about)
                continue
            }
            let word = context.output.painter.paint(finding.severity.rawValue, style)
            try context.output.line("\(word) \(finding.code): \(finding.text.visibleLine)")
            if let remedy = finding.remedy { try context.output.line("  \(remedy.visibleLine)") }
        }
        for repair in report.repairs { try context.output.line("repaired: \(repair.visibleLine)") }
        let counts = summary(report.findings).compactMap { severity, count -> String? in
            guard let count = count.integer, count > 0 else { return nil }
            return severity == Finding.Severity.info.rawValue
                ? "\(count) info" : "\(count) \(severity)\(count == 1 ? "" : "s")"
        }
        context.output.notice(counts.isEmpty ? "nothing is wrong" : counts.joined(separator: ", "))
    }
}
