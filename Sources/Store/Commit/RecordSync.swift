import Model
import System

extension Workspace {
    /// Brings the record files that changed since the last time to the disk, and says so in the applied mark.
    func syncUp() {
        do {
            guard settings.durability == .commit else { return }
            let before = try AppliedMark.read(in: directory)
            try storing { () throws(SystemError) in try directory.syncFileSystem() }
            var patient = self.options
            patient.lockTimeout = .milliseconds(100)
            let lock = try with(patient).lock()
            guard let before, var mark = try AppliedMark.read(in: directory), mark.synced < before.applied else {
                return
            }
            mark.synced = before.applied
            mark.unsynced = max(0, mark.unsynced - before.unsynced)
            try storing { () throws(SystemError) in try mark.write(in: directory) }
            try storing { () throws(SystemError) in try lock.unlock() }
        } catch {
            // Nothing is lost: until this succeeds, the journal since the last time is replayed after a power cut.
            if case StoreError.locked = error { return }
            options.warn("could not bring the record files to the disk: \(error)")
        }
    }
}
