#!/usr/bin/env python3
"""Are the reverts of a real project found from content alone, and nothing else taken for one?

REPOSITORY holds a project's mainline (HEAD). Truth: a commit that says `This reverts commit X`, where X is a
first-parent commit or the only commit that a merge brought in. X becomes an attempt: a branch with X's parent's tree
below X's tree (a merge's own branch where X is a merge). As many commits again, drawn by lot among those that no
message speaks of taking back, are the controls. Mainline and branches are copied with neutral messages into a scratch
repository, and `status --json` is asked.
"""
import argparse
import collections
import random
import re

from hidden_history import (
    HiddenCopy, certainty, first_parents, git, git_directory, print_table, read_commits, status)

REVERTS = re.compile(r"^\s*This reverts commits? ((?:[0-9a-f]{7,40}(?:,|\s|and)*)+)", re.M)
NAMED = re.compile(r"[0-9a-f]{7,40}")


class Project:
    def __init__(self, directory):
        self.tip = git(directory, "rev-parse", "HEAD")
        self.commits = read_commits(directory, [self.tip])
        self.chain = first_parents(self.commits, self.tip)
        self.step = {commit: index for index, commit in enumerate(self.chain)}
        self.reach = {}
        for index, commit in enumerate(self.chain):
            pending = [commit]
            while pending:
                one = pending.pop()
                if one not in self.reach:
                    self.reach[one] = index
                    pending += self.commits[one].parents
        self.abbreviations = collections.defaultdict(list)
        for commit in self.commits:
            self.abbreviations[commit[:7]].append(commit)

    def full(self, digits):
        found = [commit for commit in self.abbreviations[digits[:7]] if commit.startswith(digits)]
        return found[0] if len(found) == 1 else None

    def landing(self, commit):
        """The step that brought in a commit and nothing else; None when there is none."""
        if commit in self.step:
            return self.step[commit] if self.commits[commit].parents else None
        index = self.reach[commit]
        merge = self.commits[self.chain[index]]
        if merge.parents[1:] == [commit] and all(
                self.reach[parent] < index for parent in self.commits[commit].parents):
            return index
        return None

    def reversals(self):
        """Landing step -> the steps of the commits that say they revert it, later than it."""
        found = collections.defaultdict(set)
        spoken_of = set()
        for commit in self.commits.values():
            if "evert" not in commit.message and "ack out" not in commit.message:
                continue
            for digits in NAMED.findall(commit.message):
                if self.full(digits):
                    spoken_of.add(self.reach[self.full(digits)])
            for match in REVERTS.finditer(commit.message):
                named = NAMED.findall(match[1])
                whole = self.full(named[0]) if len(named) == 1 else None
                landed = self.landing(whole) if whole else None
                if landed is not None and self.reach[commit.id] > landed:
                    found[landed].add(self.reach[commit.id])
        return found, spoken_of


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("repository")
    parser.add_argument("binary")
    parser.add_argument("scratch", help="directory for the copy; replaced")
    parser.add_argument("--controls", type=int, default=300, help="how many controls (300)")
    parser.add_argument("--sample", type=int, default=1000, help="at most so many reverts (1000)")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--list", action="store_true", help="list what was missed and what is false")
    options = parser.parse_args()

    directory = git_directory(options.repository)
    project = Project(directory)
    reversals, spoken_of = project.reversals()
    subjects = {project.commits[commit].subject for commit in project.commits}
    lot = random.Random(options.seed)
    reverted = sorted(reversals)
    if len(reverted) > options.sample:
        reverted = sorted(lot.sample(reverted, options.sample))
    quiet = []
    for index, commit in enumerate(project.chain[1:], 1):
        subject = project.commits[commit].subject
        if index not in spoken_of and "evert" not in subject and f'Revert "{subject}"' not in subjects:
            quiet.append(index)
    controls = sorted(lot.sample(quiet, min(options.controls, len(quiet))))

    copy = HiddenCopy(directory, options.scratch)
    copy.rewrite(project.commits)
    old_ids = {new: old for old, new in copy.new_ids.items()}
    copy.references["refs/heads/main"] = copy.new_ids[project.tip]
    landed = {}
    for number, index in enumerate(reverted + controls, 1):
        commit = project.commits[project.chain[index]]
        if len(commit.parents) > 1:
            tip = copy.new_ids[commit.parents[1]]
        else:
            tip = copy.add(commit.tree, [copy.new_ids[commit.parents[0]]], commit.people)
        landed[number] = index
        copy.references[f"refs/heads/perf-attempt-{number}-x"] = tip
    copy.finish()

    attempts = status(options.binary, options.scratch)
    table = collections.Counter()
    for number, index in landed.items():
        attempt = attempts[number]
        state = attempt["integration"]["state"]
        found = [commit for entry in attempt["integration"]["reversals"] for commit in entry["commits"]]
        level = certainty(attempt, set(found))
        steps = {project.step[old_ids[commit]] for commit in found}
        landings = {project.step.get(old_ids[entry["commit"]]) for entry in attempt["integration"]["landings"]}
        if number <= len(reverted):
            kind = "reverted"
            answer = "found" if steps & reversals[index] else "another commit" if steps else "missed"
            if index not in landings:
                answer += ", landing differs"
        else:
            kind, answer = "control", "false" if steps else "quiet"
        table[kind, answer, state, level] += 1
        if options.list and answer not in ("found", "quiet"):
            said = [project.chain[step][:12] for step in sorted(reversals.get(index, ()))]
            rules = [(e["rule"], e["certainty"], old_ids.get(e["commit"], "-")[:12])
                     for e in attempt["integration"]["evidence"]]
            print(f"{number} {kind} {answer}: {project.chain[index][:12]} reverted by {said}, state {state}, {rules}")
    print(f"{project.tip[:12]}: {len(reverted)} of {len(reversals)} reverts, {len(controls)} controls")
    print_table(["what", "answer", "state", "certainty", "count"],
                [[*key, count] for key, count in sorted(table.items())])
    found = sum(count for key, count in table.items() if key[0] == "reverted" and key[1].startswith("found"))
    false = sum(count for key, count in table.items() if key[1] == "false")
    print(f"found {found} of {len(reverted)} ({100 * found / max(1, len(reverted)):.1f} %); "
          f"false among {len(controls)} controls: {false}")


main()
