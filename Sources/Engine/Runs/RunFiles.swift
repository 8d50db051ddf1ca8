import Model
import Store
import System

/// The files of a run beside its record: its log, what it reported, its prompt. Their directory is there since the
/// proof of life was taken.
package struct RunFiles {
    let directory: File
    let run: ID<Run>

    package init(_ workspace: Workspace, _ run: ID<Run>) {
        directory = workspace.directory
        self.run = run
    }

    /// The log, opened to append: what the command's output and error become.
    package func openLog() throws(SystemError) -> File {
        let mode: File.Mode = [.readWrite, .create, .append, .unlinked]
        return try File(Layout.log(run), mode, in: directory, permissions: 0o660)
    }

    /// The absolute path of a file of the workspace.
    package func path(_ file: String) -> String { directory.path + "/" + file }

    /// Makes the file for the context that the command may read, still empty.
    package func openPrompt() throws(SystemError) -> File {
        let mode: File.Mode = [.write, .create, .truncate, .unlinked]
        return try File(Layout.prompt(run), mode, in: directory, permissions: 0o660)
    }

    /// That file, for the command to read.
    package func readPrompt() throws(SystemError) -> File {
        try File(Layout.prompt(run), [.read, .unlinked], in: directory)
    }

    /// Writes the bytes that the command reads on standard input.
    package func write(_ bytes: [UInt8], as name: String) throws(SystemError) -> File {
        let path = Layout.run(run) + "/" + name
        let mode: File.Mode = [.write, .create, .truncate, .unlinked]
        try File(path, mode, in: directory, permissions: 0o660).write(bytes)
        return try File(path, [.read, .unlinked], in: directory)
    }

    /// What the command wrote to `TF_OUTPUT`.
    ///
    /// A file that is no text, or not of the format, yields what can be read of it. One that is too large yields
    /// nothing, because nobody would see which part of it was left out.
    ///
    /// - Parameter excess: what is wrong with one that is too large.
    package func outputs(excess: inout String?) throws(SystemError) -> [String: String] {
        let limit = Limit.recordBytes / 2
        do {
            let file = try File(Layout.outputs(run), [.read, .unlinked, .withoutWaiting], in: directory)
            let status = try file.status()
            guard status.isFile else { return [:] }
            guard status.size <= limit else {
                excess = "the outputs in $TF_OUTPUT have \(status.size) bytes; at most \(limit) are kept"
                return [:]
            }
            return RunOutputs.parse(String(decoding: try file.contents(limit: limit), as: UTF8.self))
        } catch {
            if error.isMissing || error.isLink { return [:] }
            throw error
        }
    }

    /// The last lines of the log that are not blank, oldest first.
    package func lastLines(_ count: Int) throws(SystemError) -> [String] {
        do {
            let file = try File(Layout.log(run), [.read, .unlinked], in: directory)
            let size = try file.status().size
            let tail = try file.contents(from: max(0, size - 16_384))
            let lines = String(decoding: tail, as: UTF8.self).split(whereSeparator: \.isNewline)
                .map(\.trimmingBlanks).filter { !$0.isEmpty }
            return Array(lines.suffix(count))
        } catch {
            if error.isMissing || error.isLink { return [] }
            throw error
        }
    }
}

/// The format of `TF_OUTPUT`: `name=value` lines, and `name<<END` with the value's lines up to `END`.
enum RunOutputs {
    static func parse(_ text: String) -> [String: String] {
        var outputs: [String: String] = [:]
        var lines = text.split(separator: "\n", omittingEmptySubsequences: false).map(String.init)[...]
        while let line = lines.popFirst() {
            let equals = line.firstIndex(of: "=")
            let marker = line.firstRange(of: "<<")
            if let marker, equals.map({ marker.lowerBound < $0 }) ?? true {
                let name = line[..<marker.lowerBound].trimmingBlanks
                let end = line[marker.upperBound...].trimmingBlanks
                guard isName(name), !end.isEmpty else { continue }
                let value = lines.prefix { $0 != end }
                lines = lines.dropFirst(value.count + 1)
                outputs[name] = value.joined(separator: "\n")
            } else if let equals {
                let name = line[..<equals].trimmingBlanks
                if isName(name) { outputs[name] = String(line[line.index(after: equals)...]) }
            }
        }
        return outputs
    }

    private static func isName(_ text: String) -> Bool {
        !text.isEmpty && text.utf8.count <= 63
            && text.unicodeScalars.allSatisfy {
                $0.properties.isAlphabetic || ("0"..."9").contains($0) || $0 == "_" || $0 == "-" || $0 == "."
            }
    }
}

extension String {
    /// The first place where `other` stands.
    fileprivate func firstRange(of other: String) -> Range<Index>? {
        var start = startIndex
        while let candidate = self[start...].firstIndex(of: other.first ?? " ") {
            if self[candidate...].hasPrefix(other) {
                return candidate..<index(candidate, offsetBy: other.count)
            }
            start = index(after: candidate)
        }
        return nil
    }
}
