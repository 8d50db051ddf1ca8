import Model
import System

/// Where things are below `.tf/`. Every path is built here, from ids that were checked.
public enum Layout {
    public static let workspaceFile = "workspace.json"
    public static let journal = "journal"
    public static let applied = "journal/applied"
    public static let cache = "cache"
    public static let index = "cache/index"
    public static let definitions = "definitions"
    public static let hooks = "hooks"

    /// A hook by its file's name.
    public static func hook(_ name: String) -> String { hooks + "/" + name }

    /// The directories that a workspace has from the beginning.
    static let directories = [
        "tasks", "comments", "flows", "agents", "triggers", "definitions", "hooks", "leases", "runs", "inbox",
        journal, cache,
    ]

    /// Makes a directory of a workspace, as open to others as `.tf` itself is.
    ///
    /// - Parameter directory: `.tf`.
    public static func makeDirectory(_ path: String, in directory: File) throws(SystemError) {
        let permissions = try directory.status().permissions & 0o777
        try FileSystem.makeDirectory(path, in: directory, permissions: permissions)
    }

    /// What git is not to track: everything that belongs to one machine or can be made again.
    static let gitignore = """
        # What belongs to this machine alone, or can be made again from the rest.
        /leases/
        /runs/
        /inbox/
        /journal/
        /journal.damaged-*/
        /cache/
        *.rejected
        .*.tmp

        """

    /// The file of a record.
    ///
    /// - Parameter subdirectory: `Record.subdirectory` of the record.
    public static func file(_ key: RecordKey, subdirectory: String) -> String {
        if key.kind == .workspace { return workspaceFile }
        return directory(key.kind, subdirectory: subdirectory) + "/" + key.id + ".json"
    }

    /// The directory that the files of a kind are in.
    public static func directory(_ kind: RecordKind, subdirectory: String) -> String {
        subdirectory.isEmpty ? kind.directory : kind.directory + "/" + subdirectory
    }

    /// The directory of a run's log and other files.
    public static func run(_ id: ID<Run>) -> String { "runs/" + id.text }
    public static func log(_ id: ID<Run>) -> String { run(id) + "/output.log" }
    public static func outputs(_ id: ID<Run>) -> String { run(id) + "/outputs" }
    public static func prompt(_ id: ID<Run>) -> String { run(id) + "/prompt.md" }
    public static func alive(_ id: ID<Run>) -> String { run(id) + "/alive" }

    /// A segment of the journal.
    static func segment(_ number: Int) -> String {
        let digits = String(number)
        return "journal/" + String(repeating: "0", count: max(0, 8 - digits.count)) + digits + ".jsonl"
    }

    /// The number of a segment by its file's name; nil for other files.
    static func segmentNumber(ofFile name: String) -> Int? {
        guard name.hasSuffix(".jsonl"), name.utf8.count >= 14 else { return nil }
        let digits = name.dropLast(6)
        return digits.utf8.allSatisfy { $0.decimalDigit != nil } ? Int(digits) : nil
    }
}
