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
        guard !run.task.produces.isEmpty else { return ([], nil) }
        var paths: [String] = []
        for path in run.task.produces {
            let place = Path.join(run.template.directory ?? workspace.root, path)
            guard let status = try FileSystem.status(place) else {
                return (paths, "\(path) was to be produced and is not there")
            }
            // A file system may keep times in whole seconds only.
            guard status.modified >= run.startedFileTime - run.startedFileTime % 1_000_000_000 else {
                return (paths, "\(path) was to be produced and is older than the run")
            }
            paths.append(path)
        }
        return (paths, nil)
    }
}
