import Arguments
import System
import Testing

@testable import Commands

/// The repository's directory, found from this file.
private let repository = Path.parent(of: Path.parent(of: Path.parent(of: #filePath)))

@Suite("man pages and completions follow from the declaration of the commands")
struct GeneratedFilesTests {
    @Test("the declaration has no mistakes")
    func declaration() {
        #expect(Program.tf.declarationFaults() == [])
    }

    @Test("every command that does something has an example")
    func examples() {
        let commands = CommandPath(root: Program.tf.root).descendants.filter { !$0.command.isGroup }
        #expect(commands.filter { $0.command.examples.isEmpty }.map(\.text) == ["tf version", "tf help"])
    }

    @Test("every committed file is what the declaration yields", arguments: GeneratedFile.all(of: .tf))
    func committed(_ file: GeneratedFile) throws {
        let bytes = try FileSystem.contents(Path.join(repository, file.path))
        let text = String(decoding: try #require(bytes, "\(file.path) is missing"), as: UTF8.self)
        #expect(
            text == file.text,
            "\(file.path) is not what the declaration yields: swift run tf completion --write . writes it anew")
    }

    @Test("there is no file of a command that is gone", arguments: ["man", "completions"])
    func leftovers(_ directory: String) throws {
        let expected = GeneratedFile.all(of: .tf).map(\.path).filter { $0.hasPrefix(directory + "/") }
        let names = try FileSystem.names(in: Path.join(repository, directory)).map { directory + "/" + $0 }
        #expect(names.sorted() == expected.sorted())
    }

    @Test("every command that does something has a summary and shows how it is used")
    func help() {
        for path in CommandPath(root: Program.tf.root).descendants where path.command.run != nil {
            let text = HelpPage(.tf).text(for: path, isFull: true)
            #expect(text.contains("Usage: \(path.text)"), "\(path.text)")
        }
    }
}
