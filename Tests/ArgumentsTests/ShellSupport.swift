import Foundation
import Testing

@testable import Arguments

/// A program of the system that a test asks for its opinion, where it is installed.
enum Tool: String {
    case bash, zsh, fish, mandoc

    var path: String? {
        ["/bin/", "/usr/bin/", "/usr/local/bin/", "/opt/homebrew/bin/"].map { $0 + rawValue }
            .first { FileManager.default.isExecutableFile(atPath: $0) }
    }

    var isInstalled: Bool { path != nil }

    /// What a program prints on both outputs, and the status with which it ends.
    struct Outcome: Equatable {
        let output: String
        let status: Int32

        static let silent = Outcome(output: "", status: 0)
    }

    func run(_ arguments: [String], in directory: URL) throws -> Outcome {
        let process = Process()
        process.executableURL = URL(fileURLWithPath: try #require(path))
        process.arguments = arguments
        process.currentDirectoryURL = directory
        let pipe = Pipe()
        process.standardInput = FileHandle.nullDevice
        process.standardOutput = pipe
        process.standardError = pipe
        try process.run()
        let output = try pipe.fileHandleForReading.readToEnd() ?? Data()
        process.waitUntilExit()
        return Outcome(output: String(decoding: output, as: UTF8.self), status: process.terminationStatus)
    }
}

/// Calls `body` with a directory of its own, which is removed afterwards.
func withTemporaryDirectory(_ body: (URL) throws -> Void) throws {
    let directory = FileManager.default.temporaryDirectory.appendingPathComponent(UUID().uuidString)
    try FileManager.default.createDirectory(at: directory, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(at: directory) }
    try body(directory)
}

extension URL {
    func write(_ text: String, to name: String) throws {
        try text.write(to: appendingPathComponent(name), atomically: true, encoding: .utf8)
    }
}
