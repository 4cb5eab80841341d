#!/usr/bin/env python3
"""company.py BINARY [--new-git GIT] [--table] [NAME...]: our hooks beside those of real tools.

Each tool is installed before and after ours, and taken out before and after ours. In each of the four runs real commits,
merges, rebases and checkouts show that both are called and that git ends as it does without hooks; taking ours out must
leave hooks and configuration byte for byte as the tool alone leaves them.

GIT is the bin folder of a git of version 2.54 or later (METAISSUE_NEW_GIT names it too); with it everything is done a
second time with hooks in the configuration. A tool that this machine does not have is skipped with a line that says so.
"""

import argparse
import os
import pathlib
import shutil
import stat
import subprocess
import sys
import tempfile

EVENTS = ["post-merge", "post-commit", "post-rewrite", "post-checkout"]
SAGA = "docs/meta-issues/slow-service"


class Wrong(Exception):
    pass


def expect(condition, what):
    if not condition:
        raise Wrong(what)


class World:
    """A repository with a saga, its own home, and a PATH whose tools write down that they were called."""

    def __init__(self, binary, new_git, name="repo"):
        self.binary = binary
        self.world = pathlib.Path(tempfile.mkdtemp(prefix="metaissue-company-"))
        self.root = self.world / name
        self.trace = self.world / "trace"
        self.clock = 1725181200
        home, tools = self.world / "home", self.world / "bin"
        home.mkdir()
        tools.mkdir()
        for tool in ("git-lfs", "git-annex"):
            real = shutil.which(tool)
            if real:
                wrapper = tools / tool
                wrapper.write_text(f'#!/bin/sh\necho "{tool} $*" >>"{self.trace}"\nexec {real} "$@"\n')
                wrapper.chmod(0o755)
        folders = os.environ["PATH"].split(":")
        if new_git:
            # Everything but git, so that the new git is the only one there is.
            rest = self.world / "rest"
            rest.mkdir()
            for folder in folders:
                for file in sorted(pathlib.Path(folder).glob("*")) if os.path.isdir(folder) else []:
                    link = rest / file.name
                    if file.name != "git" and not link.is_symlink():
                        link.symlink_to(file)
            folders = [str(new_git), str(rest)]
        self.environment = {
            "PATH": ":".join([str(tools)] + folders), "HOME": str(home), "LC_ALL": "C.UTF-8", "TZ": "UTC",
            "GIT_CONFIG_NOSYSTEM": "1", "GIT_EDITOR": "true", "METAISSUE_HOOKS": "on", "METAISSUE_HOOK_SECONDS": "60",
            "PRE_COMMIT_HOME": str(home / "pre-commit"), "PRE_COMMIT_COLOR": "never", "NO_COLOR": "1",
            "LEFTHOOK_OUTPUT": "false",
            "GIT_AUTHOR_NAME": "Ann Author", "GIT_AUTHOR_EMAIL": "ann@example.org",
            "GIT_COMMITTER_NAME": "Cora Committer", "GIT_COMMITTER_EMAIL": "cora@example.org",
        }
        (home / ".gitconfig").write_text(
            "[gc]\n\tauto = 0\n[maintenance]\n\tauto = false\n[protocol \"file\"]\n\tallow = always\n"
            "[user]\n\tname = Ann\n\temail = ann@example.org\n")

    def close(self):
        subprocess.run(["chmod", "-R", "u+w", str(self.world)], check=False)
        shutil.rmtree(self.world, ignore_errors=True)

    def run(self, *command, at=None, check=True):
        self.clock += 60
        environment = dict(self.environment)
        for role in ("AUTHOR", "COMMITTER"):
            environment[f"GIT_{role}_DATE"] = f"{self.clock} +0000"
        done = subprocess.run(
            [str(word) for word in command], cwd=at or self.root, env=environment, stdin=subprocess.DEVNULL,
            capture_output=True, text=True, errors="replace")
        if check and done.returncode:
            raise Wrong(f"{' '.join(map(str, command))}: {done.returncode}: {done.stderr.strip()} {done.stdout.strip()}")
        return done

    def git(self, *arguments, **more):
        return self.run("git", *arguments, **more).stdout.strip()

    def metaissue(self, *arguments, **more):
        return self.run(self.binary, *arguments, **more)

    def write(self, path, text, mode=None):
        file = self.root / path
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text)
        if mode:
            file.chmod(mode)

    def begin(self):
        self.git("init", "-q", "-b", "main", self.root, at=self.world)
        self.write("app.py", "def handle(): pass\n")
        self.write(".gitignore", "/ran\n")
        self.git("add", "--all")
        self.git("commit", "-qm", "A service")

    def common(self):
        return pathlib.Path(self.git("rev-parse", "--path-format=absolute", "--git-common-dir"))

    def snapshot(self):
        """Hooks and configuration, byte for byte, and what a hooksPath holds."""
        facts = {}
        folders = [self.common() / "hooks", self.root / ".husky"]
        for folder in folders:
            for file in sorted(folder.rglob("*")) if folder.is_dir() else []:
                if file.is_file() or file.is_symlink():
                    facts[str(file)] = (stat.S_IMODE(file.lstat().st_mode), file.read_bytes())
        config = self.common() / "config"
        facts["config"] = (stat.S_IMODE(config.stat().st_mode), config.read_bytes())
        return facts


def differences(one, other):
    return sorted(name for name in one.keys() | other.keys() if one.get(name) != other.get(name))


# The tools


class Tool:
    """A tool as its users install it."""

    name = ""
    command = None  # what has to be in PATH
    events = EVENTS
    needs_line = False  # in files, a person adds a line
    refuses = False  # does not install where a hook is
    foreign = False  # installs by core.hooksPath
    by_hand = False  # people add to what they find, whatever its first line is

    def prepare(self, world):
        """Configuration files, committed."""

    def install(self, world):
        raise NotImplementedError

    def uninstall(self, world):
        raise NotImplementedError

    def ran(self, world):
        """The events in which the tool was called since the last question."""
        file = world.root / "ran"
        found = set(file.read_text().split()) if file.exists() else set()
        file.unlink(missing_ok=True)
        return found

    def add_line(self, world, standing):
        """Does what the line of advice says."""


class PreCommit(Tool):
    name = "pre-commit"
    command = "pre-commit"

    def prepare(self, world):
        hooks = "".join(
            f"  - {{id: {event}, name: {event}, language: system, always_run: true, pass_filenames: false, "
            f"stages: [{event}], entry: sh -c 'echo {event} >>ran'}}\n" for event in EVENTS)
        world.write(".pre-commit-config.yaml", f"repos:\n- repo: local\n  hooks:\n{hooks}")

    def install(self, world):
        world.run("pre-commit", "install", *[f"--hook-type={event}" for event in EVENTS])

    def uninstall(self, world):
        world.run("pre-commit", "uninstall", *[f"--hook-type={event}" for event in EVENTS])


class Lefthook(Tool):
    name = "lefthook"
    command = "lefthook"

    def prepare(self, world):
        world.write("lefthook.yml", "".join(f"{event}:\n  jobs:\n    - run: echo {event} >>ran\n" for event in EVENTS))

    def install(self, world):
        world.run("lefthook", "install")

    def uninstall(self, world):
        world.run("lefthook", "uninstall")


class Called(Tool):
    """A tool whose own program writes down, in the trace, what it was called with."""

    word = ""
    calls = {}

    def ran(self, world):
        lines = world.trace.read_text().splitlines() if world.trace.exists() else []
        world.trace.unlink(missing_ok=True)
        return {event for event, call in self.calls.items() if any(line.startswith(call) for line in lines)}


class GitLFS(Called):
    name = "git-lfs"
    command = "git-lfs"
    events = ["post-merge", "post-commit", "post-checkout"]
    calls = {event: f"git-lfs {event}" for event in events}
    refuses = True

    def install(self, world):
        world.run("git", "lfs", "install", "--local")

    def uninstall(self, world):
        world.run("git", "lfs", "uninstall", "--local")


class GitAnnex(Called):
    name = "git-annex"
    command = "git-annex"
    events = ["post-merge", "post-checkout"]
    # Its two hooks make the same call.
    calls = {event: "git-annex smudge --update" for event in events}
    refuses = True

    def install(self, world):
        done = world.run("git", "annex", "init", "company")
        if "already exists, not configuring" in done.stderr + done.stdout:
            raise Wrong("git-annex leaves a hook that is there alone, and is not called by it")

    def uninstall(self, world):
        world.run("git", "annex", "uninit")


class Husky(Tool):
    """Hooks in the tree and core.hooksPath, as husky 9 lays them out."""

    name = "husky-like hooksPath"
    foreign = True
    needs_line = True
    H = (
        '#!/usr/bin/env sh\nn=$(basename "$0")\ns=$(dirname "$(dirname "$0")")/$n\n[ ! -f "$s" ] && exit 0\n'
        'sh -e "$s" "$@"\nc=$?\n[ $c != 0 ] && echo "husky - $n script failed (code $c)"\nexit $c\n')

    def install(self, world):
        for event in EVENTS:
            world.write(f".husky/{event}", f"echo {event} >>ran\n")
            world.write(f".husky/_/{event}", '#!/usr/bin/env sh\n. "$(dirname "$0")/h"\n', 0o755)
        world.write(".husky/_/h", self.H)
        world.write(".husky/_/.gitignore", "*\n")
        world.git("config", "core.hooksPath", ".husky/_")

    def uninstall(self, world):
        world.git("config", "--unset", "core.hooksPath")
        if world.git("config", "--get-regexp", "^core\\.", check=False) == "":
            world.git("config", "--remove-section", "core", check=False)
        shutil.rmtree(world.root / ".husky")

    def add_line(self, world, event):
        file = world.root / ".husky" / event
        file.write_text(f'git metaissue hook {event} "$@" </dev/null || :\n' + file.read_text())


class Shell(Tool):
    """Hooks by hand: each ends in a way that would skip lines appended to it."""

    name = "shell hooks by hand"
    by_hand = True
    scripts = {
        "post-merge": "#!/bin/sh\n# by hand, \xe9 \u2014 and no newline at the end\necho post-merge >>ran; exit 0",
        "post-commit": "#!/usr/bin/env bash\nset -eu\necho post-commit >>ran\nexec true\n",
        "post-rewrite": "#!/bin/sh -e\nread first || exit 0\n[ -n \"$first\" ] && echo post-rewrite >>ran\nexit 0\n",
        "post-checkout": "#! /bin/sh\n\n\techo post-checkout >>ran\n",
    }

    def install(self, world):
        for event, text in self.scripts.items():
            file = world.common() / "hooks" / event
            if file.exists():
                # Whoever finds a hook adds to it.
                file.write_text(file.read_text() + text.split("\n", 1)[1])
            else:
                file.parent.mkdir(exist_ok=True)
                file.write_text(text)
                file.chmod(0o750)

    def uninstall(self, world):
        for event, text in self.scripts.items():
            file = world.common() / "hooks" / event
            if not file.exists():
                continue
            rest = file.read_text().replace(text.split("\n", 1)[1], "")
            if rest.strip() == text.split("\n", 1)[0].strip() or rest.strip() == "#!/bin/sh":
                file.unlink()
            else:
                file.write_text(rest)


class Python(Tool):
    """Hooks in a language that no block can be put into."""

    name = "Python hooks by hand"
    needs_line = True

    def text(self, event):
        return f"#!/usr/bin/env python3\nimport sys\nopen('ran', 'a').write('{event}\\n')\nsys.exit(0)\n"

    def install(self, world):
        for event in EVENTS:
            file = world.common() / "hooks" / event
            file.parent.mkdir(exist_ok=True)
            file.write_text(self.text(event))
            file.chmod(0o755)

    def uninstall(self, world):
        for event in EVENTS:
            (world.common() / "hooks" / event).unlink(missing_ok=True)

    def add_line(self, world, event):
        file = world.common() / "hooks" / event
        call = f'subprocess.run(["git", "metaissue", "hook", "{event}", *sys.argv[1:]], stdin=subprocess.DEVNULL)'
        file.write_text(file.read_text().replace("import sys\n", f"import subprocess\nimport sys\n{call}\n"))


TOOLS = [PreCommit(), Lefthook(), GitLFS(), GitAnnex(), Husky(), Shell(), Python()]


# What is tried


def job(world, number, tool):
    """An attempt from start to landing with plain git: every event must reach us, and the tool."""
    ours, theirs = set(), set()
    if tool:
        tool.ran(world)

    def heard():
        if tool:
            theirs.update(tool.ran(world))

    def anchor():
        return world.git("rev-parse", "-q", "--verify", f"refs/metaissue/slow-service/{number:03}", check=False)

    head = lambda: world.git("rev-parse", "HEAD")
    branch = f"perf-attempt-{number:03}-try"
    # Made behind the back of every hook: only the checkout tells.
    world.git("update-ref", f"refs/heads/{branch}", "main")
    world.git("switch", "-q", branch)
    heard()
    if anchor() == head():
        ours.add("post-checkout")
    world.write(f"try{number}.py", "step = 1\n")
    world.git("add", "--all")
    world.git("commit", "-qm", "Step one")
    heard()
    if anchor() == head():
        ours.add("post-commit")
    world.git("switch", "-q", "main")
    world.write(f"other{number}.py", "other = 1\n")
    world.git("add", "--all")
    world.git("commit", "-qm", "Other")
    heard()
    world.git("rebase", "-q", "main", branch)
    heard()
    if anchor() == head():
        ours.add("post-rewrite")
    world.git("switch", "-q", "main")
    merged = world.git("merge", "-q", "--no-ff", "--no-edit", branch)
    heard()
    if world.git("log", "-1", "--format=%(trailers:key=Meta-Issue-Event,valueonly)"):
        ours.add("post-merge")
    expect(world.git("status", "--porcelain") == "", "the work tree is dirty afterwards: " + world.git("status", "-s"))
    del merged
    return ours, theirs


def saga(world):
    world.metaissue("new", "Slow Service")


def statuses(world):
    done = world.metaissue("hooks", "status", check=False)
    return done.returncode, dict(line.split(": ", 1) for line in done.stdout.splitlines() if line[:5] == "post-")


def control(tool, binary, new_git):
    """Hooks and configuration with the tool alone: before, installed, taken out."""
    world = World(binary, new_git)
    try:
        world.begin()
        tool.prepare(world)
        world.git("add", "--all")
        world.git("commit", "-q", "--allow-empty", "-m", "Configuration")
        before = relative(world, world.snapshot())
        tool.install(world)
        installed = relative(world, world.snapshot())
        tool.uninstall(world)
        return before, installed, relative(world, world.snapshot())
    finally:
        world.close()


def relative(world, snapshot):
    """Names and contents without the folder of one run, so that runs can be compared."""
    place = str(world.world).encode()
    return {
        name.replace(str(world.world), ""): (mode, neutral(content.replace(place, b"")))
        for name, (mode, content) in snapshot.items()
    }


def show(world, wanted, wrong):
    now = relative(world, world.snapshot())
    return "".join(f"\n--- {name}\n{wanted.get(name)}\n+++\n{now.get(name)}" for name in wrong)


def neutral(content):
    """git-annex gives every repository an id of its own, and git-lfs writes its settings in any order."""
    lines = [line for line in content.split(b"\n") if not line.strip().startswith(b"uuid =")]
    return b"\n".join(sorted(lines) if content.startswith(b"[core]") else lines)


def written(snapshot):
    """What people wrote below the first lines."""
    parts = {name: content.split(b"\n", 1)[-1] for name, (_, content) in snapshot.items()}
    return {name: content for name, content in parts.items() if content and ".sample" not in name}


def put_in(world, tool, mode):
    """Installs ours, and adds by hand what the advice says. Returns what had to be done, for the table."""
    # Which way is taken follows from the gits in PATH.
    done = world.metaissue("hooks", "install", check=False)
    expect((mode == "config") == ("the configuration" in done.stdout), f"another way was taken: {done.stdout}{done.stderr}")
    if done.returncode == 0:
        return ""
    expect(tool.needs_line, f"hooks install: {done.returncode}: {done.stderr}")
    for event in EVENTS:
        expect(f'git metaissue hook {event} "$@" </dev/null || :' in done.stderr, f"no line for {event}: {done.stderr}")
        tool.add_line(world, event)
    return "a line by hand"


def try_order(tool, binary, new_git, ours_first, ours_out_first, alone):
    before, installed, taken_out = alone
    mode = "config" if new_git else "files"
    world = World(binary, new_git)
    words = []
    try:
        world.begin()
        # So that the lines that call git metaissue by name find it.
        (world.world / "bin" / "git-metaissue").symlink_to(binary)
        tool.prepare(world)
        world.git("add", "--all")
        world.git("commit", "-q", "--allow-empty", "-m", "Configuration")
        if ours_first:
            put_in(world, tool, mode)
            own = world.snapshot()
            try:
                tool.install(world)
            except Wrong as refusal:
                expect(tool.refuses and mode == "files", str(refusal))
                words.append("the tool refuses; ours out, the tool in, ours in again")
                expect(not differences(own, world.snapshot()) or tool.refuses, "a refusal that changed our hooks")
                world.metaissue("hooks", "uninstall")
                tool.install(world)
                put_in(world, tool, mode)
            else:
                code, said = statuses(world)
                if code:
                    words.append("status: " + "; ".join(sorted({text.split(";")[0] for text in said.values()} - {"ok"})))
                    again = put_in(world, tool, mode)
                    words.append(again or "mended by hooks install")
                elif any(".legacy" in text for text in said.values()):
                    words.append("moved to .legacy, which runs")
        else:
            tool.install(world)
            beside_ours = world.snapshot()
            done = put_in(world, tool, mode)
            if done:
                words.append(done)
        code, said = statuses(world)
        expect(code == 0, f"hooks status after everything: {said}")
        repeated = world.snapshot()
        world.metaissue("hooks", "install")
        expect(not differences(repeated, world.snapshot()), "a second hooks install changed something")
        saga(world)
        ours, theirs = job(world, 1, tool)
        expect(ours == set(EVENTS), f"ours was not called in {set(EVENTS) - ours}")
        expect(theirs >= set(tool.events), f"the tool was not called in {set(tool.events) - theirs}")
        by_hand = tool.needs_line and mode == "files"
        if ours_out_first:
            world.metaissue("hooks", "uninstall")
            if not by_hand:
                now, wanted = relative(world, world.snapshot()), installed
                if tool.by_hand and ours_first:
                    now, wanted = written(now), written(wanted)
                wrong = differences(now, wanted)
                if not ours_first:
                    wrong += differences(beside_ours, world.snapshot())
                expect(not wrong, f"after our uninstall, not as the tool alone: {wrong}" + show(world, installed, wrong))
                _, theirs = job(world, 2, tool)
                expect(theirs >= set(tool.events), "the tool is not called any more")
            tool.uninstall(world)
        else:
            tool.uninstall(world)
            world.metaissue("hooks", "uninstall")
        last = relative(world, world.snapshot())
        if tool.by_hand:
            last, taken_out = written(last), written(taken_out)
        wrong = differences(last, taken_out)
        if wrong and tool.refuses and mode == "files" and not ours_out_first:
            # It knows its hooks by their bytes, so it leaves the ones that we were in.
            expect(all(last.get(name) == installed.get(name) for name in wrong), f"not the tool's own hooks: {wrong}")
            words.append("the tool leaves its hooks, as it wrote them: take ours out first")
            wrong = []
        expect(not wrong, f"after both, not as after the tool alone: {wrong}")
        return "; ".join(words) or "nothing to do"
    finally:
        world.close()


def beside(binary, new_git, tool):
    """The four orders of one tool; yields (order, result)."""
    alone = control(tool, binary, new_git)
    for ours_first in (False, True):
        for ours_out_first in (True, False):
            order = ("ours, tool" if ours_first else "tool, ours") + " / " + ("ours, tool" if ours_out_first else "tool, ours")
            try:
                yield order, True, try_order(tool, binary, new_git, ours_first, ours_out_first, alone)
            except Wrong as wrong:
                yield order, False, str(wrong)


# Places


def strange(binary, new_git, name):
    """A repository, and a program, in folders with this name."""
    world = World(binary, new_git, name)
    try:
        world.begin()
        folder = world.world / ("tools " + name)
        folder.mkdir()
        copy = folder / "git-metaissue"
        shutil.copy(binary, copy)
        world.binary = copy
        before = world.snapshot()
        world.metaissue("hooks", "install", "--mode", "config" if new_git else "files")
        code, said = statuses(world)
        expect(code == 0, f"status: {said}")
        saga(world)
        ours, _ = job(world, 1, None)
        expect(ours == set(EVENTS), f"not called in {set(EVENTS) - ours}")
        copy.unlink()
        _, said = statuses_of(world, binary)
        expect(all("binary missing" in text for text in said.values()), f"status without the program: {said}")
        world.git("commit", "-q", "--allow-empty", "-m", "Goes on without the program")
        world.binary = binary
        world.metaissue("hooks", "install", "--mode", "config" if new_git else "files")
        world.metaissue("hooks", "uninstall")
        expect(not differences(before, world.snapshot()), "not byte for byte as before")
        return "works; the program's file was removed, and git went on"
    finally:
        world.close()


def statuses_of(world, binary):
    world.binary = binary
    return statuses(world)


def worktree(binary, new_git):
    world = World(binary, new_git)
    try:
        world.begin()
        before = world.snapshot()
        world.git("switch", "-q", "--detach")
        linked = world.world / "linked tree"
        world.git("worktree", "add", "-q", linked, "main")
        top, world.root = world.root, linked
        world.metaissue("hooks", "install", "--mode", "config" if new_git else "files")
        saga(world)
        ours, _ = job(world, 1, None)
        expect(ours == set(EVENTS), f"not called in {set(EVENTS) - ours}")
        world.metaissue("hooks", "uninstall", at=top)
        expect(not differences(before, world.snapshot()), "not byte for byte as before")
        return "installed and used in the linked worktree, taken out in the main one"
    finally:
        world.close()


def submodule(binary, new_git):
    world = World(binary, new_git)
    try:
        world.begin()
        outer = world.world / "outer"
        world.git("init", "-q", "-b", "main", outer, at=world.world)
        world.git("submodule", "--quiet", "add", f"file://{world.root}", "inner", at=outer)
        world.git("commit", "-qm", "A submodule", at=outer)
        world.root = outer / "inner"
        before = world.snapshot()
        world.metaissue("hooks", "install", "--mode", "config" if new_git else "files")
        expect(not (outer / ".git/hooks/post-commit").exists(), "the outer repository got hooks")
        saga(world)
        ours, _ = job(world, 1, None)
        expect(ours == set(EVENTS), f"not called in {set(EVENTS) - ours}")
        world.metaissue("hooks", "uninstall")
        expect(not differences(before, world.snapshot()), "not byte for byte as before")
        return "hooks of the submodule only"
    finally:
        world.close()


def read_only(binary, new_git):
    """A folder of hooks that may not be written."""
    world = World(binary, new_git)
    try:
        world.begin()
        folder = world.common() / "hooks"
        lock, unlock = (["chattr", "+i", folder], ["chattr", "-i", folder]) if os.geteuid() == 0 else (
            ["chmod", "a-w", folder], ["chmod", "u+w", folder])
        locked = world.run(*lock, check=False)
        if locked.returncode:
            return None
        try:
            before = world.snapshot()
            if new_git:
                world.metaissue("hooks", "install", "--mode", "config")
                saga(world)
                ours, _ = job(world, 1, None)
                expect(ours == set(EVENTS), f"not called in {set(EVENTS) - ours}")
                world.metaissue("hooks", "uninstall")
                said = "the configuration is another place: works"
            else:
                done = world.metaissue("hooks", "install", "--mode", "files", check=False)
                expect(done.returncode == 128, f"install: {done.returncode}")
                expect("see to it that you may write there" in done.stderr, done.stderr)
                said = "refused with one line that says why; nothing changed"
            expect(not differences(before, world.snapshot()), "not byte for byte as before")
            return said
        finally:
            world.run(*unlock)
    finally:
        world.close()


PLACES = {
    "linked worktree": worktree,
    "submodule": submodule,
    "hooks folder read-only": read_only,
    "path with spaces": lambda binary, git: strange(binary, git, "a b  c"),
    "path with quotes": lambda binary, git: strange(binary, git, "it's \"so\" $HOME `x` \\n"),
    "path with unicode": lambda binary, git: strange(binary, git, "d\u00e9p\u00f4t \u2014 \u5009\u5eab \U0001f4e6"),
    "path with a newline": lambda binary, git: strange(binary, git, "two\nlines"),
}


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("binary")
    parser.add_argument("--new-git", default=os.environ.get("METAISSUE_NEW_GIT"))
    parser.add_argument("--table", action="store_true", help="print the tables of Docs/hooks.md")
    parser.add_argument("names", nargs="*")
    options = parser.parse_args()
    binary = os.path.realpath(options.binary)
    runs = [("files", None)]
    if options.new_git:
        runs.append(("config", options.new_git))
    else:
        print("skipped: hooks in the configuration; METAISSUE_NEW_GIT names no git of version 2.54 or later")
    failures, rows = 0, []
    for mode, git in runs:
        for tool in TOOLS:
            if options.names and tool.name not in options.names:
                continue
            if tool.command and not shutil.which(tool.command):
                print(f"skipped: {tool.name} is not on this machine")
                continue
            for order, good, said in beside(binary, git, tool):
                failures += not good
                rows.append((tool.name, mode, order, said if good else "FAILED: " + said))
                print(f"{'ok' if good else 'FAILED'}: {tool.name}, {mode}, {order}: {said}", flush=True)
        for name, place in PLACES.items():
            if options.names and name not in options.names:
                continue
            try:
                said = place(binary, git)
                if said is None:
                    print(f"skipped: {name}: nothing here makes a folder read-only")
                    continue
                rows.append((name, mode, "", said))
                print(f"ok: {name}, {mode}: {said}", flush=True)
            except Wrong as wrong:
                failures += 1
                print(f"FAILED: {name}, {mode}: {wrong}", flush=True)
    if options.table:
        print("| beside | installed in | order in / order out | what had to be done |\n| --- | --- | --- | --- |")
        for row in rows:
            print("| " + " | ".join(row) + " |")
    print(f"company: {len(rows)} tried, {failures} failed")
    return 1 if failures else 0


if __name__ == "__main__":
    sys.exit(main())
