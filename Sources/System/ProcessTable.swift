import CSystem

#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#else
    import Darwin
#endif

/// The system's list of processes, as far as it shows one.
public enum ProcessTable {
    /// When a process started, in a form that tells it from a later one with the same number: the boot's id and the
    /// clock ticks since, joined by `/`.
    ///
    /// - Returns: nil when there is no such process, or the system does not tell.
    public static func startMark(of pid: Int) -> String? {
        stat(of: pid).flatMap { startMark(ticks: $0.startTicks) }
    }

    /// The mark of a process that began so many ticks after the system.
    static func startMark(ticks: Int) -> String? { bootID.map { "\($0)/\(ticks)" } }

    /// Changes with each start of the system; nil where it has no such id.
    public static let bootID: String? = contents("/proc/sys/kernel/random/boot_id")?.trimmingNewline

    /// The processes that the system gave this one as children, the dead ones that nobody has collected included; nil
    /// where it does not list them.
    ///
    /// For a subreaper these are the processes that it started and those that lost their parent.
    public static func ownChildren() -> [Int]? { directChildren(of: Environment.processID) }

    /// Every process below `ancestor`, its children first. Zombies are left out.
    public static func descendants(of ancestor: Int) -> [Int] { descendants(of: [ancestor]) }

    /// Every process below any of `ancestors`, their children first. Zombies are left out.
    public static func descendants(of ancestors: [Int]) -> [Int] {
        var found: [Int] = []
        var pending = ancestors
        let table = childrenByParent()
        while let parent = pending.popLast() {
            for child in table?[parent] ?? directChildren(of: parent) ?? [] {
                pending.append(child)
                if stat(of: child)?.isZombie != true { found.append(child) }
            }
        }
        return found
    }

    /// Every process whose environment has all of these variables. Those of other users are not seen.
    public static func processes(with variables: [String: String]) -> [Int] {
        all().filter { carries(variables, $0) && stat(of: $0)?.isZombie != true }
    }

    /// Whether a process was started with all of these variables in its environment.
    public static func carries(_ variables: [String: String], _ pid: Int) -> Bool {
        guard let bytes = bytes("/proc/\(pid)/environ") else { return false }
        let entries = bytes.split(separator: 0)
        return variables.allSatisfy { name, value in
            let wanted = Array("\(name)=\(value)".utf8)
            return entries.contains { $0.elementsEqual(wanted) }
        }
    }

    /// Whether a process exists and is more than a zombie.
    public static func isAlive(_ pid: Int) -> Bool {
        guard let stat = stat(of: pid) else { return false }
        return !stat.isZombie
    }

    /// The session that a process belongs to: the id of its leader.
    public static func session(of pid: Int) -> Int? { stat(of: pid)?.session }

    /// The command line of a process, blanks between its words; nil when there is none.
    public static func commandLine(of pid: Int) -> String? {
        guard let bytes = bytes("/proc/\(pid)/cmdline"), !bytes.isEmpty else { return nil }
        return String(decoding: Array(bytes.split(separator: 0).joined(separator: [0x20])), as: UTF8.self)
    }

    /// The process that holds an exclusive `flock` on the file, where the system tells.
    public static func lockHolder(of file: FileStatus) -> Int? {
        guard let text = contents("/proc/locks") else { return nil }
        for line in text.split(separator: "\n") where !line.contains("->") {
            let fields = line.split(separator: " ")
            guard fields.count > 5, fields[1] == "FLOCK", fields[3] == "WRITE",
                fields[5].split(separator: ":").last == Substring(String(file.inode))
            else { continue }
            return Int(fields[4])
        }
        return nil
    }

    // MARK: - /proc

    private struct Stat {
        let state: UInt8
        var isZombie: Bool { state == UInt8(ascii: "Z") }
        let parent: Int
        let session: Int
        let startTicks: Int
    }

    private static func stat(of pid: Int) -> Stat? {
        // The second field is the program's name in parentheses and may hold anything: go on behind the last one.
        guard let bytes = bytes("/proc/\(pid)/stat"), let end = bytes.lastIndex(of: UInt8(ascii: ")")) else {
            return nil
        }
        let fields = bytes[(end + 1)...].split(separator: UInt8(ascii: " "), maxSplits: 20)
        guard fields.count > 19, let state = fields[0].first, let parent = Int(digits: fields[1]),
            let session = Int(digits: fields[3]), let ticks = Int(digits: fields[19])
        else { return nil }
        return Stat(state: state, parent: parent, session: session, startTicks: ticks)
    }

    /// Nil where the kernel does not list them. It does so by the thread that forked them, which may be any.
    private static func directChildren(of pid: Int) -> [Int]? {
        guard let first = contents("/proc/\(pid)/task/\(pid)/children") else { return nil }
        let others = numbers(in: "/proc/\(pid)/task").filter { $0 != pid }
        let lists = [first] + others.compactMap { contents("/proc/\(pid)/task/\($0)/children") }
        return lists.flatMap { $0.split(separator: " ").compactMap { Int($0) } }
    }

    /// The whole table, read where the kernel does not list a process's children by itself; else nil.
    private static func childrenByParent() -> [Int: [Int]]? {
        guard directChildren(of: Environment.processID) == nil else { return nil }
        var table: [Int: [Int]] = [:]
        for child in all() {
            if let stat = stat(of: child) { table[stat.parent, default: []].append(child) }
        }
        return table
    }

    private static func all() -> [Int] { numbers(in: "/proc") }

    /// The processes or threads that have a directory there.
    private static func numbers(in path: String) -> [Int] {
        do throws(SystemError) {
            return try FileSystem.names(in: path).compactMap { Int($0) }
        } catch {
            return []  // No /proc here, or the process has ended: there is nothing to see.
        }
    }

    private static func contents(_ path: String) -> String? {
        bytes(path).map { String(decoding: $0, as: UTF8.self) }
    }

    private static func bytes(_ path: String) -> [UInt8]? {
        do throws(SystemError) {
            return try FileSystem.contents(path)
        } catch {
            return nil  // The process has ended, or is somebody else's.
        }
    }
}

extension Int {
    /// The number that decimal digits stand for; nil when there is anything else.
    fileprivate init?(digits: ArraySlice<UInt8>) {
        guard !digits.isEmpty, digits.count < 19 else { return nil }
        self = 0
        for byte in digits {
            guard let digit = byte.decimalDigit else { return nil }
            self = self * 10 + Int(digit)
        }
    }
}

extension String {
    fileprivate var trimmingNewline: String { hasSuffix("\n") ? String(dropLast()) : self }
}
