/// The bytes of one hook's file: whether it can take a block of ours, where that block is, and the file with it and
/// without it. Everything outside the block stays as it is, byte for byte.
struct HookScript {
    let bytes: [UInt8]

    init(_ bytes: [UInt8]) { self.bytes = bytes }

    /// What the two marks of ``HookBlock`` tell.
    enum Marks: Equatable {
        case none
        /// One whole block, its last newline included where it has one.
        case block(Range<Int>)
        /// Marks that do not belong together: somebody edited between or around them.
        case damaged
    }

    var marks: Marks {
        let starts = lines.filter { HookBlock.isOpening(bytes[$0]) }
        let ends = lines.filter { HookBlock.isClosing(bytes[$0]) }
        if starts.isEmpty && ends.isEmpty { return .none }
        guard starts.count == 1, ends.count == 1, starts[0].lowerBound < ends[0].lowerBound else { return .damaged }
        return .block(starts[0].lowerBound..<ends[0].upperBound)
    }

    /// The block's bytes; nil when there is no whole one.
    var block: HookBlock? {
        guard case .block(let range) = marks else { return nil }
        return HookBlock(bytes: Array(bytes[range]))
    }

    /// Why a block may not be put into this file; nil when it may.
    var obstacle: HookObstacle? {
        if bytes.contains(0) { return .binary }
        guard let first = lines.first.map({ Array(bytes[$0]) }), first.starts(with: Array("#!".utf8)) else {
            return .withoutInterpreter
        }
        if zip(bytes, bytes.dropFirst()).contains(where: { $0 == 13 && $1 == 10 }) {
            return .windowsLineEnds
        }
        let interpreter = String(decoding: first.dropFirst(2), as: UTF8.self)
        guard Self.isShell(interpreter) else {
            return .interpreter(interpreter.split(whereSeparator: \.isWhitespace).joined(separator: " "))
        }
        // `exec python3 "$0"` below a shell's first line: the file is written in two languages at once.
        let isPolyglot = lines.dropFirst().contains { line in
            let text = String(decoding: bytes[line], as: UTF8.self)
            return text.contains("exec") && Self.words(of: text).contains(where: Self.isItself)
        }
        return isPolyglot ? .polyglot : nil
    }

    /// The words of a shell's line without their quotes; what a command in them prints, `$(…)`, is part of its word.
    private static func words(of line: String) -> [String] {
        var words = [""]
        var depth = 0
        var isInBackticks = false
        for letter in line.unicodeScalars where letter != "\"" && letter != "'" {
            switch letter {
            case "(": depth += 1
            case ")": depth = max(0, depth - 1)
            case "`": isInBackticks.toggle()
            case " ", "\t", "\n", ";":
                if depth == 0 && !isInBackticks {
                    words.append("")
                    continue
                }
            default: break
            }
            words[words.count - 1].unicodeScalars.append(letter)
        }
        return words
    }

    /// Whether a word is the file that it stands in: `$0`, `$(readlink -f $0)`, but neither a file beside it nor its name.
    private static func isItself(_ word: String) -> Bool {
        let names = ["$0", "${0}", "$BASH_SOURCE", "${BASH_SOURCE}", "${BASH_SOURCE[0]}"]
        if names.contains(word) { return true }
        guard word.hasPrefix("$(") && word.hasSuffix(")") || word.hasPrefix("`") && word.hasSuffix("`") else {
            return false
        }
        let command = word.drop { "$(`".contains($0) }
        return !command.hasPrefix("dirname") && !command.hasPrefix("basename") && names.contains { word.contains($0) }
    }

    /// Whether `#!` is followed by a shell that understands the block, directly or through env.
    private static func isShell(_ interpreter: String) -> Bool {
        var words = interpreter.split(whereSeparator: \.isWhitespace)[...]
        func name(_ word: Substring?) -> String { word?.split(separator: "/").last.map(String.init) ?? "" }
        if name(words.first) == "env" { words = words.dropFirst().drop { $0.hasPrefix("-") || $0.contains("=") } }
        return ["sh", "bash", "dash", "ash", "ksh", "mksh", "zsh"].contains(name(words.first))
    }

    /// The file with the block after its first line, so that no `exit` or `exec` of the script comes before it; an older
    /// block is replaced where it is.
    func with(_ fresh: HookBlock) -> [UInt8] {
        if case .block(let range) = marks {
            let old = HookBlock(bytes: Array(bytes[range]))
            let new = old.isWholeFile ? fresh : fresh.inside
            let text = bytes[range].last == newline ? new.bytes : new.bytes.dropLast()
            return Array(bytes[..<range.lowerBound]) + text + Array(bytes[range.upperBound...])
        }
        guard let first = lines.first else { return bytes }
        // A script of one line without an end gets the block without one, so that it can be taken out again.
        if bytes[first].last != newline { return bytes + [newline] + fresh.inside.bytes.dropLast() }
        return Array(bytes[first]) + fresh.inside.bytes + Array(bytes[first.upperBound...])
    }

    /// The file without its block; nil when nothing of anybody else is left.
    func withoutBlock() -> [UInt8]? {
        guard case .block(let range) = marks else { return bytes }
        var before = bytes[..<range.lowerBound]
        let after = bytes[range.upperBound...]
        let isOwn = HookBlock(bytes: Array(bytes[range])).isWholeFile
        if isOwn && after.isEmpty && Array(before) == HookBlock.shebang { return nil }
        if after.isEmpty && bytes[range].last != newline && before.last == newline { before.removeLast() }
        return Array(before) + Array(after)
    }

    /// True when a line of somebody's own calls this program for the event.
    func calls(_ event: HookEvent) -> Bool { !callers(of: event).isEmpty }

    /// What lines of somebody's own call for the event, as they name this program: `metaissue`, `/usr/bin/git-metaissue`.
    func callers(of event: HookEvent) -> [String] {
        let rest = HookScript(withoutBlock() ?? [])
        // In a script of another language, or one with Windows line ends, a shell's line is a mistake.
        let isNoShell = rest.obstacle?.isNoShell ?? false
        return rest.lines.flatMap { line -> [String] in
            let text = String(decoding: rest.bytes[line], as: UTF8.self)
            guard let word = text.first(where: { !$0.isWhitespace }), word != "#",
                !(isNoShell && text.contains("</dev/null"))
            else { return [] }
            let words = text.split { $0.isWhitespace || "\"',[](){}".contains($0) }
            return words.indices.dropLast().filter { words[$0] == "hook" }.compactMap { hook in
                // `git metaissue hook "${0##*/}"` finds the event in its own name.
                let next = words[hook + 1]
                guard next == event.rawValue || next.contains("$") || next.contains("0##") else { return nil }
                return words[..<hook].last { $0.hasSuffix("metaissue") }.map(String.init)
            }
        }
    }

    private var newline: UInt8 { UInt8(ascii: "\n") }

    /// The lines, each with its newline.
    private var lines: [Range<Int>] {
        var found: [Range<Int>] = []
        var start = 0
        for (index, byte) in bytes.enumerated() where byte == newline {
            found.append(start..<index + 1)
            start = index + 1
        }
        if start < bytes.count { found.append(start..<bytes.count) }
        return found
    }
}

/// What this program puts into a hook: the lines between two marks, marks included (the files of `Hooks/`).
struct HookBlock: Equatable {
    let bytes: [UInt8]

    init(bytes: [UInt8]) { self.bytes = bytes }

    /// The block of the script in `Hooks/`, with the place of this program filled in.
    init(_ event: HookEvent, program: String) {
        let script = HookScript(Self.script(event, program: program))
        bytes = script.block?.bytes ?? []
    }

    /// The first line of a file that is ours from end to end.
    static let shebang = Array("#!/bin/sh\n".utf8)

    /// A whole hook.
    var file: [UInt8] { Self.shebang + bytes }

    /// The same block as it stands in somebody else's file.
    var inside: HookBlock {
        guard let end = bytes.firstIndex(of: UInt8(ascii: "\n")) else { return self }
        return HookBlock(
            bytes: Array("\(Self.opening) this block was put here by \"git metaissue hooks install\"".utf8)
                + bytes[end...])
    }

    /// True when the file around the block was made by this program. The first version only made whole files and did not
    /// say so.
    var isWholeFile: Bool {
        let first = String(decoding: bytes.prefix { $0 != UInt8(ascii: "\n") }, as: UTF8.self)
        return first == Self.opening || first.hasPrefix("\(Self.opening) this file")
    }

    /// The commands alone, for git's configuration, where no comments are wanted.
    var command: String {
        String(decoding: bytes, as: UTF8.self).split(separator: "\n").filter { !$0.hasPrefix("#") }
            .joined(separator: "\n")
    }

    /// The program that the block calls first; nil when it names none.
    var program: String? { Self.program(in: String(decoding: bytes, as: UTF8.self)) }

    /// The program that a line names behind a key, up to and with its opening quote; the shell's quoting is taken off.
    static func program(in commands: String, after key: String = "metaissue='") -> String? {
        let key = key.utf8
        var rest = Substring(commands).utf8
        while !rest.isEmpty, !rest.starts(with: key) {
            guard let end = rest.firstIndex(of: UInt8(ascii: "\n")) else { return nil }
            rest = rest[rest.index(after: end)...]
        }
        guard !rest.isEmpty else { return nil }
        rest = rest.dropFirst(key.count)
        var path: [UInt8] = []
        while let byte = rest.first {
            if rest.starts(with: "'\\''".utf8) {
                path.append(byte)
                rest = rest.dropFirst(4)
            } else if byte == UInt8(ascii: "'") {
                return String(decoding: path, as: UTF8.self)
            } else {
                path.append(byte)
                rest = rest.dropFirst()
            }
        }
        return nil
    }

    /// The same calls, whatever the words of the comments and the marks are.
    func callsAs(_ other: HookBlock) -> Bool { command == other.command }

    static func isOpening(_ line: ArraySlice<UInt8>) -> Bool { line.starts(with: Array(opening.utf8)) }
    static func isClosing(_ line: ArraySlice<UInt8>) -> Bool { line.starts(with: Array(closing.utf8)) }

    private static let opening = "# >>> git-metaissue >>>"
    private static let closing = "# <<< git-metaissue <<<"

    /// The block in words, for who has to find it.
    static let words = "the lines between the marks \"\(opening)\" and \"\(closing)\", marks included"

    /// The embedded script with the path as the shell reads it between single quotes.
    private static func script(_ event: HookEvent, program: String) -> [UInt8] {
        let bytes =
            switch event {
            case .postMerge: PackageResources.post_merge
            case .postCommit: PackageResources.post_commit
            case .postRewrite: PackageResources.post_rewrite
            case .postCheckout: PackageResources.post_checkout
            }
        let quoted = program.replacing(scalar: "'", with: "'\\''")
        let parts = String(decoding: bytes, as: UTF8.self).split(separator: "@METAISSUE@", maxSplits: 1)
        return Array(parts.joined(separator: quoted).utf8)
    }
}
