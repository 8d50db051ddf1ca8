import CSystem

#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#else
    import Darwin
#endif

/// Processes other than the command of a run: looking at them, signalling them, waiting for them.
public enum Process {
    /// A signal by its number.
    public struct Signal: RawRepresentable, Hashable, Sendable {
        public let rawValue: Int32
        /// The signal with that number.
        public init(rawValue: Int32) { self.rawValue = rawValue }
        public static let hangUp = Signal(rawValue: SIGHUP)
        public static let interrupt = Signal(rawValue: SIGINT)
        public static let quit = Signal(rawValue: SIGQUIT)
        public static let terminate = Signal(rawValue: SIGTERM)
        public static let kill = Signal(rawValue: SIGKILL)
        public static let user1 = Signal(rawValue: SIGUSR1)
        public static let child = Signal(rawValue: SIGCHLD)
        public static let pipe = Signal(rawValue: SIGPIPE)
        public static let windowChange = Signal(rawValue: SIGWINCH)
        public static let `continue` = Signal(rawValue: SIGCONT)
    }

    /// How a process ended.
    public enum Ending: Hashable, Sendable {
        case exited(Int32)
        case signalled(Int32)
    }

    /// What a child used until it ended.
    public struct ResourceUsage: Hashable, Sendable {
        public let userTime: Duration
        public let systemTime: Duration
        public let maximumResidentBytes: Int64

        /// So much of each.
        public init(userTime: Duration, systemTime: Duration, maximumResidentBytes: Int64) {
            self.userTime = userTime
            self.systemTime = systemTime
            self.maximumResidentBytes = maximumResidentBytes
        }
    }

    /// A child that has ended and was collected.
    public struct Ended: Sendable {
        public let pid: Int32
        public let ending: Ending
        public let usage: ResourceUsage
    }

    /// Lets the group read and write the files that this process makes from now on, whatever its umask says. Commands
    /// that it starts keep the umask.
    public static func shareFilesWithGroup() { tf_share_with_group() }

    /// What ``collect()`` found.
    public enum Collected: Sendable {
        case ended(Ended)
        /// There are children, and none has ended.
        case running
        /// There are no children.
        case childless
    }

    /// Collects one child that has ended, without waiting.
    public static func collect() throws(SystemError) -> Collected {
        var status: Int32 = 0
        var usage = rusage()
        while true {
            let pid = wait4(-1, &status, WNOHANG, &usage)
            if pid == 0 { return .running }
            if pid > 0 {
                return .ended(Ended(pid: pid, ending: ending(status), usage: ResourceUsage(usage)))
            }
            if errno == ECHILD { return .childless }
            if errno != EINTR { throw SystemError("wait for children") }
        }
    }

    /// Gives the memory of the program's own code back, before a long wait: what is used again comes back by itself.
    public static func releaseCode() {
        // Where the system cannot, the process stays a little larger.
        _ = tf_release_code()
    }

    /// Waits for one child to end.
    public static func wait(for pid: Int32) throws(SystemError) -> Ending {
        var status: Int32 = 0
        try call("wait for process \(pid)") { waitpid(pid, &status, 0) }
        return ending(status)
    }

    // Not macros that Swift sees: the low seven bits are the signal, the second byte the exit status.
    private static func ending(_ status: Int32) -> Ending {
        let signal = status & 0x7F
        return signal == 0 ? .exited((status >> 8) & 0xFF) : .signalled(signal)
    }

    /// Whether this process has any child, ended ones that were not collected included.
    public static func hasChildren() throws(SystemError) -> Bool {
        var info = siginfo_t()
        while waitid(P_ALL, 0, &info, WEXITED | WNOHANG | WNOWAIT) != 0 {
            if errno == ECHILD { return false }
            if errno != EINTR { throw SystemError("look at children") }
        }
        return true
    }

    /// Sends a signal.
    ///
    /// - Returns: false when there is no such process any more.
    @discardableResult
    public static func send(_ signal: Signal, to pid: Int32) throws(SystemError) -> Bool {
        if kill(pid, signal.rawValue) == 0 { return true }
        if errno == ESRCH { return false }
        throw SystemError("signal process \(pid)")
    }

    /// Splits the process in two. The process must have one thread.
    ///
    /// - Returns: the child's id to the parent, 0 to the child.
    public static func fork() throws(SystemError) -> Int32 {
        let pid = tf_fork()
        if pid < 0 { throw SystemError("start another process") }
        return pid
    }

    /// Ends the process at once, without closing what is open.
    public static func exit(_ status: Int32) -> Never { _exit(status) }

    /// The process that started this one.
    public static var parent: Int32 { getppid() }
    /// This process.
    public static var current: Int32 { getpid() }

    /// Leaves the terminal and the group of whoever started this process.
    public static func startSession() throws(SystemError) {
        try call("start a session") { setsid() }
    }

    /// Makes orphaned descendants children of this process.
    ///
    /// - Returns: false where the system has no such thing.
    @discardableResult
    public static func becomeSubreaper() throws(SystemError) -> Bool {
        if tf_become_subreaper() == 0 { return true }
        let error = SystemError("become a subreaper")
        if error.isUnsupported { return false }
        throw error
    }

    /// Has `signal` sent to this process when `parent` ends.
    ///
    /// - Returns: false when it has ended already.
    public static func die(with parent: Int32, by signal: Signal) throws(SystemError) -> Bool {
        let result = tf_die_with_parent(signal.rawValue, parent)
        if result >= 0 { return result == 0 }
        let error = SystemError("watch the parent process")
        if error.isUnsupported { return getppid() == parent }
        throw error
    }

    /// Whether `signal` was ignored when the process was started, as `nohup` does.
    public static func isIgnored(_ signal: Signal) -> Bool { tf_is_ignored(signal.rawValue) }
    /// Ignores `signal` from now on.
    public static func ignore(_ signal: Signal) { tf_ignore(signal.rawValue) }

    /// Has children that end leave nothing behind, for a process that lives long and waits for none of those that it
    /// starts. One that catches ``Signal/child``, and so every supervisor, waits for its own all the same.
    public static func forgetChildren() throws(SystemError) {
        try call("forget children") { tf_forget_children() }
    }

    /// Ends this process as `signal` does, so that the parent sees it.
    public static func die(by signal: Signal) -> Never {
        tf_release_signals()
        _ = kill(getpid(), signal.rawValue)
        _exit(128 + signal.rawValue)
    }
}

extension Process.ResourceUsage {
    init(_ usage: rusage) {
        userTime = .seconds(Int64(usage.ru_utime.tv_sec)) + .microseconds(Int64(usage.ru_utime.tv_usec))
        systemTime = .seconds(Int64(usage.ru_stime.tv_sec)) + .microseconds(Int64(usage.ru_stime.tv_usec))
        #if os(Linux)
            maximumResidentBytes = Int64(usage.ru_maxrss) * 1024
        #else
            maximumResidentBytes = Int64(usage.ru_maxrss)
        #endif
    }
}
