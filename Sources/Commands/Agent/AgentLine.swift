import Model

extension Agent {
    /// What it runs, as one line; nil when it has no command.
    var commandLine: String? {
        if let shell { return "sh -c " + shell.shellWord }
        return command.isEmpty ? nil : command.map(\.shellWord).joined(separator: " ")
    }
}
