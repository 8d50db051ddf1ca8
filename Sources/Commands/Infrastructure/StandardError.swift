import System
import Terminal

/// What a person reads beside the result. That it cannot be written changes nothing: there is nowhere to say so.
enum StandardError {
    static func write(_ text: String) {
        do throws(SystemError) { try File.error.write(text.utf8) } catch {}
    }

    /// A line that its reader should see although the command succeeds. The same one is written only once.
    static func warn(_ text: String) {
        guard Warnings.shared.isNew(text) else { return }
        write("tf: warning: " + text.visibleLine + "\n")
    }

    static let painter = Painter(
        paints: ColorChoice.auto.wantsColor(isTerminal: TerminalDevice.standardError.isTerminal) { Environment[$0] })
}

/// The warnings so far. Only the one thread that commands run in uses it.
private final class Warnings: @unchecked Sendable {
    static let shared = Warnings()
    private var seen: Set<String> = []

    func isNew(_ text: String) -> Bool { seen.insert(text).inserted }
}
