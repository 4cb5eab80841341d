"""A copy of a repository's commits with every message hidden: same authors, dates, trees and topology.

The copy is a bare repository of its own that borrows the trees and blobs of the original through
`objects/info/alternates`; the original is only read.
"""
import hashlib
import json
import os
import shutil
import struct
import subprocess
import zlib


def git(directory, *arguments, data=None):
    """The output of a git command, as text without the last newline."""
    result = subprocess.run(
        ["git", "--git-dir=" + directory, *arguments], input=data, stdout=subprocess.PIPE, check=True)
    return result.stdout.decode("utf-8", "replace").rstrip("\n")


def git_directory(path):
    """The git directory of a repository given as a work tree or as a git directory."""
    inner = os.path.join(path, ".git")
    return inner if os.path.isdir(inner) else path


class Commit:
    __slots__ = ("id", "tree", "parents", "people", "author", "message")

    def __init__(self, identifier, data):
        head, _, message = data.partition(b"\n\n")
        self.id, self.parents, self.people = identifier, [], []
        for line in head.split(b"\n"):
            key, _, value = line.partition(b" ")
            if key == b"tree":
                self.tree = value.decode()
            elif key == b"parent":
                self.parents.append(value.decode())
            elif key in (b"author", b"committer"):
                self.people.append(line)
        self.author = self.people[0].split(b">")[0]
        self.message = message.decode("utf-8", "replace")

    @property
    def subject(self):
        return self.message.split("\n", 1)[0]


def read_commits(directory, tips):
    """All commits that `tips` reach, parents before children, by id."""
    listing = git(directory, "rev-list", "--topo-order", "--reverse", "--stdin", data="\n".join(tips).encode())
    batch = subprocess.Popen(
        ["git", "--git-dir=" + directory, "cat-file", "--batch"], stdin=subprocess.PIPE, stdout=subprocess.PIPE)
    commits = {}
    ids = listing.split()
    for start in range(0, len(ids), 500):
        part = ids[start:start + 500]
        batch.stdin.write(("\n".join(part) + "\n").encode())
        batch.stdin.flush()
        for identifier in part:
            size = int(batch.stdout.readline().split()[2])
            commits[identifier] = Commit(identifier, batch.stdout.read(size))
            batch.stdout.read(1)
    batch.stdin.close()
    batch.wait()
    return commits


def first_parents(commits, tip):
    """The first-parent chain that ends at `tip`, oldest first."""
    chain = []
    while tip:
        chain.append(tip)
        tip = commits[tip].parents[0] if commits[tip].parents else None
    return chain[::-1]


class HiddenCopy:
    """The copy under construction: rewrite, add, set references, then `finish`."""

    def __init__(self, source, target):
        shutil.rmtree(target, ignore_errors=True)
        subprocess.run(["git", "init", "-q", "--bare", "-b", "main", target], check=True)
        with open(os.path.join(target, "objects/info/alternates"), "w") as file:
            file.write(os.path.abspath(os.path.join(source, "objects")) + "\n")
        self.target = target
        self.new_ids = {}
        self.objects = []
        self.references = {}

    def add(self, tree, parents, people):
        """Writes one commit whose message tells nothing, and gives its id."""
        lines = [b"tree " + tree.encode()] + [b"parent " + p.encode() for p in parents] + people
        body = b"\n".join(lines) + b"\n\nstep %d\n" % len(self.objects)
        self.objects.append(body)
        return hashlib.sha1(b"commit %d\0" % len(body) + body).hexdigest()

    def rewrite(self, commits):
        """Copies commits (parents first)."""
        for commit in commits.values():
            parents = [self.new_ids[parent] for parent in commit.parents]
            self.new_ids[commit.id] = self.add(commit.tree, parents, commit.people)

    def finish(self):
        """Writes the objects as one pack, and the references."""
        pack = [b"PACK" + struct.pack(">II", 2, len(self.objects))]
        for body in self.objects:
            size = len(body)
            header = [0x10 | size & 15]
            size >>= 4
            while size:
                header[-1] |= 0x80
                header.append(size & 0x7F)
                size >>= 7
            pack.append(bytes(header) + zlib.compress(body, 1))
        data = b"".join(pack)
        git(self.target, "index-pack", "--stdin", data=data + hashlib.sha1(data).digest())
        with open(os.path.join(self.target, "packed-refs"), "w") as file:
            for name, commit in sorted(self.references.items()):
                file.write(f"{commit} {name}\n")


def status(binary, directory):
    """The attempts that `git-metaissue status --json` tells of, by number."""
    result = subprocess.run(
        [os.path.abspath(binary), "status", "--json"], cwd=directory, stdout=subprocess.PIPE, check=True)
    return {attempt["number"]: attempt for saga in json.loads(result.stdout)["sagas"] for attempt in saga["attempts"]}


ORDER = ["exact", "strong", "likely", "weak", "contradicted", "none"]


def certainty(attempt, commits):
    """The strongest certainty of the evidence about some commits."""
    found = [e["certainty"] for e in attempt["integration"]["evidence"] if e.get("commit") in commits]
    return min(found, key=ORDER.index, default="none")


def print_table(header, rows):
    rows = [[str(cell) for cell in row] for row in rows]
    widths = [max(len(row[i]) for row in [header] + rows) for i in range(len(header))]
    for row in [header, ["-" * width for width in widths]] + rows:
        print("| " + " | ".join(cell.ljust(width) for cell, width in zip(row, widths)) + " |")
