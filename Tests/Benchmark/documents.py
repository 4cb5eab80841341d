#!/usr/bin/env python3
"""How long `git metaissue sync` takes over large documents, as a ratio to reading and hashing them in the same run.

    documents.py --binary GIT-METAISSUE [--runs N] [--attempts N] [--megabytes M] [--keep FOLDER]

Makes a repository with one saga of N attempts (1,000), each landed by a merge, whose documents have M megabytes (5)
together, and brings it up to date once. Then, in turn, N runs each: `git hash-object` of every file of the record,
`sha1sum` of them, `sync` with nothing to do, and `sync --check`. Figures are medians; the first sync of all, which makes
the survey of history, is shown as well.
"""
import argparse
import os
import shutil
import statistics
import subprocess
import sys
import tempfile
import time

SAGA = "docs/meta-issues/slow-service"


def call(command, where, text=None, allowed=(0,)):
    done = subprocess.run(command, cwd=where, input=text, capture_output=True, text=isinstance(text, str) or text is None)
    if done.returncode not in allowed:
        sys.exit(f"{' '.join(command)}: {done.returncode}\n{done.stdout}{done.stderr}")
    return done.stdout


def timed(command, where, text=None):
    started = time.perf_counter()
    call(command, where, text)
    return time.perf_counter() - started


def words(number, size):
    line = f"What attempt {number} taught about requests, caches, pools and queues of the slow service.\n"
    return line * (size // len(line) + 1)


def history(count, size):
    """The stream for git fast-import: every attempt has a folder, one commit on its branch, and a merge."""
    out = []
    clock = 1_725_181_200

    def commit(reference, mark, message, parents, files):
        nonlocal clock
        clock += 3600
        who = f"Ann Author <ann@example.org> {clock} +0000"
        out.append(f"commit {reference}\nmark :{mark}\nauthor {who}\ncommitter {who}\n")
        out.append(f"data {len(message.encode())}\n{message}\n")
        for word, parent in zip(["from"] + ["merge"] * 9, parents):
            out.append(f"{word} {parent}\n")
        for path, content in files:
            out.append(f"M 100644 inline {path}\ndata {len(content.encode())}\n{content}\n")

    last = "refs/heads/main^0"
    for number in range(1, count + 1):
        name = f"{number:03}-idea"
        branch = f"refs/heads/perf-attempt-{name}"
        folder = f"{SAGA}/attempts/{name}"
        commit(branch, 2 * number, f"Idea {number}\n", [last], [
            (f"part{number}.py", f"def idea_{number}(request):\n    return compute({number}, request)\n"),
            (f"{folder}/solution-approach.md", f"# Attempt {number:03}: Idea {number}\n\n" + words(number, size)),
            (f"{folder}/attempt-results.md", f"# Results of attempt {number:03}\n\n" + words(number, size)),
        ])
        commit("refs/heads/main", 2 * number + 1, f"Merge branch 'perf-attempt-{name}'\n", [last, f":{2 * number}"], [])
        # A merge made by fast-import has its first parent's tree: the files are given again.
        out.append(f"M 100644 inline part{number}.py\n")
        content = f"def idea_{number}(request):\n    return compute({number}, request)\n"
        out.append(f"data {len(content)}\n{content}\n")
        for file, title in (("solution-approach.md", f"# Attempt {number:03}: Idea {number}\n\n"),
                            ("attempt-results.md", f"# Results of attempt {number:03}\n\n")):
            content = title + words(number, size)
            out.append(f"M 100644 inline {folder}/{file}\ndata {len(content)}\n{content}\n")
        last = f":{2 * number + 1}"
    return "".join(out)


def make(where, binary, count, size):
    call(["git", "init", "-q", "-b", "main", where], ".")
    for key, value in (("user.name", "Ann"), ("user.email", "ann@example.org"), ("gc.auto", "0")):
        call(["git", "config", key, value], where)
    call(["git", "commit", "-q", "--allow-empty", "-m", "A service"], where)
    call([binary, "new", "Slow Service"], where)
    call(["git", "fast-import", "--quiet"], where, history(count, size))
    call(["git", "repack", "-adq"], where)
    call(["git", "reset", "-q", "--hard"], where)
    started = time.perf_counter()
    call([binary, "sync", "--commit"], where)
    first = time.perf_counter() - started
    path = os.path.join(where, SAGA, "implementation-log.md")
    with open(path, encoding="utf-8") as file:
        log = file.read()
    # Prose in every section, as people write it.
    for number in range(1, count + 1):
        heading = f"\n## Attempt {number:03}: Idea {number}\n"
        assert heading in log, heading
    log = "".join(
        part + (words(index, size) + "\n" if part.startswith("**Verdict:") else "")
        for index, part in enumerate(log.splitlines(keepends=True)))
    with open(path, "w", encoding="utf-8") as file:
        file.write(log)
    call(["git", "commit", "-qam", "Prose"], where)
    call([binary, "sync", "--commit"], where)
    call(["git", "gc", "-q"], where)
    return first


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--binary", required=True, type=os.path.abspath)
    parser.add_argument("--runs", type=int, default=9)
    parser.add_argument("--attempts", type=int, default=1000)
    parser.add_argument("--megabytes", type=float, default=5)
    parser.add_argument("--keep", help="make the repository in this folder, or use the one that is there")
    options = parser.parse_args()
    folder = options.keep or tempfile.mkdtemp(prefix="metaissue-documents-")
    where = os.path.join(folder, "repo")
    first = None
    if not os.path.isdir(where):
        os.makedirs(folder, exist_ok=True)
        size = int(options.megabytes * 1_000_000 / options.attempts / 3.3)
        first = make(where, options.binary, options.attempts, size)
    names = call(["git", "ls-files", "--", SAGA], where).split("\n")[:-1]
    total = sum(os.path.getsize(os.path.join(where, name)) for name in names)
    listing = "\n".join(names) + "\n"
    rows = []
    for _ in range(options.runs + 1):
        rows.append((
            timed(["git", "hash-object", "--stdin-paths"], where, listing),
            timed(["xargs", "sha1sum"], where, listing),
            timed([options.binary, "sync"], where),
            timed([options.binary, "sync", "--check"], where),
        ))
    hashed, summed, sync, check = (statistics.median(column) for column in zip(*rows[1:]))
    print(f"{options.attempts} attempts, {len(names)} documents, {total / 1e6:.1f} MB")
    if first is not None:
        print(f"first sync, with the survey of history   {first * 1000:7.0f} ms")
    print(f"git hash-object of every document        {hashed * 1000:7.0f} ms")
    print(f"sha1sum of every document                {summed * 1000:7.0f} ms")
    print(f"sync, nothing to do                      {sync * 1000:7.0f} ms  {sync / hashed:5.2f} times hash-object")
    print(f"sync --check                             {check * 1000:7.0f} ms  {check / hashed:5.2f} times hash-object")
    if not options.keep:
        shutil.rmtree(folder)


if __name__ == "__main__":
    main()
