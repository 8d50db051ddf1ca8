import Foundation
import Testing

/// The sources of this repository.
private enum Repository {
    private static let directory = URL(fileURLWithPath: #filePath)
        .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()

    static let manifest = Result { Manifest(try text("Package.swift")) }

    static let house = Result {
        let sources = directory.appendingPathComponent("Sources").path
        let paths = try FileManager.default.subpathsOfDirectory(atPath: sources).filter { $0.hasSuffix(".swift") }
        return House(try Dictionary(uniqueKeysWithValues: paths.map { ($0, try text("Sources/" + $0)) }))
    }

    private static func text(_ path: String) throws -> String {
        try String(contentsOf: directory.appendingPathComponent(path), encoding: .utf8)
    }
}

@Suite("The house: modules use those below them, folders form no circle, and few files do")
struct HouseTests {
    @Test("Package.swift lists every module after those that it depends on")
    func order() throws {
        let manifest = try Repository.manifest.get()
        #expect(manifest.faults == [])
        #expect(Set(manifest.modules.map(\.name)).isSuperset(of: try Repository.house.get().files.map(\.module)))
        #expect(manifest.modules.first?.name == "CSystem")
        #expect(manifest.modules.last?.name == "tf")
    }

    @Test("a file imports modules below its own, and the C library in one module only")
    func imports() throws {
        let manifest = try Repository.manifest.get()
        #expect(try Repository.house.get().files.flatMap(manifest.importFaults) == [])
    }

    @Test("within a module folders form no circle, and no circle of files is larger than five")
    func circles() throws {
        let house = try Repository.house.get()
        for module in Set(house.files.map(\.module)).sorted() {
            let faults = house.circleFaults(in: module)
            #expect(faults.isEmpty, "\(faults.joined(separator: "\n"))")
        }
    }
}
