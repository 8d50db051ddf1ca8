// swift-tools-version: 6.0
import PackageDescription

// One static binary: no shared library to find at start-up, nothing to install beside it.
// Release builds on Linux only, because debug builds are run by the tests, which link dynamically.
let staticLinking: [LinkerSetting] = [
    .unsafeFlags(
        ["-static-executable", "-Xlinker", "--gc-sections", "-Xlinker", "-s"],
        .when(platforms: [.linux], configuration: .release))
]
// Types of generic containers are made by calls, not looked up by name: that takes a tenth off every command's start.
let staticCompiling: [SwiftSetting] = [
    .unsafeFlags(
        [
            "-static-executable", "-cross-module-optimization",
            "-Xfrontend", "-disable-concrete-type-metadata-mangled-name-accessors",
        ],
        .when(platforms: [.linux], configuration: .release))
]

// The house, from the cellar up: a module uses the ones listed before it, never one after it.
let house: [Target] = [
    .target(name: "CSystem"),
    .target(name: "System", dependencies: ["CSystem"], swiftSettings: staticCompiling),
    .target(name: "Terminal", dependencies: ["System"], swiftSettings: staticCompiling),
    .target(name: "Arguments", dependencies: ["System"], swiftSettings: staticCompiling),
    .target(name: "Model", dependencies: ["System"], swiftSettings: staticCompiling),
    .target(name: "MCP", dependencies: ["System", "Arguments", "Model"], swiftSettings: staticCompiling),
    .target(name: "Store", dependencies: ["System", "Model"], swiftSettings: staticCompiling),
    .target(name: "Engine", dependencies: ["System", "Model", "Store"], swiftSettings: staticCompiling),
    .target(
        name: "Execution", dependencies: ["System", "Model", "Store", "Engine"], swiftSettings: staticCompiling),
]
// A target's name and what it uses stand in one line, for readers that are no compilers.
// swift-format-ignore
let commands = Target.target(
    name: "Commands", dependencies: ["System", "Terminal", "Arguments", "Model", "MCP", "Store", "Engine", "Execution"],
    swiftSettings: staticCompiling)
let program = Target.executableTarget(
    name: "tf", dependencies: ["Commands", "System"], swiftSettings: staticCompiling, linkerSettings: staticLinking)

// What looks at it from outside: tests, and programs that measure and simulate.
let outside: [Target] = [
    .executableTarget(name: "Benchmarks", dependencies: ["Model", "System"], path: "Tests/Benchmarks"),
    .target(name: "TestSupport", path: "Tests/TestSupport"),
    .target(
        name: "Simulation", dependencies: ["Execution", "Engine", "Store", "Model", "System", "TestSupport"],
        path: "Tests/Simulation"),
    .executableTarget(name: "Simulate", dependencies: ["Simulation", "System"], path: "Tests/Simulate"),
    .testTarget(name: "HouseTests"),
    .testTarget(name: "SystemTests", dependencies: ["System", "TestSupport"]),
    .testTarget(name: "TerminalTests", dependencies: ["Terminal", "System", "TestSupport"]),
    .testTarget(name: "ArgumentsTests", dependencies: ["Arguments", "TestSupport"]),
    .testTarget(name: "ModelTests", dependencies: ["Model", "System", "TestSupport"]),
    .testTarget(name: "MCPTests", dependencies: ["MCP", "Arguments", "Model", "System", "TestSupport"]),
    .testTarget(name: "StoreTests", dependencies: ["Store", "Model", "System", "TestSupport"]),
    .testTarget(name: "EngineTests", dependencies: ["Engine", "Store", "Model", "System", "TestSupport"]),
    .testTarget(name: "ExecutionTests", dependencies: ["Simulation", "TestSupport"]),
    .testTarget(
        name: "CommandsTests",
        dependencies: ["Commands", "Engine", "MCP", "Arguments", "System", "TestSupport", "tf"]),
]

let package = Package(
    name: "tf",
    platforms: [.macOS(.v13)],
    products: [.executable(name: "tf", targets: ["tf"])],
    targets: house + [commands, program] + outside
)
