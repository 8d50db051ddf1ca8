import Arguments
import Engine
import Model
import Store

/// `tf` without arguments: what it is for, where to begin, and how the workspace stands.
enum Overview {
    static func show(_ context: Context) throws {
        try context.output.line("tf " + Version.number)
    }
}
