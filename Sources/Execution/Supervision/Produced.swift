import Engine
import Model
import Store
import System

/// Looks whether a command has left what its task `produces`: paths that exist and are newer than the start.
struct Produced {
    private let run: LiveRun
    private let workspace: Workspace

    init(_ run: LiveRun, in workspace: Workspace) {
        self.run = run
        self.workspace = workspace
    }

    /// The paths that are there, and what is wrong with the first one that is not.
    func result() throws -> (paths: [String], missing: String?) {
        guard let task = run.task, !task.produces.isEmpty else { return ([], nil) }
        var paths: [String] = []
        for path in task.produces {
            let place = Path.join(run.template.directory ?? workspace.root, path)
            guard let status = try FileSystem.status(place) else {
                return (paths, "\(path) was to be produced and is not there")
            }
            guard status.modified >= oldest(like: status) else {
                return (paths, "\(path) was to be produced and is older than the run")
            }
            paths.append(path)
        }
        return (paths, nil)
    }

    /// The oldest time that a file written by the command can have: the clock of a file system lags by a few
    /// milliseconds, and some keep whole seconds only.
    private func oldest(like status: FileStatus) -> Int64 {
        let start = run.startedFileTime - 10_000_000
        return status.modified % 1_000_000_000 == 0 ? start - start % 1_000_000_000 : start
    }
}
