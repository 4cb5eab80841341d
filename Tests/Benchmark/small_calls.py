#!/usr/bin/env python3
"""What a small call costs: hooks, `git commit` with them, `status` with nothing new; as ratios to plain git.

    small_calls.py --binary GIT-METAISSUE [--runs N] [--commits N] [--attempts N] [--keep DIRECTORY]

Makes a repository of its own with that many mainline commits and attempts, a third of them landed, packed, with the
hooks in files. Every figure is the median of N runs that take turns with what they are compared to. Memory is the
largest resident set, as GNU time (Debian's package `time`) tells it.
"""
import argparse
import os
import shutil
import statistics
import subprocess
import sys
import tempfile
import time

FILES = 300
ENVIRONMENT = {
    "PATH": os.environ["PATH"], "LC_ALL": "C.UTF-8", "METAISSUE_HOOKS": "on",
    "METAISSUE_HOOK_SECONDS": "60",
}


def timed(command, where):
    """Wall seconds of one run."""
    started = time.perf_counter()
    done = subprocess.run(
        command, cwd=where, env=ENVIRONMENT, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL, check=False)
    wall = time.perf_counter() - started
    if done.returncode != 0:
        sys.exit(f"{' '.join(map(str, command))}: status {done.returncode}")
    return wall


def memory(command, where):
    """Peak memory in MB of one run. What Python starts counts Python's own, so another program starts it."""
    done = subprocess.run(
        ["/usr/bin/time", "-f", "%M", *command], cwd=where, env=ENVIRONMENT, stdin=subprocess.DEVNULL,
        capture_output=True, text=True, check=True)
    return int(done.stderr.split()[-1]) / 1024


def run(where, *command, **more):
    subprocess.run(command, cwd=where, env=ENVIRONMENT, check=True, stdout=subprocess.DEVNULL, **more)


def history(commits):
    """A fast-import stream: `commits` commits on main, each to one of the files."""
    yield b"reset refs/heads/main\n"
    for number in range(commits + 1):
        text = b"".join(b"line %d of %d\n" % (line, number) for line in range(40))
        message = b"Change %d" % number
        yield b"commit refs/heads/main\ncommitter A <a@example.org> %d +0000\n" % (1_600_000_000 + 600 * number)
        yield b"data %d\n%s\n" % (len(message), message)
        for file in range(FILES) if number == 0 else [number % FILES]:
            yield b"M 100644 inline src/f%03d.txt\ndata %d\n%s\n" % (file, len(text), text)


def make(world, options):
    ENVIRONMENT["HOME"] = world
    with open(os.path.join(world, ".gitconfig"), "w", encoding="utf-8") as file:
        file.write("[user]\n\tname = A\n\temail = a@example.org\n[gc]\n\tauto = 0\n[maintenance]\n\tauto = false\n")
    where = os.path.join(world, "repository")
    os.mkdir(where)
    run(where, "git", "init", "-q", "-b", "main")
    run(where, "git", "fast-import", "--quiet", input=b"".join(history(options.commits)))
    run(where, "git", "reset", "-q", "--hard")
    run(where, options.binary, "new", "Slow Service")
    for number in range(1, options.attempts + 1):
        run(where, options.binary, "start-attempt", f"Try {number}", stderr=subprocess.DEVNULL)
        with open(os.path.join(where, f"try{number}.txt"), "w", encoding="utf-8") as file:
            file.write(f"step one of {number}\nstep two of {number}\n")
        run(where, "git", "add", "--all")
        run(where, "git", "commit", "-qm", f"Try {number}")
        branch = subprocess.run(
            ["git", "branch", "--show-current"], cwd=where, env=ENVIRONMENT, check=True, capture_output=True,
            text=True).stdout.strip()
        run(where, "git", "switch", "-q", "main")
        if number % 3 == 0:
            run(where, "git", "merge", "-q", "--no-ff", "--no-edit", branch)
    run(where, options.binary, "sync", "--commit", stderr=subprocess.DEVNULL)
    run(where, "git", "branch", "unconcerned")
    run(where, "git", "repack", "-adq")
    run(where, "git", "pack-refs", "--all")
    return where, branch


class Table:
    def __init__(self, runs):
        self.runs = runs
        print("| what | time | compared to | ratio | goal |\n| --- | --- | --- | --- | --- |")

    def turns(self, one, other):
        """Medians of two measurements that take turns."""
        found = ([], [])
        for index in range(self.runs):
            for side in (0, 1) if index % 2 else (1, 0):
                found[side].append((one, other)[side]())
        return [statistics.median(rows) for rows in found]

    def row(self, name, found, base, base_name, goal):
        print(
            f"| {name} | {found * 1000:.2f} ms | {base_name}, {base * 1000:.2f} ms | {found / base:.2f} | {goal} |",
            flush=True)


def commits(where, name, path="src/f001.txt"):
    """One measured commit after the other, each of one file."""
    count = 0

    def commit():
        nonlocal count
        count += 1
        with open(os.path.join(where, path), "a", encoding="utf-8") as file:
            file.write(f"{name} {count}\n")
        run(where, "git", "add", path)
        return timed(["git", "commit", "-qm", f"{name} {count}"], where)

    return commit


def measure(where, branch, options):
    plain = where + "-plain"
    shutil.copytree(where, plain, symlinks=True)
    # What no hook can be below: a shell, and a shell that starts another program.
    floors = {}
    for name, script in (("an empty script", "#!/bin/sh\n"), ("a script that starts /bin/true", "#!/bin/sh\n/bin/true\n")):
        floors[name] = shutil.copytree(where, f"{where}-{len(floors)}", symlinks=True)
        hook = os.path.join(floors[name], ".git", "hooks", "post-commit")
        with open(hook, "w", encoding="utf-8") as file:
            file.write(script)
        os.chmod(hook, 0o755)
    run(where, options.binary, "hooks", "install", "--mode", "files")
    table = Table(options.runs)

    def resolve():
        return timed(["git", "rev-parse", "HEAD"], where)

    def hook():
        return timed([options.binary, "hook", "post-commit"], where)

    run(where, "git", "switch", "-q", "unconcerned")
    hook()
    base, found = table.turns(resolve, hook)
    table.row("hook that concerns no attempt", found, base, "`git rev-parse HEAD`", 3)
    run(where, "git", "switch", "-q", branch)
    step = commits(plain, "other clone")
    run(plain, "git", "switch", "-q", branch)

    def moved():
        # The commit is made in the other clone, so that only the hook's own time counts.
        step()
        run(where, "git", "fetch", "-q", "--update-head-ok", plain, f"+{branch}:{branch}", stderr=subprocess.DEVNULL)
        return hook()

    base, found = table.turns(resolve, moved)
    table.row("hook on an attempt's branch, its anchor moved", found, base, "`git rev-parse HEAD`", 5)
    run(where, "git", "reset", "-q", "--hard")

    for name, head, path in (
        ("branch of no attempt", "unconcerned", "src/f001.txt"), ("branch of an attempt", branch, "src/f001.txt"),
        ("main, a file that no attempt changes", "main", "src/f002.txt"),
        ("main, a file that an attempt changes too", "main", "src/f001.txt"),
    ):
        for clone in (where, plain):
            run(clone, "git", "switch", "-q", head)
        base, found = table.turns(commits(plain, head, path), commits(where, head, path))
        table.row(f"`git commit` with hooks, {name}", found, base, "without", 1.3)

    for name, floor in floors.items():
        base, found = table.turns(commits(plain, name), commits(floor, name))
        table.row(f"`git commit` with {name} for a hook", found, base, "without", "-")

    def status():
        return timed([options.binary, "status"], where)

    status()
    base, found = table.turns(lambda: timed(["git", "status"], where), status)
    table.row(
        f"`status`, {options.attempts} attempts, {options.commits:,} commits, nothing new", found, base, "`git status`", 3)

    run(where, "git", "switch", "-q", branch)
    try:
        more = memory([options.binary, "hook", "post-commit"], where) - memory(["git", "rev-parse", "HEAD"], where)
        words = f"{more:.1f} MB more than `git rev-parse HEAD` (goal 10)"
    except FileNotFoundError:
        words = "memory was not measured: GNU time is not here"
    size = os.path.getsize(options.binary) / 1e6
    needs = subprocess.run(["ldd", options.binary], capture_output=True, text=True, check=False).stdout.split("\n")
    names = [line.split()[0].split("/")[-1] for line in needs if line.strip()]
    print(f"\nHook: {words}. Program: {size:.1f} MB (goal 20), needs {', '.join(names) if names else 'no library'}.")


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--binary", required=True, type=os.path.abspath)
    parser.add_argument("--runs", type=int, default=41)
    parser.add_argument("--commits", type=int, default=10_000)
    parser.add_argument("--attempts", type=int, default=50)
    parser.add_argument("--keep", help="make the repository here, and leave it")
    options = parser.parse_args()
    world = options.keep or tempfile.mkdtemp()
    os.makedirs(world, exist_ok=True)
    try:
        measure(*make(os.path.abspath(world), options), options)
    finally:
        if not options.keep:
            shutil.rmtree(world)


main()
