import GitStore

/// Everything that history tells of the attempts that a question is about.
///
/// A survey can be kept between runs and is then given again for as long as it is certain that making it anew would give
/// the same: it is kept under a key of all references, all settings and the program itself, and the mainline may only
/// have moved on over commits that touch nothing it rests on (``SurveyFooting``). What a clone cannot see in full
/// (shallow history, missing objects) is never kept.
public struct Survey {
    /// What is asked.
    public struct Question {
        /// The mainline's full reference name.
        public var mainline: String
        /// Its tip.
        public var tip: ObjectID
        /// All sagas that are known, so that their branches are not taken for undocumented ones.
        public var sagas: [SagaNaming]
        /// Attempts that the documents of a saga have, by the saga's id, whether any reference names them or not.
        public var documentedNumbers: [String: Set<Int>]
        /// What people said of landings, by the saga's id and the attempt's number.
        public var settlements: [String: [Int: Settlement]]
        /// The sagas to examine, by id.
        public var examined: Set<String>
        /// Whether branches that belong to none of the sagas are examined too.
        public var includesUndocumented: Bool
        /// See ``AttemptAnalysis/facts(for:in:mainline:usesReflogs:)``.
        public var usesReflogs: Bool

        /// Makes a question.
        public init(
            mainline: String, tip: ObjectID, sagas: [SagaNaming], documentedNumbers: [String: Set<Int>],
            settlements: [String: [Int: Settlement]], examined: Set<String>, includesUndocumented: Bool,
            usesReflogs: Bool
        ) {
            self.mainline = mainline
            self.tip = tip
            self.sagas = sagas
            self.documentedNumbers = documentedNumbers
            self.settlements = settlements
            self.examined = examined
            self.includesUndocumented = includesUndocumented
            self.usesReflogs = usesReflogs
        }
    }

    /// Where surveys are kept: bytes under a short name. Losing them costs time, nothing else.
    public struct Store {
        let version: String
        let read: (String) -> [UInt8]?
        let write: (String, [UInt8]) -> Void

        /// Makes a store.
        ///
        /// - Parameters:
        ///   - version: tells one build of the program from every other.
        ///   - read: the bytes under a name; nil when there are none.
        ///   - write: replaces the bytes under a name, whole or not at all; failing is silent.
        public init(
            version: String, read: @escaping (String) -> [UInt8]?, write: @escaping (String, [UInt8]) -> Void
        ) {
            self.version = version
            self.read = read
            self.write = write
        }
    }

    /// A survey in the store.
    public struct Kept: Hashable, Sendable {
        /// The name of its bytes.
        public let name: String
        /// What it was made for.
        public let key: ObjectID

        /// Names a survey that was kept.
        public init(name: String, key: ObjectID) {
            self.name = name
            self.key = key
        }
    }

    /// The sagas with their attempts.
    public let sagas: [DiscoveredSaga]
    /// The facts of every attempt, in the order of ``sagas``.
    public let facts: [[AttemptFacts]]
    /// Where it is kept; nil for one that is not.
    public private(set) var kept: Kept?
    let footing: SurveyFooting
    /// What the attempts changed, as it was encoded: most questions do not need it.
    let content: [UInt8]

    /// Answers a question, from the store where that is certain to be right.
    ///
    /// - Parameters:
    ///   - mainline: walks the mainline; called only when the survey has to be made.
    ///   - store: where surveys are kept; nil for none.
    public static func answer(
        _ question: Question, in repository: Repository, store: Store?, mainline: () throws -> Mainline
    ) throws -> Survey {
        guard let store, !repository.isShallow else { return try make(question, try mainline()).survey }
        let key = try question.key(in: repository, version: store.version)
        let name = question.name
        if let bytes = store.read(name), var survey = Survey(kept: bytes, key: key), survey.recordStands(for: question),
            survey.footing.stands(in: repository),
            survey.footing.stands(
                at: question.tip, folders: question.sagas.compactMap(\.folder), in: repository,
                content: survey.decodedContent)
        {
            survey.kept = Kept(name: name, key: key)
            return survey
        }
        var (survey, isWhole) = try make(question, try mainline())
        if isWhole {
            store.write(name, survey.bytes(key: key))
            survey.kept = Kept(name: name, key: key)
        }
        return survey
    }

    /// Whether a kept survey, known to be true at one tip of its mainline, is true at a later one, all else being as it was.
    ///
    /// - Parameters:
    ///   - kept: where it is kept.
    ///   - known: the tip at which it is true.
    ///   - tip: the later tip.
    ///   - folders: the sagas' folders.
    public static func stands(
        _ kept: Kept, known: ObjectID, at tip: ObjectID, folders: [String], in repository: Repository, store: Store
    ) -> Bool {
        guard let bytes = store.read(kept.name), var reader = body(of: bytes, key: kept.key),
            var footing = try? SurveyFooting(from: &reader), let content = try? reader.block()
        else { return false }
        footing.mainlineTip = known
        return footing.stands(in: repository)
            && footing.stands(at: tip, folders: folders, in: repository) { decoded(content) }
    }

    private static func make(
        _ question: Question, _ mainline: Mainline
    ) throws(GitStoreError) -> (survey: Survey, isWhole: Bool) {
        let repository = mainline.repository
        var sagas = try AttemptDiscovery.find(
            in: repository, mainline: mainline, sagas: question.sagas, usesReflogs: question.usesReflogs)
        sagas.removeAll { saga in
            saga.naming.folder == nil ? !question.includesUndocumented : !question.examined.contains(saga.naming.id)
        }
        for index in sagas.indices where sagas[index].naming.folder != nil {
            let saga = sagas[index]
            let missing = (question.documentedNumbers[saga.naming.id] ?? []).subtracting(saga.attempts.map(\.number))
            sagas[index].attempts += missing.map { number in
                AttemptSubject(number: number, branchNames: [saga.naming.documentedBranches[number]].compactMap { $0 })
            }
            sagas[index].attempts.sort { $0.number < $1.number }
            let settled = question.settlements[saga.naming.id] ?? [:]
            for attempt in sagas[index].attempts.indices {
                let number = sagas[index].attempts[attempt].number
                sagas[index].attempts[attempt].settlement = settled[number]
                sagas[index].attempts[attempt].recordedLandings = saga.naming.landings[number] ?? []
            }
        }
        let analysis = try AttemptAnalysis(
            of: sagas, in: repository, mainline: mainline, usesReflogs: question.usesReflogs)
        var footing = analysis.footing
        let held = Set(try repository.references(under: AttemptDiscovery.referencePrefixes).map(\.target))
        let tips = Set(analysis.facts.joined().compactMap(\.tip))
        footing.unheld = tips.filter { !held.contains($0) && !mainline.contains($0) }.sorted()
        var content = ByteWriter()
        analysis.content.encode(into: &content)
        let survey = Survey(sagas: sagas, facts: analysis.facts, footing: footing, content: content.bytes)
        return (survey, analysis.isWhole && !mainline.isCut)
    }

    init(sagas: [DiscoveredSaga], facts: [[AttemptFacts]], footing: SurveyFooting, content: [UInt8]) {
        self.sagas = sagas
        self.facts = facts
        self.footing = footing
        self.content = content
    }

    /// Whether the record tells the landings that it told then. New ones that history had shown change nothing: they were
    /// written down since.
    private func recordStands(for question: Question) -> Bool {
        zip(sagas, facts).allSatisfy { saga, facts in
            let told = question.sagas.first { $0.id == saga.naming.id }?.landings ?? [:]
            return zip(saga.attempts, facts).allSatisfy { subject, facts in
                let now = told[subject.number] ?? []
                if now == subject.recordedLandings { return true }
                return !facts.landings.isEmpty && !facts.evidence.contains { $0.rule == RecordedRule.name }
                    && now.allSatisfy { landing in
                        facts.landings.contains { $0.commit.hex.hasPrefix(landing.commit) }
                    }
            }
        }
    }

    private func decodedContent() -> SurveyContent? { Self.decoded(content) }

    private static func decoded(_ content: [UInt8]) -> SurveyContent? {
        var reader = ByteReader(content)
        return try? SurveyContent(from: &reader)
    }

    // MARK: - Kept bytes

    /// The form of the bytes: a later one is another number.
    private static let form = "git-metaissue survey 8\n"

    private func bytes(key: ObjectID) -> [UInt8] {
        var body = ByteWriter()
        encode(into: &body)
        var whole = ByteWriter()
        whole.put(Self.form)
        whole.put(key)
        whole.put(Self.checksum(body.bytes))
        return whole.bytes + body.bytes
    }

    /// Against damage, not against malice: any one changed byte changes it.
    private static func checksum(_ bytes: some Sequence<UInt8>) -> Int64 {
        Int64(bitPattern: SurveyFooting.hash(bytes))
    }

    /// nil for bytes of another question, another form, or damaged ones.
    private init?(kept bytes: [UInt8], key: ObjectID) {
        guard var reader = Self.body(of: bytes, key: key), let survey = try? Survey(from: &reader), reader.isAtEnd
        else {
            return nil
        }
        self = survey
    }

    private static func body(of bytes: [UInt8], key: ObjectID) -> ByteReader? {
        var reader = ByteReader(bytes)
        guard let form = try? reader.text(), form == Self.form, let kept = try? reader.id(), kept == key,
            let checksum = try? reader.integer(), checksum == Self.checksum(reader.rest)
        else { return nil }
        return reader
    }
}

extension Survey.Question {
    /// The name that its survey is kept under: one for each way of asking, so that the store does not grow.
    fileprivate var name: String {
        var words = ByteWriter()
        words.put(mainline)
        words.put(examined.sorted()) { $0.put($1) }
        words.put(includesUndocumented)
        words.put(usesReflogs)
        return "survey-" + Repository.digest(words.bytes).short
    }

    /// A hash of everything that the answer is a function of, but for the mainline's history and the reflogs.
    fileprivate func key(in repository: Repository, version: String) throws(GitStoreError) -> ObjectID {
        var words = ByteWriter()
        words.put(version)
        words.put(mainline)
        words.put(sagas) { $0.put($1) }
        words.put(documentedNumbers.sorted { $0.key < $1.key }) { writer, entry in
            writer.put(entry.key)
            writer.put(entry.value.sorted()) { $0.put($1) }
        }
        words.put(settlements.sorted { $0.key < $1.key }) { writer, entry in
            writer.put(entry.key)
            writer.put(entry.value.sorted { $0.key < $1.key }) { writer, settled in
                writer.put(settled.key)
                writer.put(settled.value)
            }
        }
        words.put(examined.sorted()) { $0.put($1) }
        words.put(includesUndocumented)
        words.put(usesReflogs)
        words.put(try repository.remoteNames().sorted()) { $0.put($1) }
        let references = try repository.references(under: AttemptDiscovery.referencePrefixes)
        words.put(references) { writer, reference in
            writer.put(reference.name)
            if reference.name != mainline { writer.put(reference.target) }
        }
        if usesReflogs {
            // What HEAD's reflog tells of branches that are gone.
            let here = Set(references.map(\.name))
            let gone = HeadReflog(repository.reflog(of: "HEAD")).branchTips
                .filter { !here.contains("refs/heads/\($0.key)") }
            words.put(gone.sorted { $0.key < $1.key }) { writer, entry in
                writer.put(entry.key)
                writer.put(entry.value)
            }
        }
        return Repository.digest(words.bytes)
    }
}
