import Foundation

/// Commands that leave processes behind, and the search for them.
extension Workspace {
    /// A command that leaves processes of every kind: a child, one in a session of its own, and one that has been
    /// orphaned and has cleared its environment. Each is known by its path.
    func family() throws -> String {
        let sleeper = try sleeper()
        return """
            \(sleeper) 601 &
            setsid \(sleeper) 602 &
            setsid sh -c "env -i \(sleeper) 603 & exit 0" &
            wait $!
            touch started
            exec \(sleeper) 600
            """
    }

    var sleepers: [RunningProcess] {
        RunningProcess.all().filter { $0.commandLine.hasPrefix(root + "/bin/sleeper") }
    }

    func demandNobodyLeft(file: String = #fileID, line: Int = #line) throws {
        try eventually("nothing is left, not \(processes())", within: 15, file: file, line: line) {
            sleepers.isEmpty && processes().isEmpty
        }
    }

    func awaitFamily(_ count: Int = 4) throws {
        try awaitFile("started")
        try eventually("\(count) processes run, not \(sleepers)") { sleepers.count == count }
    }
}
