import Testing

@testable import MetaIssue

/// Blocks in other people's hooks: in after the first line, out byte for byte.
@Suite struct HookScriptTests {
    private let block = HookBlock(.postCommit, program: "/place/git-metaissue")

    private func text(_ bytes: [UInt8]) -> String { String(decoding: bytes, as: UTF8.self) }

    @Test(arguments: [
        "#!/bin/sh\n", "#!/bin/sh", "#!/bin/sh\nexit 0", "#!/bin/sh\nexit 0\n", "#! /bin/bash -eu\n\n\n",
        "#!/usr/bin/env bash\nexec true\n", "#!/usr/bin/env -S bash -e\ntrue\n", "#!/bin/dash\n# é — 漢\n",
        "#!/bin/sh\nexec \"$(dirname \"$0\")/real-hook\" \"$@\"\n", "#!/bin/sh\nexec `dirname $0`/real-hook\n",
        "#!/bin/sh\nexec \"${0%/*}/own/${0##*/}\" \"$@\"\n", "#!/bin/sh\nexec \"$0.own\"\n",
        "#!/bin/sh\nexec runner \"$(basename -- \"$0\")\" \"$@\"\n",
        "#!/bin/sh\ncd \"$(dirname \"$0\")\" && exec ./x\n",
    ])
    func whatWasPutInComesOutByteForByte(hook: String) throws {
        let before = HookScript(Array(hook.utf8))
        #expect(before.obstacle == nil)
        let edited = HookScript(before.with(block))
        #expect(text(edited.bytes).split(separator: "\n").first == hook.split(separator: "\n").first)
        #expect(text(edited.bytes).split(separator: "\n")[1].hasPrefix("# >>> git-metaissue >>>"), "before any exit")
        #expect(edited.block?.callsAs(block) == true && edited.block?.isWholeFile == false)
        #expect(edited.withoutBlock() == before.bytes)
        #expect(edited.with(block) == edited.bytes, "a second time changes nothing")
    }

    @Test func bytesThatAreNoTextStayAsTheyAre() {
        let before = HookScript(Array("#!/bin/sh\n# ".utf8) + [0xFF, 0xC3, 0x28, 0x0A, 0x80])
        let edited = HookScript(before.with(block))
        #expect(edited.withoutBlock() == before.bytes)
    }

    @Test func anOlderBlockIsReplacedWhereItIs() {
        let old = HookBlock(.postCommit, program: "/old/place")
        let mine = Array("#!/bin/sh\n# mine\n".utf8) + old.inside.bytes + Array("echo after".utf8)
        let fresh = HookScript(mine).with(block)
        #expect(
            text(fresh).hasPrefix("#!/bin/sh\n# mine\n# >>> git-metaissue >>>") && text(fresh).hasSuffix("echo after"))
        #expect(HookScript(fresh).block?.program == "/place/git-metaissue")
        #expect(HookScript(fresh).withoutBlock() == Array("#!/bin/sh\n# mine\necho after".utf8))
    }

    @Test func aFileThatIsAllOursGoesAndOneWithOnlyAFirstLineStays() {
        #expect(HookScript(block.file).withoutBlock() == nil)
        let first = "#!/bin/sh\n# >>> git-metaissue >>>\nmetaissue='x'\n# <<< git-metaissue <<<\n"
        #expect(HookScript(Array(first.utf8)).withoutBlock() == nil, "the first version did not say whose file it was")
        let other = HookScript(Array("#!/bin/sh\n".utf8)).with(block)
        #expect(HookScript(other).withoutBlock() == Array("#!/bin/sh\n".utf8))
    }

    @Test(arguments: [
        "# >>> git-metaissue >>>\n", "# <<< git-metaissue <<<\n",
        "# <<< git-metaissue <<<\n# >>> git-metaissue >>>\n",
        "# >>> git-metaissue >>>\n# >>> git-metaissue >>>\n# <<< git-metaissue <<<\n",
        "# >>> git-metaissue >>>\n# <<< git-metaissue <<<\n# <<< git-metaissue <<<\n",
    ])
    func marksThatDoNotBelongTogetherAreDamage(marks: String) {
        let script = HookScript(Array("#!/bin/sh\n\(marks)exit 0\n".utf8))
        #expect(script.marks == .damaged && script.block == nil && script.withoutBlock() == script.bytes)
    }

    @Test(arguments: [
        ("#!/usr/bin/env python3\nimport sys\n", "run by"), ("#!/usr/bin/node\n", "run by"),
        ("#!/bin/sh\r\nexit 0\r\n", "CRLF"), ("#!/bin/sh\nexit 0\r\n", "CRLF"), ("echo\n", "#!"), ("", "#!"),
        ("\u{FEFF}#!/bin/sh\n", "#!"), ("#!/bin/sh\n\0", "binary"), ("\u{7F}ELF\0\0", "binary"),
        ("#!/bin/sh\n'''exec' python3 \"$0\" \"$@\"\n' '''\nimport sys\n", "hands itself over"),
        ("#!/bin/sh\n# the next line restarts using tclsh \\\nexec tclsh \"$0\" \"$@\"\n", "hands itself over"),
        ("#!/bin/bash\n\"exec\" \"python3\" \"${BASH_SOURCE[0]}\" \"$@\"\n", "hands itself over"),
        ("#!/bin/bash\nexec perl -x \"$BASH_SOURCE\"; exit\n", "hands itself over"),
        ("#!/bin/sh\n''':'\nexec python3 \"$(readlink -f \"$0\")\" \"$@\"\n'''\n", "hands itself over"),
        ("#!/bin/sh\nexec node `realpath ${0}`\n", "hands itself over"),
        ("#!/usr/bin/fish\n", "run by"), ("#!/bin/csh -f\n", "run by"), ("#!/usr/bin/env\n", "run by"),
    ])
    func aFileThatCannotTakeABlockIsLeftAlone(hook: String, why: String) throws {
        let obstacle = try #require(HookScript(Array(hook.utf8)).obstacle)
        #expect(obstacle.words.contains(why))
    }

    @Test(arguments: [
        "git metaissue hook post-commit \"$@\" </dev/null || :", "  git-metaissue hook post-commit",
        "/usr/bin/git metaissue hook \"${0##*/}\" \"$@\"",
        "subprocess.run([\"git\", \"metaissue\", \"hook\", \"post-commit\", *sys.argv[1:]])",
        "      run: git metaissue hook post-commit </dev/null || :",
    ])
    func aLineByHandIsSeen(line: String) {
        #expect(HookScript(Array("#!/bin/sh\n\(line)\n".utf8)).calls(.postCommit))
        #expect(!HookScript(Array("#!/bin/sh\n# \(line)\n".utf8)).calls(.postCommit), "a comment calls nothing")
    }

    @Test func whatALineCallsIsReadAsItIsNamed() {
        let text =
            "#!/bin/sh\n\"/a/git-metaissue\" hook post-commit || git metaissue hook post-commit\nx hook post-commit\n"
        #expect(HookScript(Array(text.utf8)).callers(of: .postCommit) == ["/a/git-metaissue", "metaissue"])
    }

    @Test(arguments: [
        "git metaissue hook post-merge \"$@\"", "git hook run post-commit", "git metaissue status", "hook post-commit",
    ])
    func otherLinesAreNotTakenForIt(line: String) {
        #expect(!HookScript(Array("#!/bin/sh\n\(line)\n".utf8)).calls(.postCommit))
    }

    @Test(arguments: ["/a/b", "/a b/c", "/it's/'quoted'", "/two\nlines/x", "/$HOME/`x`/\"y\"/\\n", "/é/漢"])
    func theProgramsPlaceIsReadBackAsItWasStored(path: String) {
        #expect(HookBlock(.postMerge, program: path).program == path)
    }
}

@Suite struct GitVersionTests {
    @Test(arguments: [
        ("git version 2.39.5", false), ("git version 2.53.9", false), ("git version 2.54.0", true),
        ("git version 2.54.0-rc1", true), ("git version 2.54.GIT", true), ("git version 2.55.0.windows.1", true),
        ("git version 2.39.3 (Apple Git-146)", false), ("git version 3.0.0", true), ("git version 1.9.1", false),
        ("git version 2.54.0.123.gabcdef0", true), ("git version 2.9", false), ("git version 10.1", true),
    ])
    func configuredHooksAreKnownFrom2_54On(text: String, knows: Bool) throws {
        #expect(try #require(GitVersion(text)).runsConfiguredHooks == knows)
    }

    @Test(arguments: ["", "git", "git version", "git version x", "git version 2", "hub version 2.54.0", "2.54.0"])
    func whatIsNoVersionIsNone(text: String) { #expect(GitVersion(text) == nil) }
}

@Suite struct ConfiguredHooksTests {
    private func hooks(_ entries: [(String, String, String)]) -> ConfiguredHooks {
        ConfiguredHooks(entries.map { (scope: $0.0, key: $0.1, value: $0.2) })
    }

    private let command = HookBlock(.postCommit, program: "/place/git-metaissue").command

    @Test func ourHookIsFoundWhateverItsName() {
        let found = hooks([
            ("global", "hook.Mine.v1.command", "git metaissue hook post-commit"),
            ("global", "hook.Mine.v1.event", "post-commit"),
            ("local", "hook.metaissue-post-commit.command", command),
            ("local", "hook.metaissue-post-commit.event", "post-commit"),
            ("local", "hook.other.command", "echo"), ("local", "hook.other.event", "post-commit"),
        ])
        #expect(found.calling(.postCommit).map(\.name) == ["Mine.v1", "metaissue-post-commit"])
        #expect(found.calling(.postCommit).map(\.program) == [nil, "/place/git-metaissue"])
        #expect(found.calling(.postMerge) == [])
        #expect(found.localNames == ["metaissue-post-commit", "other"])
    }

    @Test func anEmptyEventTakesBackWhatWasSaidAndTheLastCommandHolds() {
        let found = hooks([
            ("global", "hook.a.command", "echo"), ("global", "hook.a.event", "post-commit"),
            ("local", "hook.a.event", ""), ("local", "hook.a.event", "post-merge"),
            ("local", "hook.a.command", command),
            ("local", "hook.a.enabled", "no"),
        ])
        #expect(found.hooks.count == 1)
        #expect(found.hooks.first?.events == ["post-merge"])
        #expect(found.hooks.first?.isEnabled == false && found.hooks.first?.program == "/place/git-metaissue")
    }
}
