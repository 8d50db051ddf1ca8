import Foundation
import Testing

@Suite("The cache is derived, and files are as open as the workspace")
struct DerivedFilesTests {
    private func permissions(_ tf: Workspace) throws -> [String: Int] {
        var found: [String: Int] = [:]
        let all = FileManager.default.enumerator(atPath: tf.path)?.compactMap { $0 as? String } ?? []
        for name in all + ["."] {
            var status = stat()
            try demand(lstat(tf.path + "/" + name, &status) == 0, name)
            found[name] = Int(status.st_mode) & 0o7777
        }
        return found
    }

    /// Everything in a shared workspace is its group's as well; directories hand the group on.
    private func demandShared(_ tf: Workspace) throws {
        for (name, mode) in try permissions(tf) where name != ".gitignore" {
            let isDirectory = try tf.isDirectory(name)
            #expect(mode & 0o067 == (isDirectory ? 0o070 : 0o060) & 0o067, "\(name) \(String(mode, radix: 8))")
            if isDirectory { #expect(mode & 0o2000 != 0, "\(name) \(String(mode, radix: 8))") }
        }
    }

    @Test("a shared workspace can be written to by its group from the beginning, whatever the umask")
    func shared() throws {
        let tf = try Workspace(initialised: false)
        #expect(try tf.shell("umask 022; tf init --shared").status == 0)
        try demandShared(tf)
        #expect(try tf.shell("umask 077; tf task create One; tf task comment T-1 hello").status == 0)
        try FileManager.default.removeItem(atPath: tf.path + "/cache")
        #expect(try tf.shell("umask 022; tf task create Two").status == 0)
        try demandShared(tf)
    }

    @Test("a directory that is made again is as closed as the others")
    func closed() throws {
        let tf = try Workspace()
        try FileManager.default.removeItem(atPath: tf.path + "/cache")
        #expect(try tf.shell("umask 022; tf task create One").status == 0)
        try tf("task", "comment", "T-1", "hello")
        for (name, mode) in try permissions(tf) where try tf.isDirectory(name) {
            #expect(mode == 0o700, "\(name) \(String(mode, radix: 8))")
        }
    }

    @Test("a directory in the place of the index is replaced")
    func directory() throws {
        let tf = try Workspace()
        _ = try tf.create()
        let index = tf.path + "/cache/index"
        try FileManager.default.removeItem(atPath: index)
        try FileManager.default.createDirectory(atPath: index + "/x", withIntermediateDirectories: true)
        #expect(try tf.tasks().count == 1)
        _ = try tf.create()
        #expect(try !tf.isDirectory("cache/index"))
        #expect(try tf.tasks().count == 2)
    }

    /// A workspace whose index has nearly all its entries in the base.
    private func compacted() throws -> Workspace {
        let tf = try Workspace()
        for number in 1...40 { try tf("task", "create", "Task \(number)", "--command-id", "c\(number)") }
        try FileManager.default.removeItem(atPath: tf.path + "/cache/index")
        _ = try tf.create("The last", "--name", "last")
        return tf
    }

    private func overwrite(_ path: String, with data: Data) throws {
        let file = try #require(FileHandle(forWritingAtPath: path))
        try file.write(contentsOf: data)
    }

    @Test("one wrong bit in the index hides nothing")
    func bit() throws {
        let tf = try compacted()
        let index = tf.path + "/cache/index"
        let data = try #require(FileManager.default.contents(atPath: index))
        // In the first entry, and all over the file.
        for place in Array(stride(from: 160, to: 224, by: 3)) + Array(stride(from: 224, to: data.count, by: 611)) {
            var spoilt = data
            spoilt[place] ^= 1
            try overwrite(index, with: spoilt)
            #expect(try tf.tasks().count == 41, "\(place)")
            #expect(try tf("task", "show", "last", "--format", "{id}").text == "T-41", "\(place)")
            try overwrite(index, with: data)
        }
    }

    @Test("a sector of zeros in the index makes no command count twice, and no task new")
    func sector() throws {
        for place in [0.3, 0.5, 0.7, 0.9] {
            let tf = try compacted()
            var data = try #require(FileManager.default.contents(atPath: tf.path + "/cache/index"))
            let start = Int(Double(data.count) * place) / 512 * 512
            data.replaceSubrange(start..<start + 512, with: Data(count: 512))
            try overwrite(tf.path + "/cache/index", with: data)
            for number in 1...40 {
                let id = try tf("task", "create", "Task \(number)", "--command-id", "c\(number)").text
                #expect(id == "T-\(number)")
            }
            #expect(try tf("tick").stdout == "")
            #expect(try tf.tasks().count == 41)
        }
    }
}

extension Workspace {
    fileprivate func isDirectory(_ relative: String) throws -> Bool {
        var isDirectory: ObjCBool = false
        return FileManager.default.fileExists(atPath: path + "/" + relative, isDirectory: &isDirectory)
            && isDirectory.boolValue
    }
}
