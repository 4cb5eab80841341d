#!/usr/bin/env python3
"""sequences.py BINARY [--count N] [--seed S] [--jobs J] [--seconds T]: random histories against a model of the record.

Each sequence is one seed: attempts are started, edited, landed, reverted, brought in again, dropped and cleaned up with
plain git and with the program's own commands, in random order, with hooks or without. The model knows every word that a
person wrote and where it came to the mainline. After every `sync --commit`:

- no word that ever was on the mainline is lost, and none that a branch had is lost from its branch or anchor;
- folder, section and row of every recorded attempt are there;
- a second sync changes nothing, and the work tree is clean;
- a clone's own sync loses nothing either.

At the end `git fsck` is clean, and no commit of the record's own touches anything but the record. A failure prints the
seed and the steps; `--seed S --count 1` runs it again. METAISSUE_SEQUENCES sets the default count.
"""

import argparse
import json
import os
import random
import shutil
import subprocess
import sys
import tempfile
import time
from concurrent.futures import ThreadPoolExecutor

SAGA = "docs/meta-issues/slow-service"
OPEN = {"planned", "in-progress", "unknown", "abandoned"}
CLOSED = {"landed", "partly-landed", "reverted", "partly-reverted", "reapplied"}


class Wrong(Exception):
    """A promise that was not kept."""


class Attempt:
    def __init__(self, number, branch, record):
        self.number = number
        self.branch = branch
        self.record = record
        self.folder = f"{SAGA}/attempts/{branch.split('-attempt-')[1]}"
        self.exists = True  # the branch
        self.words = set()  # on the branch, in its folder
        self.left_out = set()  # words that somebody who resolved a conflict kept out: git does not bring them again
        self.code = 0
        self.landings = []  # (kind, commits to revert newest first)
        self.reverts = []  # commits that took the last landing back
        self.delivered = record == "mainline"
        self.abandoned = False


class World:
    def __init__(self, binary, seed, folder):
        self.binary = binary
        self.dice = random.Random(seed)
        self.folder = folder
        self.root = f"{folder}/repo"
        self.clock = 1_725_181_200
        self.steps = []
        self.attempts = []
        self.folder_words = {}  # word -> attempt folder: must be on the mainline
        self.log_words = set()
        self.hub_words = set()
        self.counter = 0
        self.reported = 0  # losses that sync named instead of mending them
        self.resolved = False  # conflicts, in the last command of git
        os.makedirs(f"{folder}/home")
        with open(f"{folder}/home/.gitconfig", "w", encoding="utf-8") as file:
            file.write("[gc]\n\tauto = 0\n[maintenance]\n\tauto = false\n[advice]\n\tdetachedHead = false\n")

    # Programs

    def run(self, arguments, folder=None, codes=(0,)):
        self.clock += 60 * self.dice.randint(1, 900)
        environment = {
            "PATH": os.environ["PATH"], "HOME": f"{self.folder}/home", "LC_ALL": "C.UTF-8", "TZ": "UTC",
            "GIT_CONFIG_NOSYSTEM": "1", "GIT_AUTHOR_NAME": "Ann", "GIT_AUTHOR_EMAIL": "ann@example.org",
            "GIT_COMMITTER_NAME": "Cora", "GIT_COMMITTER_EMAIL": "cora@example.org", "GIT_EDITOR": "true",
            "GIT_AUTHOR_DATE": f"{self.clock} +0000", "GIT_COMMITTER_DATE": f"{self.clock} +0000",
            "METAISSUE_HOOKS": "on", "METAISSUE_HOOK_SECONDS": "60",
        }
        done = subprocess.run(
            arguments, cwd=folder or self.root, env=environment, capture_output=True, text=True, errors="replace")
        if codes is not None and done.returncode not in codes:
            raise Wrong(f"{' '.join(arguments)}: {done.returncode}\n{done.stdout}{done.stderr}")
        return done

    def git(self, *arguments, codes=(0,), folder=None):
        return self.run(["git", *arguments], folder, codes).stdout.rstrip("\n")

    def tool(self, *arguments, codes=(0,), folder=None):
        return self.run([self.binary, *arguments], folder, codes)

    def note(self, text):
        self.steps.append(text)

    # Files

    def path(self, name):
        return f"{self.root}/{name}"

    def read(self, name):
        with open(self.path(name), encoding="utf-8") as file:
            return file.read()

    def write(self, name, text):
        os.makedirs(os.path.dirname(self.path(name)), exist_ok=True)
        with open(self.path(name), "w", encoding="utf-8") as file:
            file.write(text)

    def append(self, name, text):
        self.write(name, (self.read(name) if os.path.exists(self.path(name)) else "") + text)

    def commit(self, message):
        self.git("add", "--all")
        self.git("commit", "-q", "-m", message)
        return self.git("rev-parse", "HEAD")

    def word(self):
        self.counter += 1
        return f"word{self.counter}q"

    def head(self):
        return self.git("rev-parse", "main")

    # The saga

    def begin(self):
        self.git("init", "-q", "-b", "main", self.root, folder=self.folder)
        self.write("app.py", "".join(f"def step_{number}(request):\n    return {number}\n\n" for number in range(12)))
        self.commit("A service")
        self.tool("new", "Slow Service")
        if self.dice.random() < 0.5:
            self.tool("hooks", "install")
            self.note("hooks installed")

    def start(self):
        record = self.dice.choice(["mainline", "branch"])
        title = f"Idea {len(self.attempts) + 1}"
        self.note(f"start-attempt '{title}' --record {record}")
        self.tool("start-attempt", title, "--record", record)
        branch = self.git("branch", "--show-current")
        attempt = Attempt(len(self.attempts) + 1, branch, record)
        if f"-attempt-{attempt.number:03}-" not in branch:
            raise Wrong(f"attempt {attempt.number} is called {branch}")
        self.attempts.append(attempt)
        for _ in range(self.dice.randint(0, 2)):
            self.code(attempt)
        self.git("switch", "-q", "main")

    def code(self, attempt):
        attempt.code += 1
        self.append(f"part{attempt.number}.py", f"def idea_{attempt.number}_{attempt.code}(request):\n")
        self.append(f"part{attempt.number}.py", f"    return compute({attempt.number}, {attempt.code})\n\n")
        if self.dice.random() < 0.4:
            lines = self.read("app.py").split("\n")
            place = self.dice.randrange(len(lines))
            lines.insert(place, f"# idea {attempt.number} {attempt.code}: cache the request")
            self.write("app.py", "\n".join(lines))
        self.commit(f"Idea {attempt.number}: part {attempt.code}")

    def some(self, accepts):
        found = [attempt for attempt in self.attempts if accepts(attempt)]
        return self.dice.choice(found) if found else None

    def on_branch(self, attempt, change):
        self.git("switch", "-q", attempt.branch)
        change(attempt)
        self.git("switch", "-q", "main")

    def edit_code(self):
        if attempt := self.some(lambda one: one.exists):
            self.note(f"code on {attempt.branch}")
            self.on_branch(attempt, self.code)

    def edit_folder(self):
        if attempt := self.some(lambda one: one.exists):
            word = self.word()
            self.note(f"{word} in the folder, on {attempt.branch}")

            def change(attempt):
                name = self.dice.choice(["attempt-results.md", "solution-approach.md", "measured.txt"])
                self.append(f"{attempt.folder}/{name}", f"\nIt took {word} seconds.\n")
                attempt.words.add(word)
                self.commit(f"Results of idea {attempt.number}")

            self.on_branch(attempt, change)

    def edit_on_mainline(self):
        attempt = self.some(lambda one: os.path.isdir(self.path(one.folder)))
        word = self.word()
        kind = self.dice.choice(["folder", "log", "hub", "code"])
        if kind == "folder" and attempt:
            self.append(f"{attempt.folder}/notes-{self.dice.randint(1, 2)}.md", f"\nSeen later: {word}.\n")
            self.folder_words[word] = attempt.folder
        elif kind == "log" and attempt:
            text = self.read(f"{SAGA}/implementation-log.md")
            start = text.find(f"\n## Attempt {attempt.number:03}")
            if start < 0:
                return
            end = text.index("\n", start + 1)
            self.write(f"{SAGA}/implementation-log.md", f"{text[:end]}\n\nSaid of it: {word}.{text[end:]}")
            self.log_words.add(word)
        elif kind == "hub":
            self.append(f"{SAGA}/README.md", f"\nKnown by now: {word}.\n")
            self.hub_words.add(word)
        else:
            self.append("app.py", f"# {word}\n")
        self.note(f"{word} on main ({kind})")
        self.commit(f"Something about {word}")

    # Landing and taking back, with plain git

    def landed(self, attempt, kind, before):
        commits = self.git("rev-list", "--first-parent", f"{before}..main").split()
        # A hook's commit is none of the landing; the stub on a rebased branch is.
        commits = [commit for commit in commits if "Meta-Issue-Event: sync" not in self.body(commit)]
        attempt.landings.append((kind, commits[:1] if kind in ("merge", "squash") else commits))
        attempt.reverts = []
        self.deliver(attempt)

    def deliver(self, attempt):
        attempt.delivered = True
        for word in attempt.words:
            # Whoever resolved a conflict chose the mainline's side, words that only the branch had left out.
            if self.on_mainline(attempt.folder, word) or not (self.resolved or word in attempt.left_out):
                self.folder_words[word] = attempt.folder
            else:
                attempt.left_out.add(word)

    def land(self):
        attempt = self.some(lambda one: one.exists and one.code and not one.abandoned)
        if not attempt:
            return
        kind = self.dice.choice(["merge", "squash", "rebase", "fast-forward"])
        self.note(f"{kind} of {attempt.branch}")
        before = self.head()
        self.resolved = False
        if self.git("rev-list", "--count", f"main..{attempt.branch}") == "0":
            return
        if kind == "merge":
            self.settled(["merge", "-q", "--no-ff", "--no-edit", attempt.branch], "merge")
        elif kind == "squash":
            self.settled(["merge", "-q", "--squash", attempt.branch], None)
            if self.git("status", "--porcelain", "--untracked-files=no"):
                self.git("commit", "-q", "-m", f"Idea {attempt.number} (#{attempt.number})")
        elif kind == "rebase":
            self.git("switch", "-q", attempt.branch)
            if self.run(["git", "rebase", "-q", "main"], codes=None).returncode:
                self.git("rebase", "--abort")
                self.git("switch", "-q", "main")
                self.note("  gave up")
                return
            self.git("switch", "-q", "main")
            # git does not make commits again that a merge brought, whatever its resolution left out of them.
            attempt.words -= {
                word for word in attempt.left_out if not self.is_on(attempt.branch, attempt.folder, word)}
            self.git("merge", "-q", "--ff-only", attempt.branch)
        elif self.run(["git", "merge", "-q", "--ff-only", attempt.branch], codes=None).returncode:
            self.note("  gave up")
            return
        if self.head() != before:
            self.landed(attempt, kind, before)

    def settled(self, arguments, kind):
        """Runs git; of conflicts, documents stay as they are on the mainline and code takes the other side."""
        self.resolved = False
        done = self.run(["git", *arguments], codes=None)
        if done.returncode == 0:
            return
        if kind != "revert":
            if not self.git("diff", "--name-only", "--diff-filter=U"):
                raise Wrong(f"git {' '.join(arguments)}: {done.stderr}")
            self.note("  conflicts resolved")
            self.resolve()
            if kind == "merge":
                self.git("commit", "-q", "--no-edit")
            return
        while os.path.exists(self.path(".git/REVERT_HEAD")) or os.path.exists(self.path(".git/sequencer")):
            if self.git("diff", "--name-only", "--diff-filter=U"):
                self.note("  conflicts resolved")
                self.resolve()
            if self.run(["git", "revert", "--continue"], codes=None).returncode:
                if not self.git("diff", "--name-only", "--diff-filter=U"):
                    # Nothing is left of this one.
                    self.git("revert", "--skip", codes=None)

    def resolve(self):
        self.resolved = True
        for name in set(self.git("diff", "--name-only", "--diff-filter=U").split("\n")):
            stages = {line.split()[2] for line in self.git("ls-files", "-u", "--", name).split("\n")}
            wanted = "2" if name.startswith("docs/") else "3"
            if name.startswith("docs/") and "2" not in stages:
                wanted = "3"
            if wanted in stages:
                self.git("checkout", "--ours" if wanted == "2" else "--theirs", "--", name)
                self.git("add", "--", name)
            else:
                self.git("rm", "-q", "-f", "--", name)

    def revert(self):
        attempt = self.some(lambda one: one.landings and not one.reverts)
        if not attempt:
            return
        kind, commits = attempt.landings[-1]
        part = commits
        if len(commits) > 1 and self.dice.random() < 0.3:
            part = commits[: self.dice.randint(1, len(commits) - 1)]
        if not any(self.touches_code(commit) for commit in part):
            # Documents alone: whoever takes those back means it.
            return
        self.note(f"revert of the {kind} of attempt {attempt.number} ({len(part)} of {len(commits)})")
        before = self.head()
        options = ["-m", "1"] if kind == "merge" else []
        self.settled(["revert", "--no-edit", *options, *part], "revert")
        attempt.reverts = self.git("rev-list", "--first-parent", f"{before}..main", "--no-merges").split()
        attempt.reverts = [commit for commit in attempt.reverts if "Meta-Issue:" not in self.body(commit)]

    def touches_code(self, commit):
        names = self.git("diff", "--name-only", f"{commit}^1", commit).split("\n")
        return any(name and not name.startswith("docs/") for name in names)

    def body(self, commit):
        return self.git("log", "-1", "--format=%B", commit)

    def reapply(self):
        attempt = self.some(lambda one: one.reverts)
        if not attempt:
            return
        self.note(f"revert of the revert of attempt {attempt.number}")
        before = self.head()
        self.settled(["revert", "--no-edit", *attempt.reverts], "revert")
        commits = self.git("rev-list", "--first-parent", f"{before}..main").split()
        commits = [commit for commit in commits if "Meta-Issue:" not in self.body(commit)]
        if commits:
            attempt.landings.append(("reapply", commits))
        attempt.reverts = []

    # The program's own commands

    def own_land(self):
        attempt = self.some(lambda one: one.exists and one.code and not one.abandoned)
        if not attempt:
            return
        kind = self.dice.choice(["--merge", "--squash", "--rebase"])
        self.note(f"land-attempt {attempt.number} {kind}")
        before = self.head()
        self.resolved = False
        done = self.tool("land-attempt", str(attempt.number), kind, codes=(0, 1, 128))
        if done.returncode == 1 and "--continue" in done.stderr:
            if self.dice.random() < 0.5:
                self.tool("land-attempt", "--abort")
                if self.head() != before:
                    raise Wrong("land-attempt --abort left commits")
                return
            for _ in range(20):
                self.resolve()
                done = self.tool("land-attempt", "--continue", codes=(0, 1, 128))
                if done.returncode == 0:
                    break
                if not self.git("diff", "--name-only", "--diff-filter=U"):
                    self.tool("land-attempt", "--abort")
                    return
        if done.returncode == 0:
            commits = [
                commit for commit in self.git("rev-list", "--first-parent", f"{before}..main").split()
                if "Meta-Issue:" not in self.body(commit)]
            attempt.landings.append(("merge" if kind == "--merge" else "squash", commits))
            attempt.reverts = []
            self.deliver(attempt)
        else:
            self.note("  " + done.stderr.split("\n")[0])
            if self.head() != before:
                raise Wrong(f"a refused land-attempt moved main: {done.stderr}")

    def own_revert(self):
        attempt = self.some(lambda one: one.landings)
        if not attempt:
            return
        self.note(f"revert-attempt {attempt.number}")
        done = self.tool("revert-attempt", str(attempt.number), "--reason", "Too slow", codes=(0, 1, 128))
        if done.returncode == 1:
            self.tool("revert-attempt", "--abort")
        elif done.returncode == 0:
            commits = self.git("log", "--first-parent", "--format=%H", "-5", "main").split()
            mine = [commit for commit in commits if self.body(commit).startswith("Revert attempt")]
            attempt.reverts = mine[:1]
        else:
            self.note("  " + done.stderr.split("\n")[0])

    def own_abandon(self):
        attempt = self.some(lambda one: not one.landings and not one.abandoned)
        if not attempt:
            return
        tip = attempt.branch if attempt.exists else f"refs/metaissue/slow-service/{attempt.number:03}"
        brought = set(self.git("grep", "-h", "-o", "-w", "word[0-9]*q", tip, "--", attempt.folder, codes=None).split())
        options = ["--delete-branch"] if attempt.exists and self.dice.random() < 0.5 else []
        self.note(f"abandon-attempt {attempt.number} {' '.join(options)}")
        done = self.tool("abandon-attempt", str(attempt.number), "--reason", "No use", *options, codes=(0, 128))
        if done.returncode:
            self.note("  " + done.stderr.split("\n")[0])
            return
        attempt.abandoned = True
        attempt.exists = attempt.exists and not options
        for word in attempt.words:
            if word in brought or self.on_mainline(attempt.folder, word):
                self.folder_words[word] = attempt.folder
        attempt.delivered = True

    def on_mainline(self, folder, word):
        return self.is_on("main", folder, word)

    def is_on(self, branch, folder, word):
        return bool(self.git("grep", "-l", "-w", word, branch, "--", folder, codes=(0, 1)))

    def verdict(self):
        if attempt := self.some(lambda one: one.delivered):
            word = self.dice.choice(["failed", "partial", "success", "pending"])
            self.note(f"verdict {attempt.number} {word}")
            self.tool("verdict", str(attempt.number), word, "--reason", "Seen so", codes=(0, 128))

    def own_restore(self):
        if attempt := self.some(lambda one: one.delivered):
            self.note(f"restore {attempt.number}")
            self.tool("restore", str(attempt.number), codes=(0, 128))

    # Losing things

    def delete_branch(self):
        if attempt := self.some(lambda one: one.exists):
            self.note(f"branch -D {attempt.branch}")
            # What nobody saw cannot be kept: some command has run since the last commit on it.
            self.tool("sync", codes=None)
            self.git("checkout", "-q", "--", ".")
            self.git("clean", "-q", "-f", "-d")
            self.git("branch", "-D", attempt.branch)
            attempt.exists = False

    def collect(self):
        self.note("gc --prune=now")
        self.git("reflog", "expire", "--expire=now", "--all")
        self.git("gc", "-q", "--prune=now")

    def clone(self):
        self.sync()
        self.note("clone")
        copy = f"{self.folder}/clone"
        self.git("clone", "-q", self.root, copy, folder=self.folder)
        self.tool("sync", "--commit", folder=copy)
        self.expect_words("HEAD", copy)
        shutil.rmtree(copy)

    # What must hold

    def sync(self):
        self.note("sync --commit")
        said = self.tool("sync", "--commit").stdout
        if dirt := self.git("status", "--porcelain"):
            raise Wrong(f"after sync --commit:\n{dirt}")
        before = self.head()
        check = self.tool("sync", "--check", codes=(0, 1))
        if check.returncode:
            raise Wrong(f"sync --check finds something right after sync --commit:\n{said}---\n{check.stdout}")
        self.tool("sync", "--commit")
        if self.head() != before:
            raise Wrong("a second sync --commit makes a commit")
        self.expect_records(said)
        self.expect_words("main", self.root)

    def expect_words(self, commit, folder):
        def text(name):
            return self.git("show", f"{commit}:{name}", folder=folder)

        log = text(f"{SAGA}/implementation-log.md")
        lost = [word for word in self.log_words if word not in log]
        hub = text(f"{SAGA}/README.md")
        lost += [word for word in self.hub_words if word not in hub]
        found = set(self.git("grep", "-h", "-o", "-w", "word[0-9]*q", commit, "--", f"{SAGA}/attempts",
                             codes=(0, 1), folder=folder).split())
        lost += [word for word in self.folder_words if word not in found]
        if lost:
            raise Wrong(f"lost on {commit}: {' '.join(sorted(lost))}")
        if folder != self.root:
            return
        for attempt in self.attempts:
            tip = attempt.branch if attempt.exists else f"refs/metaissue/slow-service/{attempt.number:03}"
            kept = set(self.git("grep", "-h", "-o", "-w", "word[0-9]*q", tip, "--", attempt.folder, codes=(0, 1)).split())
            if gone := attempt.words - kept - found:
                raise Wrong(f"lost with the branch of attempt {attempt.number}: {' '.join(gone)}")

    def expect_records(self, said):
        report = json.loads(self.tool("status", "--json").stdout)
        states = {one["number"]: one["integration"]["state"] for one in report["sagas"][0]["attempts"]}
        log = self.git("show", f"main:{SAGA}/implementation-log.md")
        hub = self.git("show", f"main:{SAGA}/README.md")
        for attempt in self.attempts:
            number = f"{attempt.number:03}"
            if attempt.number not in states:
                raise Wrong(f"attempt {number} is not in status")
            # What reflogs tell `status`, documents do not take from them: to sync the attempt may still be open.
            isReported = states[attempt.number] in OPEN or any(
                f"attempt {number}{words}" in said for words in (": what was written in", " needs a look"))
            if isReported and f"git metaissue restore {number}" in said:
                # After a fast-forward, more commits on the branch can hide that it landed (rebased since, or the record
                # began on the mainline): history cannot tell a reversal then, and what that removed is reported with
                # the command that brings it back. Which is done here.
                self.reported += 1
                self.note(f"restore {number}, as sync says")
                self.tool("restore", number)
                self.expect_words("main", self.root)
            if attempt.delivered and self.git("cat-file", "-t", f"main:{attempt.folder}", codes=None) != "tree":
                raise Wrong(f"the folder of attempt {number} ({states[attempt.number]}) is gone")
            needed = attempt.record == "mainline" or states[attempt.number] in CLOSED or attempt.abandoned
            if f"attempt {number} needs a look" in said:
                needed = attempt.record == "mainline"
            if needed and log.count(f"\n## Attempt {number}") != 1:
                raise Wrong(f"attempt {number} ({states[attempt.number]}) has no section, or two")
            if needed and hub.count(f"\n| [{number}](") != 1:
                raise Wrong(f"attempt {number} ({states[attempt.number]}) has no row, or two")

    def end(self):
        self.sync()
        if complaint := self.git("fsck", "--strict", "--no-dangling"):
            raise Wrong(f"git fsck: {complaint}")
        for commit in self.git("log", "--format=%H", "--grep=^Meta-Issue: ", "main").split():
            names = self.git("diff-tree", "--no-commit-id", "--name-only", "-r", "-m", "--root", commit).split("\n")
            if strange := [name for name in names if name and name != ".metaissue" and not name.startswith(SAGA + "/")]:
                raise Wrong(f"the record's commit {commit} touches {strange}")

    def play(self):
        self.begin()
        self.start()
        moves = [
            (self.start, 2), (self.edit_code, 4), (self.edit_folder, 4), (self.edit_on_mainline, 4), (self.land, 5),
            (self.revert, 4), (self.reapply, 2), (self.own_land, 2), (self.own_revert, 2), (self.own_abandon, 1),
            (self.verdict, 1), (self.own_restore, 1), (self.delete_branch, 1), (self.collect, 1), (self.clone, 1),
            (self.sync, 3),
        ]
        names, weights = zip(*moves)
        for _ in range(self.dice.randint(6, 22)):
            self.dice.choices(names, weights)[0]()
        self.end()


def play(binary, seed):
    folder = tempfile.mkdtemp(prefix="metaissue-sequence-")
    world = World(binary, seed, folder)
    try:
        world.play()
        return seed, None, world.reported
    except Wrong as problem:
        steps = "\n".join(f"  {step}" for step in world.steps)
        if os.environ.get("METAISSUE_KEEP"):
            steps += f"\n  kept in {folder}"
        return seed, f"seed {seed}: {problem}\n{steps}", 0
    finally:
        if not os.environ.get("METAISSUE_KEEP"):
            shutil.rmtree(folder, ignore_errors=True)


def main():
    options = argparse.ArgumentParser()
    options.add_argument("binary")
    options.add_argument("--count", type=int, default=int(os.environ.get("METAISSUE_SEQUENCES", "20")))
    options.add_argument("--seed", type=int, default=1)
    options.add_argument("--jobs", type=int, default=os.cpu_count() or 1)
    options.add_argument("--seconds", type=float, help="start no sequence after this time")
    options.add_argument("--go-on", action="store_true", help="do not stop at the first failures")
    given = options.parse_args()
    binary = os.path.abspath(given.binary)
    began = time.monotonic()
    failures = []
    done = 0
    reported = 0

    def one(seed):
        if given.seconds and time.monotonic() - began > given.seconds:
            return seed, "", 0
        if failures and not given.go_on:
            return seed, "", 0
        return play(binary, seed)

    with ThreadPoolExecutor(given.jobs) as pool:
        for _, failure, named in pool.map(one, range(given.seed, given.seed + given.count)):
            if failure == "":
                continue
            done += 1
            reported += named
            if failure:
                failures.append(failure)
                print(failure, flush=True)
    print(f"sequences: {done - len(failures)} of {done} kept every promise; {reported} losses were reported and "
          f"brought back on request ({time.monotonic() - began:.0f} s)")
    return 1 if failures or not done else 0


if __name__ == "__main__":
    sys.exit(main())
