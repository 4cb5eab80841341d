import GitStore

/// An attempt's place in the commit graph: its tip, its own commits, where it left the mainline and where it was
/// merged, all from ancestry. What its commits contain is not looked at.
struct Lineage {
    /// Where a tip stands towards the mainline.
    enum Place: Equatable {
        /// No commit of the attempt is known here.
        case unknown
        /// Not contained in the mainline.
        case open
        /// Contained since the merge at this step.
        case merged(step: Int)
        /// A commit of the first-parent chain itself: fast-forward, an empty branch, or rebased after a landing.
        case onChain(step: Int)
    }

    /// Position of the saga and of the attempt within it.
    let saga: Int
    let attempt: Int
    var tip: AttemptTip?
    var place = Place.unknown
    /// Own commits, parents before children; merges left out, commits that touch only the record still in.
    var commits: [ObjectID] = []
    /// Merges among what the tip alone reaches.
    var merges: [ObjectID] = []
    /// The mainline step whose merge brought a commit in.
    var mergedAt: [ObjectID: Int] = [:]
    /// The newest mainline step that the tip contains, its landing aside; nil when they share no history.
    var base: Int?
    /// Positions among all lineages of the attempts whose commits this one's tip contains without owning them.
    var stackedOn: [Int] = []
    /// True when it began on commits that reached the mainline through a merge of something else: the tree at `base`
    /// lacks what they changed.
    var beganOnSideWork = false
    /// How a fast-forward is known, for the user; nil when it is not known.
    var fastForwardProof: String?
    /// True when it is known that no commit was ever made on the branch.
    var isKnownEmpty = false
    /// True when some of its history is not in this clone.
    var isCut = false
    var notes: [String] = []

    /// Own commits are unknown without a tip, in a history that is cut off below it, and for a tip on the chain that
    /// nothing tells from an empty branch.
    var knowsCommits: Bool {
        switch place {
        case .unknown: false
        case .onChain: isKnownEmpty || fastForwardProof != nil
        case .open, .merged: !isCut
        }
    }
}

/// Finds the lineages of all attempts with one short walk each; the mainline's own history is only looked up.
struct LineageSearch {
    private let repository: Repository
    private let mainline: Mainline
    private let sagas: [DiscoveredSaga]
    private let branchLog: BranchLog?
    private var lineages: [Lineage] = []
    /// Attempts (positions in `lineages`) whose tips contain a commit.
    private var containing: [ObjectID: [Int]] = [:]
    private var reached: [[ObjectID]] = []
    private var parents: [ObjectID: [ObjectID]] = [:]

    /// - Parameter branchLog: what reflogs tell; nil when they may not be used.
    init(repository: Repository, mainline: Mainline, sagas: [DiscoveredSaga], branchLog: BranchLog?) {
        self.repository = repository
        self.mainline = mainline
        self.sagas = sagas
        self.branchLog = branchLog
    }

    /// All attempts of all sagas, in order.
    mutating func run() throws(GitStoreError) -> [Lineage] {
        for (saga, discovered) in sagas.enumerated() {
            for attempt in discovered.attempts.indices {
                var lineage = Lineage(saga: saga, attempt: attempt)
                try chooseTip(&lineage)
                lineages.append(lineage)
            }
        }
        let mergedTips = tipsByMerge()
        for index in lineages.indices {
            reached.append([])
            try follow(index, mergedTips)
        }
        for index in lineages.indices {
            assignOwnership(index)
            try addFastForward(index)
        }
        return lineages
    }

    /// Every commit that some attempt reaches outside the mainline, or inside the merges that brought it in.
    var reachedCommits: [ObjectID] { reached.flatMap { $0 } }

    private func subject(_ lineage: Lineage) -> AttemptSubject { sagas[lineage.saga].attempts[lineage.attempt] }

    // MARK: - Which tip

    /// The best tip of those that are here: one that contains the best source's, or has commits where that has none.
    private func chooseTip(_ lineage: inout Lineage) throws(GitStoreError) {
        let subject = subject(lineage)
        var here: [AttemptTip] = []
        for tip in subject.tips {
            guard let commit = repository.peelToCommit(tip.commit) else { continue }
            here.append(AttemptTip(source: tip.source, name: tip.name, commit: commit))
        }
        guard var best = here.first else {
            if let tip = subject.tips.first {
                lineage.isCut = true
                lineage.notes.append("the commit \(tip.commit.short) that \(tip.name) names is not in this clone")
            }
            return
        }
        for other in here.dropFirst() where other.commit != best.commit {
            let bestIsBare = mainline.index(of: best.commit) != nil
            if bestIsBare, mainline.index(of: other.commit) == nil {
                // An anchor that never moved beyond the stub knows less than a branch that was rebased and landed.
                if !isStub(other.commit) { best = other }
            } else if try contains(other.commit, best.commit) {
                best = other
            } else if try !contains(best.commit, other.commit), !(mainline.index(of: other.commit) != nil) {
                lineage.notes.append(
                    "\(other.name) is at \(other.commit.short), which \(best.name) does not contain")
            }
        }
        if mainline.index(of: best.commit) != nil, let before = branchLog?.lastOwnTip(of: subject, not: mainline) {
            best = AttemptTip(source: .reflog, name: best.name, commit: before)
        }
        lineage.tip = best
        if let reach = mainline.reach(of: best.commit) {
            let step = Int(reach.step)
            lineage.place = mainline.steps[step].id == best.commit ? .onChain(step: step) : .merged(step: step)
        } else {
            lineage.place = .open
        }
    }

    /// Whether a commit only recorded the start of an attempt.
    private func isStub(_ id: ObjectID) -> Bool {
        guard let commit = try? repository.commit(id) else { return false }
        return RecordCommit(message: commit.message, commit: id, step: 0)?.event == .start
    }

    /// Whether `descendant` contains `ancestor`; looks only at commits that the mainline does not contain, or that
    /// came in by the same merge.
    private func contains(_ descendant: ObjectID, _ ancestor: ObjectID) throws(GitStoreError) -> Bool {
        let limit = mainline.reach(of: ancestor)?.step
        if let limit, let own = mainline.reach(of: descendant)?.step, own < limit { return false }
        var seen: Set<ObjectID> = [descendant]
        var pending = [descendant]
        while let id = pending.popLast() {
            if id == ancestor { return true }
            guard let outline = try? repository.commitOutline(id) else { continue }
            for parent in outline.parents {
                if let step = mainline.reach(of: parent)?.step, limit == nil || step < limit ?? 0 { continue }
                if seen.insert(parent).inserted { pending.append(parent) }
            }
        }
        return false
    }

    // MARK: - Reachable commits

    private func tipsByMerge() -> [Int: [Int]] {
        var found: [Int: [Int]] = [:]
        for (index, lineage) in lineages.enumerated() {
            if case .merged(let step) = lineage.place { found[step, default: []].append(index) }
        }
        return found
    }

    private mutating func follow(_ index: Int, _ mergedTips: [Int: [Int]]) throws(GitStoreError) {
        guard let tip = lineages[index].tip?.commit else { return }
        var steps: Set<Int> = []
        switch lineages[index].place {
        case .unknown: return
        case .onChain(let step): return followChain(index, to: step)
        case .merged(let step): steps.insert(step)
        case .open: break
        }
        try addEarlierMerges(index, tip, mergedTips, &steps)
        try walk(index, from: tip, mergedBy: steps)
    }

    /// A branch that went on after a merge has that merge's commits on its own first-parent chain.
    private mutating func addEarlierMerges(
        _ index: Int, _ tip: ObjectID, _ mergedTips: [Int: [Int]], _ steps: inout Set<Int>
    ) throws(GitStoreError) {
        var current: ObjectID? = tip
        while let id = current {
            if let reach = mainline.reach(of: id) {
                let step = Int(reach.step)
                if mainline.steps[step].id == id { return }
                if !steps.contains(step) {
                    guard try isOwnMerge(step, index, mergedTips) else { return }
                    steps.insert(step)
                }
            }
            current = try outlineParents(id, index)?.first
        }
    }

    /// Whether the merge at `step` was of this attempt: its message names it, or names no attempt and no other
    /// attempt's tip came in by it.
    private func isOwnMerge(_ step: Int, _ index: Int, _ mergedTips: [Int: [Int]]) throws(GitStoreError) -> Bool {
        let saga = sagas[lineages[index].saga]
        let subject = subject(lineages[index])
        if mainline.steps[step].mentions.contains(.attempt) {
            let message = try repository.commit(mainline.steps[step].id).message
            let names = MergeMessage(message).branches.compactMap { AttemptBranchName($0) }
            if names.contains(where: { $0.prefix == saga.naming.prefix && $0.number == subject.number }) {
                return true
            }
            if !names.isEmpty { return false }
        }
        return (mergedTips[step] ?? []).allSatisfy { $0 == index }
    }

    private struct Frame {
        let id: ObjectID
        let parents: [ObjectID]
        var next = 0
    }

    /// Collects what `tip` reaches outside the mainline and inside the merges `steps`, parents before children.
    private mutating func walk(
        _ index: Int, from tip: ObjectID, mergedBy steps: Set<Int>
    ) throws(GitStoreError) {
        var seen: Set<ObjectID> = [tip]
        var stack = [Frame(id: tip, parents: try outlineParents(tip, index) ?? [])]
        var base = -1
        while var frame = stack.popLast() {
            var descends = false
            while frame.next < frame.parents.count, !descends {
                let parent = frame.parents[frame.next]
                frame.next += 1
                if let reach = mainline.reach(of: parent) {
                    let step = Int(reach.step)
                    let isStep = mainline.steps[step].id == parent
                    if isStep || !steps.contains(step) {
                        base = max(base, Int(reach.newestStep))
                        if !isStep { lineages[index].beganOnSideWork = true }
                        continue
                    }
                }
                guard seen.insert(parent).inserted, let next = try outlineParents(parent, index) else { continue }
                stack.append(frame)
                stack.append(Frame(id: parent, parents: next))
                descends = true
            }
            guard !descends else { continue }
            reached[index].append(frame.id)
            containing[frame.id, default: []].append(index)
        }
        lineages[index].base = base >= 0 ? base : nil
    }

    /// A commit's parents; nil when it is not in this clone, which is noted.
    private mutating func outlineParents(_ id: ObjectID, _ index: Int) throws(GitStoreError) -> [ObjectID]? {
        if let known = parents[id] { return known }
        do throws(GitStoreError) {
            let found = try repository.commitOutline(id).parents
            parents[id] = found
            return found
        } catch  where error.kind == .notFound || error.kind == .malformed {
            if !lineages[index].isCut {
                lineages[index].isCut = true
                lineages[index].notes.append("the commit \(id.short) of its history cannot be read in this clone")
            }
            return nil
        }
    }

    // MARK: - Ownership

    /// A commit that several attempts contain belongs to the one that the others are stacked on: whose tip they
    /// contain, else the lowest number.
    private mutating func assignOwnership(_ index: Int) {
        var below: Set<Int> = []
        for id in reached[index] {
            let owner = owner(of: id)
            if owner != index {
                below.insert(owner)
                continue
            }
            guard (parents[id]?.count ?? 0) < 2 else {
                lineages[index].merges.append(id)
                continue
            }
            lineages[index].commits.append(id)
            if let reach = mainline.reach(of: id) { lineages[index].mergedAt[id] = Int(reach.step) }
        }
        lineages[index].stackedOn = below.sorted()
    }

    private func owner(of id: ObjectID) -> Int {
        let candidates = containing[id] ?? []
        guard candidates.count > 1 else { return candidates.first ?? 0 }
        let lowest = candidates.first { candidate in
            guard let tip = lineages[candidate].tip?.commit, let holders = containing[tip] else { return false }
            return candidates.allSatisfy { holders.contains($0) }
        }
        return lowest ?? candidates[0]
    }

    // MARK: - Tips on the chain itself

    private mutating func followChain(_ index: Int, to step: Int) {
        let subject = subject(lineages[index])
        lineages[index].base = step
        if let origin = branchLog?.origin(of: subject, mainline: mainline, tip: step) {
            switch origin {
            case .empty: lineages[index].isKnownEmpty = true
            case .began(let base, let proof): take(index, after: base, through: step, proof)
            }
            return
        }
        guard let stub = subject.stub ?? subject.recordedBase, let base = mainline.index(of: stub) else { return }
        if base >= step {
            // A tip that is older than the stub: the branch was made to start there, and has not moved.
            lineages[index].isKnownEmpty = true
        } else if mayBeFastForward(step) {
            take(
                index, after: rebasedOnto(from: base, to: step) ?? base, through: step,
                "its record says that it began at \(stub.short)")
        }
    }

    /// A branch that was only moved up to the mainline ends at somebody's merge or at a record commit.
    private func mayBeFastForward(_ step: Int) -> Bool {
        !mainline.steps[step].isMerge && (try? mainline.recordCommit(at: step)) ?? nil == nil
    }

    /// The newest step that somebody else had put on the mainline before the branch was rebased onto it: the step after
    /// it was written earlier than this one was made, and made again later. nil when there is none.
    private func rebasedOnto(from base: Int, to step: Int) -> Int? {
        (base + 1..<step).last { index in
            let below = mainline.steps[index]
            let above = mainline.steps[index + 1]
            return above.authorSeconds < below.time.seconds && above.authorSeconds < above.time.seconds
                && below.authorSeconds == below.time.seconds
        }
    }

    /// A branch that was fast-forwarded to the mainline and went on: what landed lies below the commit at which it leaves
    /// the mainline. That is told where its record's start came in by the fast-forward too (it holds the attempt's folder
    /// alone), nothing but plain commits of the same author lies between, and the next commit was made right there.
    private mutating func addFastForward(_ index: Int) throws(GitStoreError) {
        let lineage = lineages[index]
        guard lineage.place == .open, lineage.stackedOn.isEmpty, let fork = lineage.base,
            let stub = subject(lineage).stub, let start = mainline.index(of: stub), start < fork,
            let next = lineage.commits.first
        else { return }
        if let step = recordedFastForward(subject(lineage)), step > start, step <= fork {
            let base = rebasedOnto(from: start, to: step) ?? start
            return takeBefore(
                index, after: base, through: step, "the log says so and its record began at \(stub.short)")
        }
        guard parents[next] == [mainline.steps[fork].id] else { return }
        let commit = try repository.commit(next)
        guard commit.author.time.seconds == commit.committer.time.seconds, try isOnlyFolder(start, of: lineage) else {
            return
        }
        for step in start + 1...fork {
            guard !mainline.steps[step].isMerge, mainline.steps[step].authorKey == mainline.steps[start].authorKey,
                try mainline.recordCommit(at: step) == nil
            else { return }
        }
        takeBefore(index, after: start, through: fork, "its record's start \(stub.short) came in with it")
    }

    /// The last step of the fast-forward that the record tells of.
    private func recordedFastForward(_ subject: AttemptSubject) -> Int? {
        subject.recordedLandings.last { $0.how == .fastForward }
            .flatMap { repository.commit(abbreviated: $0.commit) }.flatMap { mainline.index(of: $0) }
    }

    /// Puts the steps of a fast-forward before the commits that the branch has beyond.
    private mutating func takeBefore(_ index: Int, after base: Int, through step: Int, _ proof: String) {
        let later = lineages[index].commits
        lineages[index].commits = []
        take(index, after: base, through: step, proof)
        lineages[index].commits += later
    }

    /// Whether the start that was recorded on a step left the saga's log alone; false also where its trees are not here.
    private func isOnlyFolder(_ step: Int, of lineage: Lineage) throws(GitStoreError) -> Bool {
        guard let folder = sagas[lineage.saga].naming.folder else { return false }
        let (before, after) = mainline.trees(of: step)
        guard let before else { return false }
        let log = "\(folder)/implementation-log.md"
        do throws(GitStoreError) {
            return try repository.entry(at: log, in: before) == repository.entry(at: log, in: after)
        } catch {
            guard error.kind == .notFound else { throw error }
            return false
        }
    }

    private mutating func take(_ index: Int, after base: Int, through step: Int, _ proof: String) {
        guard base < step else { return }
        lineages[index].base = base
        lineages[index].fastForwardProof = proof
        for own in (base + 1)...step where !mainline.steps[own].isMerge {
            lineages[index].commits.append(mainline.steps[own].id)
            lineages[index].mergedAt[mainline.steps[own].id] = own
        }
    }
}
