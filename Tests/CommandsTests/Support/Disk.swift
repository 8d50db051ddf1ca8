import Foundation

/// A small file system of its own, unmounted when the test lets go of it.
final class Disk {
    let directory: String
    private let mount: String
    private var filler: String { mount + "/filler" }

    init(size: String) throws {
        mount = NSTemporaryDirectory() + "/tftest-disk-" + UUID().uuidString.prefix(8)
        directory = mount + "/work"
        try FileManager.default.createDirectory(atPath: mount, withIntermediateDirectories: true)
        try Disk.shell("mount -t tmpfs -o size=\(size),mode=0755 none '\(mount)'")
    }

    deinit {
        try? Disk.shell("umount -l '\(mount)'; rmdir '\(mount)'")
    }

    /// Takes all the space but this many pages.
    func fill(leaving pages: Int) throws {
        try Disk.shell(
            """
            cat /dev/zero > '\(filler)' 2>/dev/null
            size=$(stat -c %s '\(filler)')
            truncate -s $((size - \(pages) * 4096)) '\(filler)'
            """)
    }

    func free() throws { try FileManager.default.removeItem(atPath: filler) }
    func makeReadOnly() throws { try Disk.shell("mount -o remount,ro '\(mount)'") }
    func makeWritable() throws { try Disk.shell("mount -o remount,rw '\(mount)'") }

    private static func shell(_ text: String) throws {
        let scratch = NSTemporaryDirectory() + "/tftest-disk-io-" + UUID().uuidString
        try FileManager.default.createDirectory(atPath: scratch, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(atPath: scratch) }
        let outcome = try Child(
            "/bin/sh", ["-c", text], environment: ["PATH": "/usr/bin:/bin:/usr/sbin:/sbin"], directory: "/",
            input: nil, scratch: scratch
        ).wait(limit: 30)
        try demand(outcome.status == 0, "\(outcome)")
    }
}
