import AttemptHistory
import GitStore

/// A note that the record of a saga said everything at some tip of its mainline, so that a hook after the next commit there
/// need not compare it again: as long as references, configuration and record are the same, and the mainline has only moved
/// on by commits that change no answer of history (``Survey``), there is nothing to write.
///
/// The note is kept beside the surveys and may be lost at any time.
struct QuietMainline {
    private let saga: Saga
    private let mainline: MainlineBranch
    private let workspace: Workspace

    init(_ saga: Saga, on mainline: MainlineBranch, in workspace: Workspace) {
        self.saga = saga
        self.mainline = mainline
        self.workspace = workspace
    }

    /// Whether a note says that there is nothing to write, and still holds. It then is about the tip of now.
    func holds() -> Bool {
        guard let bytes = try? Files.read(path), let state = try? state() else { return false }
        let words = String(decoding: bytes, as: UTF8.self).split(separator: "\n").map(String.init)
        guard words.count == 4, words[0] == state, let key = ObjectID(hex: words[2]),
            let known = ObjectID(hex: words[3])
        else { return false }
        let survey = Survey.Kept(name: words[1], key: key)
        guard
            Survey.stands(
                survey, known: known, at: mainline.tip, folders: workspace.registry.sagas.map(\.path),
                in: workspace.place.repository, store: SurveyFiles(workspace.place).store)
        else { return false }
        if known != mainline.tip { write(state, survey) }
        return true
    }

    /// Notes that there is nothing to write now.
    ///
    /// - Parameter survey: what that rests on.
    func note(_ survey: Survey.Kept?) throws {
        guard let survey else { return }
        let visible = try workspace.visibleRecord(on: mainline).record(of: saga)
        let committed = try workspace.committedRecord(on: mainline).record(of: saga)
        // What is only in the work tree may be gone with the next command.
        guard saga.naming(of: visible) == saga.naming(of: committed), visible.settlements == committed.settlements,
            visible.numbers == committed.numbers
        else { return }
        write(try state(), survey)
    }

    private var path: String {
        let name = Repository.digest("\(mainline.reference)\n\(saga.path)".utf8).short
        return workspace.place.statePath("cache/quiet-\(name)")
    }

    private func write(_ state: String, _ survey: Survey.Kept) {
        let text = [state, survey.name, survey.key.hex, mainline.tip.hex].joined(separator: "\n")
        Files.keep(Array(text.utf8), at: path)
    }

    /// Everything but the mainline's history that the record's values are a function of.
    private func state() throws -> String {
        let place = workspace.place
        let tree = try place.repository.commit(mainline.tip).tree
        var words = [SurveyFiles.build, mainline.reference]
        for path in [SagaRegistry.path] + workspace.registry.sagas.map(\.path) {
            words.append("\(path) \(try place.repository.entry(at: path, in: tree)?.id.hex ?? "")")
        }
        for reference in try place.repository.references(under: AttemptDiscovery.referencePrefixes)
        where reference.name != mainline.reference {
            words.append("\(reference.name) \(reference.target.hex)")
        }
        for key in place.configuration.keys.sorted() {
            words.append(key)
            words += place.configuration.entries(key).map(\.value)
        }
        return Repository.digest(words.joined(separator: "\0").utf8).hex
    }
}
