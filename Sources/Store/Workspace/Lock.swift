import System

extension Workspace {
    /// Takes the lock on `.tf` itself, for as long as the result lives.
    ///
    /// The directory is opened anew, because a lock belongs to an opening and a forked process shares its parent's.
    func lock() throws(StoreError) -> File {
        let begin = Trace.begin()
        do throws(SystemError) {
            let lock = try File(".", [.read, .directory], in: directory)
            try lock.lock(within: options.lockTimeout)
            Trace.end(begin, "lock taken")
            return lock
        } catch {
            guard error.isTimeout else { throw .system(error) }
            let status = try storing { () throws(SystemError) in try directory.status() }
            let holder = ProcessTable.lockHolder(of: status).map { pid in
                "process \(pid)" + (ProcessTable.commandLine(of: pid).map { " (\($0))" } ?? "")
            }
            throw .locked(path: path, after: options.lockTimeout, holder: holder)
        }
    }
}
