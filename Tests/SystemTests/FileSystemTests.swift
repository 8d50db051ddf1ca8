import System
import Testing

#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#else
    import Darwin
#endif

@Suite("Files and directories by name")
struct FileSystemTests {
    private let directory: TemporaryDirectory

    init() throws {
        directory = try TemporaryDirectory()
    }

    @Test("directories are made with those above them, and only once")
    func directories() throws {
        try FileSystem.makeDirectories(directory("a/b/c"))
        try FileSystem.makeDirectories(directory("a/b/c"))
        #expect(try FileSystem.status(directory("a/b/c"))?.isDirectory == true)
        #expect(try !FileSystem.makeDirectory(directory("a")))
        #expect(try FileSystem.makeDirectory(directory("d"), permissions: 0o700))
        #expect(try FileSystem.status(directory("d"))?.permissions == 0o700)
        _ = try directory.file("f")
        #expect(failure { try FileSystem.makeDirectory(directory("f")) }?.isExisting == true)
        #expect(failure { try FileSystem.makeDirectories(directory("f/g")) }?.path == directory("f"))
        #expect(failure { try FileSystem.makeDirectory(directory("x/y")) }?.isMissing == true)
    }

    @Test("many files are looked at in one go, in order, by one thread or several", arguments: [0, 1, 100, 9000])
    func statuses(_ count: Int) throws {
        for number in 0..<count where number % 5 != 3 {
            try File(directory("\(number).x"), [.write, .create]).write(Array(repeating: 0, count: number % 7))
        }
        let names = (0..<count).map { Array("\($0)".utf8) }
        var sizes: [Int64?] = []
        try #require(try Directory(directory.path)).forEachStatus(of: count, ".x") { number in
            names[number].withUnsafeBytes { $0 }
        } _: { number, status in
            #expect(number == sizes.count)
            sizes.append(status?.size)
        }
        let expected: [Int64?] = (0..<count).map { number in number % 5 == 3 ? nil : Int64(number % 7) }
        #expect(sizes == expected)
    }

    @Test("a directory has the names of everything in it; one that is not there has none")
    func names() throws {
        for name in ["b", "a", ".hidden", "with space", "é"] { _ = try directory.file(name) }
        #expect(try FileSystem.names(in: directory.path).sorted() == [".hidden", "a", "b", "with space", "é"])
        #expect(try FileSystem.names(in: directory("nothing")) == [])
        let long = String(repeating: "x", count: 255)
        _ = try directory.file(long)
        #expect(try FileSystem.names(in: directory.path).contains(long))
    }

    @Test("a name moves over another, and what it had is gone")
    func rename() throws {
        _ = try directory.file("new", "new")
        _ = try directory.file("old", "old")
        try FileSystem.rename(directory("new"), to: directory("old"))
        #expect(try FileSystem.contents(directory("old")) == Array("new".utf8))
        #expect(try FileSystem.contents(directory("new")) == nil)
        #expect(failure { try FileSystem.rename(directory("new"), to: directory("old")) }?.isMissing == true)
    }

    @Test("a file takes the place of another or of nothing, and leaves its own name")
    func replace() throws {
        let place = try File(directory.path, [.read, .directory])
        _ = try directory.file("old", "old")
        for content in ["new", "newer"] {
            _ = try directory.file("new", content)
            try FileSystem.replace("old", with: "new", in: place)
            #expect(try FileSystem.contents(directory("old")) == Array(content.utf8))
            #expect(try FileSystem.contents(directory("new")) == nil)
        }
        try FileSystem.remove(directory("old"))
        _ = try directory.file("new", "first")
        try FileSystem.replace("old", with: "new", in: place)
        #expect(try FileSystem.names(in: directory.path) == ["old"])
        #expect(failure { try FileSystem.replace("old", with: "new", in: place) }?.isMissing == true)
    }

    @Test("what cannot be replaced stays, and so does what was to replace it")
    func replaceDirectory() throws {
        let place = try File(directory.path, [.read, .directory])
        _ = try directory.file("new", "new")
        try FileSystem.makeDirectories(directory("old/inner"))
        #expect(failure { try FileSystem.replace("old", with: "new", in: place) } != nil)
        #expect(try FileSystem.names(in: directory("old")) == ["inner"])
        #expect(try FileSystem.contents(directory("new")) == Array("new".utf8))
    }

    @Test("removing says whether there was something to remove")
    func remove() throws {
        _ = try directory.file("a")
        #expect(try FileSystem.remove(directory("a")))
        #expect(try !FileSystem.remove(directory("a")))
        try FileSystem.makeDirectories(directory("d/e"))
        #expect(try !FileSystem.removeEmptyDirectory(directory("d")))
        #expect(try FileSystem.removeEmptyDirectory(directory("d/e")))
        #expect(try FileSystem.removeEmptyDirectory(directory("d")))
        #expect(try !FileSystem.removeEmptyDirectory(directory("d")))
    }

    @Test("a tree is removed without following its links")
    func removeTree() throws {
        try FileSystem.makeDirectories(directory("tree/a/b"))
        _ = try directory.file("tree/a/f")
        let outside = try directory.file("outside", "kept")
        try #require(symlink(outside, directory("tree/link")) == 0)
        try #require(symlink(directory.path, directory("tree/up")) == 0)
        try FileSystem.removeTree(directory("tree"))
        #expect(try FileSystem.status(directory("tree")) == nil)
        #expect(try FileSystem.contents(outside) == Array("kept".utf8))
        #expect(throws: Never.self) { try FileSystem.removeTree(directory("tree")) }
    }

    @Test("a link is seen as a link, and is refused where a file is wanted")
    func links() throws {
        let target = try directory.file("target")
        try #require(symlink("target", directory("link")) == 0)
        #expect(try FileSystem.status(directory("link"))?.isLink == true)
        #expect(try FileSystem.status(directory("link"))?.kindName == "a symbolic link")
        #expect(FileSystem.destination(ofLink: directory("link")) == "target")
        #expect(FileSystem.destination(ofLink: target) == nil)
        #expect(try FileSystem.realPath(directory("link")) == FileSystem.realPath(target))
        #expect(failure { try File(directory("link"), [.read, .unlinked]) }?.isLink == true)
        #expect(try FileSystem.status(directory("nothing")) == nil)
    }

    @Test("a path below a file is missing like one that is not there")
    func belowAFile() throws {
        _ = try directory.file("f")
        #expect(try FileSystem.status(directory("f/g")) == nil)
        #expect(try FileSystem.contents(directory("f/g")) == nil)
        #expect(failure { try File(directory("f/g"), .read) }?.isMissing == true)
    }

    @Test("what may be executed is known")
    func permissions() throws {
        #expect(FileSystem.isExecutable(try directory.file("x", permissions: 0o755)))
        #expect(!FileSystem.isExecutable(try directory.file("y", permissions: 0o644)))
        #expect(FileSystem.isWritable(directory("y")) && !FileSystem.isWritable(directory("nothing")))
    }

    @Test("paths are joined, and have a parent and a name")
    func paths() {
        #expect(Path.join("/a", "b") == "/a/b" && Path.join("/a/", "b") == "/a/b")
        #expect(Path.join("/a", "/b") == "/b" && Path.join("", "b") == "b")
        let parents = ["/a/b": "/a", "/a": "/", "/": "/", "b": ".", "a/b": "a"]
        for (path, parent) in parents { #expect(Path.parent(of: path) == parent, "\(path)") }
        let names = ["/a/b": "b", "/a": "a", "b": "b", "a/": ""]
        for (path, name) in names { #expect(Path.name(of: path) == name, "\(path)") }
    }

    @Test("the surroundings are those of this process")
    func environment() throws {
        #expect(Environment["PATH"] != nil && Environment.all["PATH"] == Environment["PATH"])
        #expect(Environment["TF_NOT_SET_ANYWHERE"] == nil)
        #expect(Environment.processID == Int(Process.current))
        #expect(Environment.isMember(of: getegid()))
        #expect(try Environment.random(count: 16) != Environment.random(count: 16))
        #expect(!Environment.host.isEmpty && Environment.processors >= 1)
    }
}
