/// Every configuration key in one table: what it is called, which values it takes, what holds when it is not set, what it
/// means. Manual page, guide, completion, `config` and the search for wrong keys are made from it: add a key here, and run
/// `.ci/check-docs.py` for what is left to do.
public enum Setting: CaseIterable, Sendable {
    case mainline
    case record
    case hooksMode
    case templates
    case path
    case prefix
    case color
    case pager

    /// Where a key may stand.
    public enum Scope: Sendable {
        /// `metaissue.<key>`, in git's configuration and in `.metaissue`.
        case general
        /// Like ``general``, and stronger `metaissue.<saga>.<key>`.
        case perSaga
        /// Only `metaissue.<saga>.<key>`: in `.metaissue`, and stronger in git's configuration.
        case sagaOnly
        /// Only in git's configuration: nobody else decides it for you.
        case personal
    }

    /// Which values a key takes.
    public enum Values: Sendable {
        /// One of these words, in upper or lower case.
        case words([String])
        /// A boolean by git's rules, or one of these words.
        case booleanOr([String])
        /// A boolean by git's rules, or a command.
        case booleanOrCommand
        /// A local branch.
        case branch
        /// A folder.
        case folder
        /// Any text.
        case text
    }

    /// The key as git's configuration has it, `<saga>` for a saga's name.
    public var key: String {
        switch self {
        case .color: "color.metaissue"
        case .pager: "pager.metaissue"
        default: scope == .sagaOnly ? "metaissue.<saga>.\(name)" : "metaissue.\(name)"
        }
    }

    /// The key without its section: `mainline`, `hooks.mode`.
    var name: String {
        switch self {
        case .mainline: "mainline"
        case .record: "record"
        case .hooksMode: "hooks.mode"
        case .templates: "templates"
        case .path: "path"
        case .prefix: "prefix"
        case .color, .pager: "metaissue"
        }
    }

    /// Where it may stand.
    public var scope: Scope {
        switch self {
        case .mainline, .record: .perSaga
        case .hooksMode, .templates: .general
        case .path, .prefix: .sagaOnly
        case .color, .pager: .personal
        }
    }

    /// Which values it takes.
    public var values: Values {
        switch self {
        case .mainline: .branch
        case .record: .words(RecordPlace.allCases.map(\.rawValue))
        case .hooksMode: .words(HookMode.allCases.map(\.rawValue))
        case .templates, .path: .folder
        case .prefix: .text
        case .color: .booleanOr(["auto", "always", "never"])
        case .pager: .booleanOrCommand
        }
    }

    /// What holds when it is set nowhere; nil where that depends on the repository, or nothing does.
    public var standard: String? {
        switch self {
        case .hooksMode: HookMode.commit.rawValue
        case .prefix: "perf"
        case .pager: "true"
        case .mainline, .record, .templates, .path, .color: nil
        }
    }

    /// What holds when it is set nowhere, in words.
    public var standardInWords: String {
        if let standard { return standard }
        return switch self {
        case .mainline: "the branch that origin/HEAD names, else main, else master, else the only branch there is"
        case .record: "branch when the mainline has an upstream, else mainline"
        case .color: "what color.ui says, else auto"
        default: "none"
        }
    }

    /// What it means.
    public var meaning: String {
        switch self {
        case .mainline: "the branch that attempts land on"
        case .record:
            "where start-attempt commits the stub: mainline, which reserves the number, or branch, where section and "
                + "rows follow when the attempt lands"
        case .hooksMode:
            "what hooks do with a landing or reversal that was made here: commit only the record's values; write the "
                + "documents and leave them modified (also done instead of a commit where commit.gpgSign is on); notify "
                + "in one line and write nothing (also done for what came by pull, in the last step of a continued range of "
                + "picks or reverts, and instead of modified documents while git has put changes aside)"
        case .templates:
            "a folder with Markdown templates that replace the built-in ones of the same name; relative to the top of "
                + "the work tree"
        case .path: "the saga's folder, from the top of the work tree"
        case .prefix: "the first part of the names of the saga's branches"
        case .color:
            "colours on a terminal (auto), always or never; NO_COLOR in the environment turns auto off, and --color is "
                + "stronger than both"
        case .pager:
            "whether what is longer than the terminal goes through git's pager; or the command to use instead of it"
        }
    }
}
