import Arguments

/// `tf version`, `tf --version`.
enum Version {
    static let number = "0.1.0"

    static let command = Command("version", "print the version", run: performing(show))

    static func show(_ context: Context) throws {
        if context.output.isStructured { return try context.output.json(["version": .string(number)]) }
        try context.output.line("tf " + number)
    }
}
