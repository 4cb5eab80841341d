import GitStore

extension Survey {
    /// Writes footing and content, which some questions need alone, then sagas and facts.
    func encode(into writer: inout ByteWriter) {
        footing.encode(into: &writer)
        writer.put(content)
        writer.put(sagas) { $0.put($1) }
        writer.put(facts) { writer, facts in writer.put(facts) { $0.put($1) } }
    }

    /// Reads what ``encode(into:)`` wrote.
    init(from reader: inout ByteReader) throws(ByteReader.Damaged) {
        let footing = try SurveyFooting(from: &reader)
        let content = try reader.block()
        let sagas = try reader.list { reader throws(ByteReader.Damaged) in try reader.saga() }
        let facts = try reader.list { reader throws(ByteReader.Damaged) in
            try reader.list { reader throws(ByteReader.Damaged) in try reader.facts() }
        }
        guard sagas.map(\.attempts.count) == facts.map(\.count) else { throw ByteReader.Damaged() }
        self.init(sagas: sagas, facts: facts, footing: footing, content: content)
    }
}

extension SurveyFooting {
    fileprivate func encode(into writer: inout ByteWriter) {
        writer.put(mainlineTip)
        writer.put(paths) { $0.put(Int64(bitPattern: $1)) }
        writer.put(commits) { $0.put($1) }
        writer.put(subjects) { $0.put(Int64(bitPattern: $1)) }
        writer.put(unheld) { $0.put($1) }
        writer.put(logs) { writer, log in
            writer.put(log.reference)
            writer.put(log.length)
            writer.put(log.digest)
            writer.put(log.mayGrow)
        }
    }

    init(from reader: inout ByteReader) throws(ByteReader.Damaged) {
        self.init(mainlineTip: try reader.id())
        paths = try reader.hashes()
        commits = try reader.list { reader throws(ByteReader.Damaged) in try reader.id() }
        subjects = try reader.hashes()
        unheld = try reader.list { reader throws(ByteReader.Damaged) in try reader.id() }
        logs = try reader.list { reader throws(ByteReader.Damaged) in
            Log(
                reference: try reader.text(), length: try reader.count(), digest: try reader.id(),
                mayGrow: try reader.flag())
        }
    }
}

extension ByteWriter {
    fileprivate mutating func put(_ saga: DiscoveredSaga) {
        put(saga.naming)
        put(saga.attempts) { writer, subject in
            writer.put(subject.number)
            writer.put(subject.branchNames) { $0.put($1) }
            writer.put(subject.tips) { writer, tip in
                writer.put(tip.source.rawValue)
                writer.put(tip.name)
                writer.put(tip.commit)
            }
            writer.put(subject.stub) { $0.put($1) }
            writer.put(subject.settlement) { $0.put($1) }
            writer.put(subject.recordedBase) { $0.put($1) }
            writer.put(subject.recordReverts) { $0.put($1) }
            writer.put(subject.recordedLandings) { writer, landing in
                writer.put(landing.how) { $0.put($1.rawValue) }
                writer.put(landing.commit)
                writer.put(landing.commits) { $0.put($1) }
            }
        }
        put(saga.lostFolders.sorted { $0.key < $1.key }) { writer, entry in
            writer.put(entry.key)
            writer.put(entry.value) { $0.put($1) }
        }
    }

    /// Without the landings that the record tells of: those are compared attempt by attempt.
    mutating func put(_ naming: SagaNaming) {
        put(naming.id)
        put(naming.prefix)
        put(naming.folder) { $0.put($1) }
        put(naming.documentedBranches.sorted { $0.key < $1.key }) { writer, entry in
            writer.put(entry.key)
            writer.put(entry.value)
        }
        put(naming.places.sorted { $0.key < $1.key }) { writer, entry in
            writer.put(entry.key)
            writer.put(entry.value.base) { $0.put($1) }
            writer.put(entry.value.tip) { $0.put($1) }
            writer.put(entry.value.formerBranches) { $0.put($1) }
            writer.put(entry.value.formerStarts) { $0.put($1) }
        }
    }

    mutating func put(_ settlement: Settlement) {
        switch settlement.word {
        case .landed(let commit):
            put(true)
            put(commit)
        case .notLanded: put(false)
        }
        put(settlement.by) { $0.put($1) }
        put(settlement.day) { $0.put($1) }
        put(settlement.reason) { $0.put($1) }
    }

    private mutating func put(_ landing: Landing) {
        put(landing.commit)
        put(landing.time)
        put(landing.how) { $0.put($1.rawValue) }
        put(landing.isReapplication)
    }

    private mutating func put(_ reversal: Reversal) {
        put(reversal.commits) { $0.put($1) }
        put(reversal.time)
        put(reversal.extent.rawValue)
        put(reversal.claimsWhole)
        put(reversal.shareGone) { $0.put(Int64(bitPattern: $1.bitPattern)) }
        put(reversal.returned) { $0.put($1) }
    }

    fileprivate mutating func put(_ facts: AttemptFacts) {
        put(facts.number)
        put(facts.branch) { $0.put($1) }
        put(facts.hasLocalBranch)
        put(facts.tip) { $0.put($1) }
        put(facts.base) { $0.put($1) }
        put(facts.stub) { $0.put($1) }
        put(facts.ownCommits) { writer, commits in writer.put(commits) { $0.put($1) } }
        put(facts.started) { $0.put($1) }
        put(facts.lastWork) { $0.put($1) }
        put(facts.state.rawValue)
        put(facts.how) { $0.put($1.rawValue) }
        put(facts.landingSteps) { $0.put($1) }
        put(facts.landings) { $0.put($1) }
        put(facts.reversals) { $0.put($1) }
        put(facts.events) { writer, event in
            switch event {
            case .landing(let landing):
                writer.put(true)
                writer.put(landing)
            case .reversal(let reversal):
                writer.put(false)
                writer.put(reversal)
            }
        }
        put(facts.evidence) { writer, evidence in
            writer.put(evidence.rule)
            writer.put(evidence.commit) { $0.put($1) }
            writer.put(evidence.certainty.rawValue)
            writer.put(evidence.detail)
        }
        put(facts.paths) { writer, path in
            writer.put(path.path)
            writer.put(path.outcome)
            writer.put(Int64(bitPattern: path.share.bitPattern))
        }
        put(facts.notes) { $0.put($1) }
    }
}

extension ByteReader {
    fileprivate mutating func hashes() throws(Damaged) -> [UInt64] {
        try list { reader throws(Damaged) in UInt64(bitPattern: try reader.integer()) }
    }

    fileprivate mutating func saga() throws(Damaged) -> DiscoveredSaga {
        let naming = SagaNaming(
            id: try text(), prefix: try text(), folder: try optionalText(),
            documentedBranches: Dictionary(
                try list { reader throws(Damaged) in (try reader.count(), try reader.text()) },
                uniquingKeysWith: { first, _ in first }),
            places: Dictionary(
                try list { reader throws(Damaged) in
                    let number = try reader.count()
                    return (
                        number,
                        RecordedPlace(
                            base: try reader.optionalID(), tip: try reader.optionalID(),
                            formerBranches: try reader.list { reader throws(Damaged) in try reader.text() },
                            formerStarts: try reader.ids())
                    )
                }, uniquingKeysWith: { first, _ in first }))
        let attempts = try list { reader throws(Damaged) in
            var subject = AttemptSubject(number: try reader.count())
            subject.branchNames = try reader.list { reader throws(Damaged) in try reader.text() }
            subject.tips = try reader.list { reader throws(Damaged) in
                guard let source = AttemptTip.Source(rawValue: try reader.count()) else { throw Damaged() }
                return AttemptTip(source: source, name: try reader.text(), commit: try reader.id())
            }
            subject.stub = try reader.optionalID()
            subject.settlement = try reader.optional { reader throws(Damaged) in try reader.settlement() }
            subject.recordedBase = try reader.optionalID()
            subject.recordReverts = try reader.ids()
            subject.recordedLandings = try reader.list { reader throws(Damaged) in
                RecordedLanding(
                    how: try reader.optional { reader throws(Damaged) in try reader.word(as: LandingManner.self) },
                    commit: try reader.text(),
                    commits: try reader.optional { reader throws(Damaged) in try reader.count() })
            }
            return subject
        }
        var saga = DiscoveredSaga(naming: naming, attempts: attempts)
        saga.lostFolders = Dictionary(
            try list { reader throws(Damaged) in (try reader.count(), try reader.ids()) },
            uniquingKeysWith: { first, _ in first })
        return saga
    }

    fileprivate mutating func facts() throws(Damaged) -> AttemptFacts {
        var facts = AttemptFacts(number: try count())
        facts.branch = try optionalText()
        facts.hasLocalBranch = try flag()
        facts.tip = try optionalID()
        facts.base = try optionalID()
        facts.stub = try optionalID()
        facts.ownCommits = try optional { reader throws(Damaged) in try reader.ids() }
        facts.started = try optional { reader throws(Damaged) in try reader.time() }
        facts.lastWork = try optional { reader throws(Damaged) in try reader.time() }
        facts.state = try word(as: IntegrationState.self)
        facts.how = try optional { reader throws(Damaged) in try reader.word(as: LandingManner.self) }
        facts.landingSteps = try ids()
        facts.landings = try list { reader throws(Damaged) in try reader.landing() }
        facts.reversals = try list { reader throws(Damaged) in try reader.reversal() }
        facts.events = try list { reader throws(Damaged) in
            try reader.flag() ? .landing(try reader.landing()) : .reversal(try reader.reversal())
        }
        facts.evidence = try list { reader throws(Damaged) in
            Evidence(
                rule: try reader.text(), commit: try reader.optionalID(),
                certainty: try reader.word(as: Certainty.self), detail: try reader.text())
        }
        facts.paths = try list { reader throws(Damaged) in
            PathOutcome(path: try reader.text(), outcome: try reader.text(), share: try reader.share())
        }
        facts.notes = try list { reader throws(Damaged) in try reader.text() }
        return facts
    }

    fileprivate mutating func settlement() throws(Damaged) -> Settlement {
        let word: Settlement.Word = try flag() ? .landed(try id()) : .notLanded
        return Settlement(
            word: word, by: try optionalText(), day: try optionalText(), reason: try optionalText())
    }

    private mutating func landing() throws(Damaged) -> Landing {
        Landing(
            commit: try id(), time: try time(),
            how: try optional { reader throws(Damaged) in try reader.word(as: LandingManner.self) },
            isReapplication: try flag())
    }

    private mutating func reversal() throws(Damaged) -> Reversal {
        var reversal = Reversal(
            commits: try ids(), time: try time(), extent: try word(as: Reversal.Extent.self),
            claimsWhole: try flag(), shareGone: try optional { reader throws(Damaged) in try reader.share() })
        reversal.returned = try ids()
        return reversal
    }

    private mutating func ids() throws(Damaged) -> [ObjectID] {
        try list { reader throws(Damaged) in try reader.id() }
    }

    private mutating func optionalID() throws(Damaged) -> ObjectID? {
        try optional { reader throws(Damaged) in try reader.id() }
    }

    private mutating func optionalText() throws(Damaged) -> String? {
        try optional { reader throws(Damaged) in try reader.text() }
    }

    private mutating func share() throws(Damaged) -> Double {
        Double(bitPattern: UInt64(bitPattern: try integer()))
    }
}
