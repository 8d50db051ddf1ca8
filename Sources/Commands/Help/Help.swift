import Arguments
import Engine
import Model
import Terminal

/// Answers every wish for help.
enum Help {
    static func show(_ request: HelpRequest, about program: Program, _ context: Context) throws {
        let output = context.output
        let painter = output.painter
        let style = HelpStyle(heading: { painter.paint($0, .bold) }, literal: { painter.paint($0, .cyan) })
        let page = HelpPage(program, width: min(output.width ?? 80, 100), style: painter.paints ? style : .plain)
        try output.write(page.text(for: request))
    }
}
