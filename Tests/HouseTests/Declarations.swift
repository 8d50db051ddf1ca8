/// Where everything is declared that more than one file can name.
struct Declarations {
    private struct Home {
        /// The place of the file among all.
        let file: Int
        /// The type that it belongs to; nil for what belongs to none.
        let type: String?
    }

    private let files: [SourceFile]
    private var types: [String: [Home]] = [:]
    private var members: [String: [Home]] = [:]
    private var parents: [String: Set<String>] = [:]

    init(of files: [SourceFile]) {
        self.files = files
        for (number, file) in files.enumerated() {
            for type in file.types where !type.isHidden {
                types[type.name, default: []].append(Home(file: number, type: type.type))
            }
            for member in file.members where !member.isHidden {
                members[member.name, default: []].append(Home(file: number, type: member.type))
            }
            parents.merge(file.parents) { $0.union($1) }
        }
    }

    /// The files of its module that a file uses, by their places among all, each with the names that it is used by.
    func used(by user: SourceFile) -> [Int: Set<String>] {
        let own = user.declaredTypes.union(user.extendedTypes)
        let around = own.reduce(into: own) { $0.formUnion(parents[$1] ?? []) }
        var used: [Int: Set<String>] = [:]
        for mention in user.mentions {
            let (name, homes) = meant(by: mention, in: user, around)
            for home in homes where files[home].module == user.module && files[home].path != user.path {
                used[home, default: []].insert(name)
            }
        }
        return used
    }

    /// The files that a mention may be about; none where names alone do not tell.
    ///
    /// - Parameter around: the types that the file declares or extends, and what those are said to be. Their members
    ///   are called without a receiver.
    private func meant(
        by mention: SourceFile.Mention, in file: SourceFile, _ around: Set<String>
    ) -> (name: String, files: Set<Int>) {
        switch mention {
        case .type(let name): (name, file.declaredTypes.contains(name) ? [] : homes(ofType: name, for: file))
        case .nestedType(let name): (name, file.declaredTypes.contains(name) ? [] : homes(ofNestedType: name))
        case .call(let name):
            (name, file.ownNames.contains(name) ? [] : home(of: name, in: around) ?? home(of: name))
        case .member(let name, let receiver, let isCall):
            (name, homes(ofMember: name, of: receiver, isCall: isCall, for: file))
        }
    }

    private func homes(ofType name: String, for file: SourceFile) -> Set<Int> {
        let outer = (types[name] ?? []).filter { $0.type == nil }.map(\.file)
        if outer.isEmpty { return homes(ofNestedType: name) }
        // What a module declares comes before what it imports.
        let near = outer.filter { files[$0].module == file.module }
        return Set(near.isEmpty ? outer : near)
    }

    private func homes(ofNestedType name: String) -> Set<Int> {
        guard let all = types[name], all.count == 1, all[0].type != nil, !commonNames.contains(name) else { return [] }
        return [all[0].file]
    }

    /// - Parameter receiver: the name before the point: a type, or a variable that is mostly named like its type.
    private func homes(
        ofMember name: String, of receiver: String?, isCall: Bool, for file: SourceFile
    ) -> Set<Int> {
        if let receiver, isCall || receiver.isCapitalized {
            let type = receiver.prefix(1).uppercased() + receiver.dropFirst()
            let types = (parents[type] ?? []).union([type])
            if file.members.contains(where: { $0.name == name && types.contains($0.type ?? "") }) { return [] }
            let told = (members[name] ?? []).filter { types.contains($0.type ?? "") }
            if !told.isEmpty { return Set(told.map(\.file)) }
        }
        if file.ownNames.contains(name) || (!isCall && name.utf8.count < 5) { return [] }
        return home(of: name)
    }

    /// The one file that declares a member of this name in one of these types.
    private func home(of name: String, in types: Set<String>) -> Set<Int>? {
        let homes = Set((members[name] ?? []).filter { types.contains($0.type ?? "") }.map(\.file))
        return homes.count == 1 ? homes : nil
    }

    /// The one file that declares a member of this name at all.
    private func home(of name: String) -> Set<Int> {
        let homes = Set((members[name] ?? []).map(\.file))
        return homes.count == 1 && !commonNames.contains(name) ? homes : []
    }
}

/// Names that a call or property of another package is too likely to have, above all of the standard library's
/// collections.
private let commonNames = Set(
    """
    Element Group Item Kind Result Row Value
    add align allCases allSatisfy append apply begin byte bytes check close compactMap contains count decode description
    draft dropFirst dropLast edit emit encode encoded end enumerated events filter find finish first flatMap follow
    forEach get hasPrefix hasSuffix hash index init insert integer joined json last list load lock look main map max
    min name next note open padded perform place prefix print put read receive record records reduce remove render
    require reversed run send set settle show sorted split start store suffix table tag tell text tool value wait
    write
    """.split(whereSeparator: \.isWhitespace).map(String.init))
