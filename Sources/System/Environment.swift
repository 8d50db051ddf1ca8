import CSystem

#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#else
    import Darwin
#endif

/// The process's own surroundings.
public enum Environment {
    /// The value of a variable; nil when it is not set.
    public static subscript(name: String) -> String? {
        getenv(name).map { String(cString: $0) }
    }

    /// Every variable that was set when this was first asked for.
    public static let all: [String: String] = {
        var result: [String: String] = [:]
        var entry = environ
        while let variable = entry.pointee {
            let text = String(cString: variable)
            if let equals = text.firstIndex(of: "=") {
                result[String(text[..<equals])] = String(text[text.index(after: equals)...])
            }
            entry += 1
        }
        return result
    }()

    /// The user that the process acts for.
    public static var user: UInt32 { geteuid() }

    /// Whether the process has the rights of `group`.
    public static func isMember(of group: UInt32) -> Bool {
        if getegid() == group { return true }
        var groups = [gid_t](repeating: 0, count: Int(max(0, getgroups(0, nil))))
        let count = getgroups(Int32(groups.count), &groups)
        return count > 0 && groups[..<Int(count)].contains(group)
    }

    /// The name of this machine.
    public static let host: String = {
        var name = [CChar](repeating: 0, count: 256)
        guard gethostname(&name, name.count - 1) == 0 else { return "localhost" }
        return String(decoding: name.prefix { $0 != 0 }.map(UInt8.init(bitPattern:)), as: UTF8.self)
    }()

    /// How many processors there are for this process.
    public static let processors = max(1, sysconf(Int32(_SC_NPROCESSORS_ONLN)))

    /// Bytes that nobody can guess.
    public static func random(count: Int) throws(SystemError) -> [UInt8] {
        var bytes = [UInt8](repeating: 0, count: count)
        try call("read random bytes") { getentropy(&bytes, count) }
        return bytes
    }

    /// The number of this process.
    public static var processID: Int { Int(getpid()) }
}
