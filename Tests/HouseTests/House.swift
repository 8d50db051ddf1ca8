/// The sources of a package: who uses whom.
///
/// A reading, no compiler: a use is the name of a type, or that of a function or property where the name itself, the
/// type before it or the type around it tells which file declares it. Other overloads are passed over.
struct House {
    let files: [SourceFile]
    /// The uses of files by others of their modules.
    let uses: [Use]

    struct Use {
        let user: SourceFile
        let used: SourceFile
        /// What is named.
        let names: Set<String>
    }

    /// - Parameter texts: the files by their paths below the directory of the sources.
    init(_ texts: [String: String]) {
        let files = texts.sorted { $0.key < $1.key }.map { SourceFile(path: $0.key, text: $0.value) }
        let declarations = Declarations(of: files)
        self.files = files
        uses = files.flatMap { user in
            declarations.used(by: user).map { Use(user: user, used: files[$0.key], names: $0.value) }
        }
    }

    /// The circles of files within a module, the largest first.
    func circlesOfFiles(in module: String) -> [Circle] {
        Circle.all(
            among: uses.filter { $0.user.module == module }.map { use in
                Circle.Edge(from: use.user.shortName, to: use.used.shortName, causes: use.names.sorted())
            })
    }

    /// The circles of folders within a module; what lies in the module's directory itself counts as the folder `.`
    func circlesOfFolders(in module: String) -> [Circle] {
        let across = uses.filter { $0.user.module == module && $0.user.folder != $0.used.folder }
        return Circle.all(
            among: Dictionary(grouping: across) { [$0.user.folder, $0.used.folder] }.map { folders, uses in
                let causes = uses.map { use in
                    "\(use.user.shortName) -> \(use.used.shortName): \(use.names.sorted().joined(separator: " "))"
                }
                return Circle.Edge(from: folders[0], to: folders[1], causes: causes.sorted())
            })
    }

    /// The most files of a module that may form a circle.
    static let largestCircle = 5

    /// The circles of a module that must not be.
    func circleFaults(in module: String) -> [String] {
        circlesOfFolders(in: module).map { "folders of \(module): \($0)" }
            + circlesOfFiles(in: module).filter { $0.members.count > Self.largestCircle }
            .map { "files of \(module): \($0)" }
    }
}
