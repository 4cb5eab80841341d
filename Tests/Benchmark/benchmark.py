#!/usr/bin/env python3
"""How long `git metaissue status` takes, as a ratio to plain git in the same run.

    benchmark.py --binary GIT-METAISSUE [--runs N] [--mainline main] REPOSITORY...

Every REPOSITORY is a bare repository with attempt branches (made by any generator) that this program may change: it
writes and removes its commit-graph, its `metaissue` folder, and puts one commit on the mainline and takes it back.

L is `git log --first-parent --format=%B MAINLINE`, R is `git rev-parse HEAD`; each figure is the median of N interleaved
runs. CPU is user and system time of the process and all it started; memory is the largest resident set.
"""
import argparse
import json
import os
import shutil
import statistics
import subprocess
import sys
import time


def run(command, where):
    """Wall seconds, CPU seconds, peak memory in MB of one run."""
    started = time.perf_counter()
    process = subprocess.Popen(command, cwd=where, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    _, status, usage = os.wait4(process.pid, 0)
    wall = time.perf_counter() - started
    if status != 0:
        sys.exit(f"{' '.join(command)} in {where}: status {status}")
    return wall, usage.ru_utime + usage.ru_stime, usage.ru_maxrss / 1024


def git(where, *arguments):
    return subprocess.run(["git", *arguments], cwd=where, check=True, capture_output=True, text=True).stdout.strip()


def medians(rows):
    return [statistics.median(column) for column in zip(*rows)]


class Bench:
    def __init__(self, repository, options):
        self.where = repository
        self.options = options
        self.status = [options.binary, "status", "--json"]
        self.log = ["git", "log", "--first-parent", "--format=%B", options.mainline]
        self.state = os.path.join(git(repository, "rev-parse", "--absolute-git-dir"), "metaissue")
        self.objects = os.path.join(git(repository, "rev-parse", "--absolute-git-dir"), "objects")

    def forget(self):
        shutil.rmtree(self.state, ignore_errors=True)

    def drop_graph(self):
        shutil.rmtree(os.path.join(self.objects, "info", "commit-graphs"), ignore_errors=True)
        try:
            os.remove(os.path.join(self.objects, "info", "commit-graph"))
        except FileNotFoundError:
            pass

    def interleaved(self, first, second, before=lambda: None, runs=None):
        """Medians of two commands that take turns; `before` comes before every run of the second."""
        one, two = [], []
        for _ in range(runs or self.options.runs):
            one.append(run(first, self.where))
            before()
            two.append(run(second, self.where))
        return medians(one), medians(two)

    def report(self, name, base, base_name, found):
        wall, cpu, memory = found
        print(
            f"| {name} | {wall * 1000:,.1f} ms | {wall / base[0]:.2f} {base_name} | {cpu / base[1]:.2f} {base_name} "
            f"| {memory:.0f} MB |"
        )

    def advance(self):
        """One mainline commit more, that changes a file no attempt touches, as a colleague's would."""
        mainline = f"refs/heads/{self.options.mainline}"
        tip = git(self.where, "rev-parse", mainline)
        index = os.path.join(self.where, "benchmark-index")
        environment = dict(os.environ, GIT_INDEX_FILE=index)
        blob = subprocess.run(
            ["git", "hash-object", "-w", "--stdin"], cwd=self.where, input=str(time.time()), check=True,
            capture_output=True, text=True).stdout.strip()
        for command in (
            ["read-tree", tip],
            ["update-index", "--add", "--cacheinfo", f"100644,{blob},benchmark/another-file"],
        ):
            subprocess.run(["git", *command], cwd=self.where, env=environment, check=True)
        tree = subprocess.run(
            ["git", "write-tree"], cwd=self.where, env=environment, check=True, capture_output=True, text=True
        ).stdout.strip()
        os.remove(index)
        commit = git(
            self.where, "-c", "user.name=Benchmark", "-c", "user.email=benchmark@example.org", "commit-tree", "-p", tip,
            "-m", "Another file", tree)
        git(self.where, "update-ref", mainline, commit)
        return mainline, tip

    def recipes(self, attempts):
        """`rev-list --count` and `git cherry`, a branch at a time, for a sample; seconds for all branches."""
        branches = git(self.where, "for-each-ref", "--format=%(refname)", "refs/heads/").split("\n")
        branches = [branch for branch in branches if branch != f"refs/heads/{self.options.mainline}"]
        sample = branches[:: max(1, len(branches) // 5)][:5]
        spent = 0
        for branch in sample:
            spent += run(["git", "rev-list", "--count", f"{self.options.mainline}..{branch}"], self.where)[0]
            spent += run(["git", "cherry", self.options.mainline, branch], self.where)[0]
        return spent / max(1, len(sample)) * attempts

    def all(self):
        self.forget()
        self.drop_graph()
        shown = json.loads(subprocess.run(self.status, cwd=self.where, check=True, capture_output=True).stdout)
        attempts = sum(len(saga["attempts"]) for saga in shown["sagas"])
        commits = int(git(self.where, "rev-list", "--count", "--first-parent", self.options.mainline))
        print(f"\n### {commits:,} mainline commits, {attempts:,} attempts\n")
        print("| what | wall | wall ratio | CPU ratio | peak memory |\n| --- | --- | --- | --- | --- |")

        base, found = self.interleaved(self.log, self.status, self.forget)
        print(f"| L: git log --first-parent --format=%B | {base[0] * 1000:,.1f} ms | 1 L | 1 L | {base[2]:.0f} MB |")
        raw = run(["git", "log", "--raw", "--first-parent", self.options.mainline], self.where)
        self.report("git log --raw --first-parent", base, "L", raw)
        self.report("status, nothing cached, no commit-graph", base, "L", found)
        cold = found[0]

        git(self.where, "commit-graph", "write", "--reachable", "--changed-paths")
        base, found = self.interleaved(self.log, self.status, self.forget)
        self.report("status, nothing cached, commit-graph with filters", base, "L", found)

        run(self.status, self.where)
        quick = max(self.options.runs, 15)
        base, found = self.interleaved(["git", "rev-parse", "HEAD"], self.status, runs=quick)
        self.report("status again, nothing new", base, "R", found)
        mainline, tip = self.advance()
        base, found = self.interleaved(["git", "rev-parse", "HEAD"], self.status, runs=quick)
        self.report("status again after one mainline commit", base, "R", found)
        git(self.where, "update-ref", mainline, tip)

        if attempts and not self.options.no_recipes:
            spent = self.recipes(attempts)
            print(f"\n`rev-list --count` and `git cherry` for every attempt (from a sample): {spent:,.0f} s, "
                  f"{spent / cold:,.0f} times the first `status`.")
        self.forget()
        self.drop_graph()


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--binary", required=True, type=os.path.abspath)
    parser.add_argument("--runs", type=int, default=5)
    parser.add_argument("--mainline", default="main")
    parser.add_argument("--no-recipes", action="store_true", help="leave the branch-at-a-time recipes out")
    parser.add_argument("repositories", nargs="+")
    options = parser.parse_args()
    version = git(".", "--version")
    print(f"{version}; {os.cpu_count()} processors; medians of {options.runs}")
    for repository in options.repositories:
        Bench(os.path.abspath(repository), options).all()


main()
