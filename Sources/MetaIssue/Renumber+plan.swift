import AttemptHistory
import Documents
import GitStore

/// What is meant: branch, folder, title and start of the one attempt of several that may have the number.
extension Renumber {
    /// Finds out which attempt is meant, and what becomes of it.
    ///
    /// - Throws: ``Failure`` where that is not clear, or the new number is taken.
    static func plan(
        _ old: Int, _ new: Int, _ claimant: Claimant, _ saga: Saga, in session: WriteSession
    ) async throws -> Plan {
        let workspace = session.workspace
        let mainline = try workspace.mainline(of: saga)
        let (was, becomes) = (AttemptNumber.text(old), AttemptNumber.text(new))
        try workspace.refuseLinkedFolders(of: saga, on: mainline)
        let taken = try TakenNumbers(saga, in: session)
        guard taken.all.contains(old) else {
            throw Failure("there is no attempt \(was) in \(saga.id)", advice: "git metaissue status lists the attempts")
        }
        guard !taken.all.contains(new) else {
            throw Failure(
                "the number \(becomes) is taken, or was",
                advice: "the next free one: git metaissue renumber \(was) \(AttemptNumber.text(taken.next()))")
        }
        let examination = try Examination([saga], in: workspace, purpose: .status)
        let record = try workspace.visibleRecord(on: mainline).record(of: saga)
        guard let part = examination.parts.first(where: { $0.saga == saga }) else {
            throw Failure("the saga \(saga.id) could not be examined")
        }
        let subject = part.subjects.first { $0.number == old }
        let local = (subject?.tips ?? []).filter { $0.source == .localBranch }
            .map { String($0.name.dropFirst("refs/heads/".count)) }
        let folders = ([record.folders[old]].compactMap { $0 } + (record.furtherFolders[old] ?? []))
            .map { String($0.dropFirst("attempts/".count)) }
        let clash = try NumberClash.find(saga, part.subjects, record: record, in: workspace).first { $0.number == old }
        func claims(_ branch: String) throws -> NumberClaims {
            try subject.map { try NumberClaims(of: branch, in: $0, workspace) } ?? NumberClaims(besides: [])
        }
        var (branch, folder) = (local.first, folders.first)
        var claim = try branch.map(claims) ?? NumberClaims(besides: [])
        switch claimant {
        case .only:
            guard local.count <= 1, folders.count <= 1, clash == nil, claim.others.isEmpty else {
                throw Failure.usage(
                    "several attempts have the number \(was): "
                        + (clash?.claimants ?? local + claim.others.filter { !local.contains($0) } + folders).map(
                            MarkdownText.terminalSafe
                        ).joined(
                            separator: ", "),
                    advice: "say which one with --branch or --folder")
            }
            // A record that began on the branch has its folder there alone.
            if folder == nil { folder = try ownFolder(claim, old, saga, folders, in: workspace) }
        case .branch(let named):
            let short = local.first { $0 == named || "refs/heads/\($0)" == named }
            guard let short else {
                throw Failure(
                    "\(MarkdownText.terminalSafe(named)) is no local branch of attempt \(was)",
                    advice: local.isEmpty
                        ? "git switch makes a local branch of a remote one"
                        : "its branches here: \(local.map(MarkdownText.terminalSafe).joined(separator: ", "))")
            }
            branch = short
            claim = try claims(short)
            folder = try ownFolder(claim, old, saga, folders, in: workspace)
        case .folder(let named):
            let wanted = named.split(separator: "/").last.map(String.init) ?? named
            guard folders.contains(wanted) else {
                throw Failure(
                    "\(MarkdownText.terminalSafe(named)) is no folder of attempt \(was)",
                    advice: folders.isEmpty
                        ? "git metaissue status lists the attempts"
                        : "its folders: \(folders.map(MarkdownText.terminalSafe).joined(separator: ", "))")
            }
            folder = wanted
            let isOnly = local.count == 1 && folders.count == 1 && !claim.isOthers(folder: wanted)
            branch = try local.first {
                try isOnly || ownFolder(claims($0), old, saga, folders, in: workspace) == wanted
            }
            claim = try branch.map(claims) ?? NumberClaims(besides: local)
        }
        var found = try await plan(
            (old, new), saga, branch: branch, folder: folder, record: record, part: part,
            isAlone: clash == nil && claim.others.isEmpty, in: session)
        found.otherTip = claim.otherTip?.hex
        return found
    }

    /// The folder of that number that a branch knows: its own where it has several; the mainline's only one. Never one
    /// that is named like another attempt's branch.
    private static func ownFolder(
        _ claim: NumberClaims, _ number: Int, _ saga: Saga, _ folders: [String], in workspace: Workspace
    ) throws -> String? {
        let repository = workspace.place.repository
        guard let branch = claim.branch, let tip = try repository.reference("refs/heads/\(branch)") else { return nil }
        let source = RecordSource.commit(try repository.commit(tip), in: repository)
        let names = try saga.attemptFolders(of: number, in: source).filter { !claim.isOthers(folder: $0) }
        let slug = branch.split(separator: "-").last.map(String.init) ?? ""
        return names.first { branch.hasSuffix($0) } ?? (names.count == 1 ? names.first : nil)
            ?? folders.first {
                !claim.isOthers(folder: $0) && (branch.hasSuffix($0) || (!slug.isEmpty && $0.hasSuffix(slug)))
            }
    }

    private static func plan(
        _ numbers: (old: Int, new: Int), _ saga: Saga, branch: String?, folder: String?, record: SagaRecord,
        part: Examination.Part, isAlone: Bool, in session: WriteSession
    ) async throws -> Plan {
        let workspace = session.workspace
        let repository = workspace.place.repository
        let mainline = try workspace.mainline(of: saga)
        let facts = part.facts.first { $0.number == numbers.old }
        var plan = Plan(
            saga: saga.id, old: numbers.old, new: numbers.new,
            title: try title(folder, branch, numbers.old, saga, record, isAlone: isAlone, in: workspace), commits: [],
            isAlone: isAlone)
        if let folder {
            let path = "\(saga.attemptsPath)/\(folder)"
            var versions = [mainline.tip]
            // On a branch that is wholly on the mainline, nothing is moved.
            if let branch, let tip = try repository.reference("refs/heads/\(branch)"),
                try !workspace.history(of: mainline).contains(tip)
            {
                versions.append(tip)
            }
            for id in versions {
                let entries = try repository.entries(below: path, in: repository.commit(id).tree)
                guard let link = entries.filter({ !$0.value.isFile }).keys.min() else { continue }
                throw Failure(
                    "\(MarkdownText.terminalSafe(link)) is no file, and only files can be moved",
                    advice: "take it out with git rm, commit, renumber, and put it back")
            }
            let slug = folder.drop { $0.isASCII && $0.isNumber }
            plan.folder = .init(old: folder, new: AttemptNumber.text(numbers.new) + slug)
        }
        if let branch {
            plan.tip = try repository.reference("refs/heads/\(branch)")?.hex
            plan.formerBranch = branch
            if let name = AttemptBranchName(branch) {
                let new = "\(name.prefix)-attempt-\(AttemptNumber.text(numbers.new))\(name.ending)"
                guard try repository.reference("refs/heads/\(new)") == nil else {
                    throw Failure("the branch \(new) exists already", advice: "choose another number")
                }
                plan.branch = .init(old: branch, new: new)
            }
        }
        if isAlone, let facts {
            plan.start = facts.stub?.hex
            plan.tip = plan.tip ?? facts.tip?.hex
            plan.formerBranch = plan.formerBranch ?? facts.branch
            plan.commits = (facts.landings.map(\.commit) + facts.reversals.flatMap(\.commits)).map(\.short)
        } else if let folder {
            let tip = try branch.flatMap { try repository.reference("refs/heads/\($0)") } ?? mainline.tip
            plan.start = try start(of: "\(saga.attemptsPath)/\(folder)", from: tip, numbers.old, saga, repository)?.hex
        }
        // A name that somebody else's branch has too tells nothing.
        let elsewhere = part.subjects.first { $0.number == numbers.old }?.tips.contains { tip in
            tip.source == .remoteBranch && plan.formerBranch.map { tip.name.hasSuffix("/\($0)") } ?? false
        }
        if !isAlone, elsewhere == true { plan.formerBranch = nil }
        _ = try await session.checkout(of: mainline, scope: saga.scope)
        return plan
    }

    private static func title(
        _ folder: String?, _ branch: String?, _ number: Int, _ saga: Saga, _ record: SagaRecord, isAlone: Bool,
        in workspace: Workspace
    ) throws -> String {
        let repository = workspace.place.repository
        var sources = [try workspace.visibleRecord(on: workspace.mainline(of: saga))]
        if let branch, let tip = try repository.reference("refs/heads/\(branch)") {
            sources.append(.commit(try repository.commit(tip), in: repository))
        }
        if let folder {
            for source in sources {
                let path = "\(saga.attemptsPath)/\(folder)/solution-approach.md"
                if let title = try source.bytes(at: path).flatMap({ SolutionApproach(bytes: $0).title }), !title.isEmpty
                {
                    return MarkdownText.plain(title)
                }
            }
        }
        // What the documents say of the number may be said of the other attempt.
        let spoken = isAlone ? record : SagaRecord(undocumented: saga.prefix)
        return spoken.title(of: number, branch: branch ?? folder)
    }

    /// The commit that recorded the start of the attempt with that folder, on a branch.
    private static func start(
        of folder: String, from tip: ObjectID, _ number: Int, _ saga: Saga, _ repository: Repository
    ) throws -> ObjectID? {
        var next: ObjectID? = tip
        for _ in 0..<1000 {
            guard let id = next, repository.contains(id) else { return nil }
            let commit = try repository.commit(id)
            if commit.message.contains("\nMeta-Issue-Attempt: \(AttemptNumber.text(number))\n"),
                commit.message.contains("\nMeta-Issue: \(saga.id)\n"),
                commit.message.contains("\nMeta-Issue-Event: start\n"),
                try has(folder, id, repository),
                try commit.parents.first.map({ try !has(folder, $0, repository) }) ?? true
            {
                return id
            }
            next = commit.parents.first
        }
        return nil
    }

    private static func has(_ path: String, _ commit: ObjectID, _ repository: Repository) throws -> Bool {
        try repository.entry(at: path, in: repository.commit(commit).tree) != nil
    }
}
