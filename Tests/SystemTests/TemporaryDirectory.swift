import System

#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#else
    import Darwin
#endif

/// An empty directory that goes with everything in it when the last reference to it goes.
final class TemporaryDirectory: Sendable {
    let path: String

    init() throws {
        var template = Array("/tmp/tf-system-tests.XXXXXX".utf8CString)
        guard mkdtemp(&template) != nil else { throw SystemError("make a temporary directory") }
        path = String(decoding: template.dropLast().map(UInt8.init(bitPattern:)), as: UTF8.self)
    }

    deinit {
        // What is left behind in /tmp fails no test.
        try? FileSystem.removeTree(path)
    }

    /// The path of `name` in here.
    func callAsFunction(_ name: String) -> String { path + "/" + name }

    /// A new file in here that holds `text`.
    func file(_ name: String, _ text: String = "", permissions: UInt32 = 0o644) throws -> String {
        let file = try File(self(name), [.write, .create, .truncate])
        try file.write(text.utf8)
        try file.setPermissions(permissions)
        return file.path
    }
}
