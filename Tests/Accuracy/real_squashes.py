#!/usr/bin/env python3
"""Do squash merges of a real project lead back to the right mainline commit, with all messages hidden?

REPOSITORY holds a project's mainline (HEAD) and its pull requests' heads (refs/pull/N/head). Truth: a first-parent
commit with one parent whose subject ends with (#N) landed pull request N. Mainline and heads are copied with neutral
messages into a scratch repository, each head as the branch `perf-attempt-N-x`, and `status --json` is asked.
"""
import argparse
import collections
import random
import re

from hidden_history import (
    HiddenCopy, certainty, first_parents, git, git_directory, print_table, read_commits, status)

SUBJECT = re.compile(r"\(#(\d+)\)$")


def merged_requests(directory, tip, commits):
    """Landing commit and head by request number, and why others were left out."""
    heads = {}
    for line in git(directory, "for-each-ref", "--format=%(refname) %(objectname)", "refs/pull/*/head").splitlines():
        name, commit = line.split()
        heads[int(name.split("/")[2])] = commit
    landings = collections.defaultdict(list)
    for step in first_parents(commits, tip):
        match = SUBJECT.search(commits[step].subject.strip())
        if match and len(commits[step].parents) == 1:
            landings[int(match[1])].append(step)
    found, left_out = {}, collections.Counter()
    for number, steps in landings.items():
        if number not in heads:
            left_out["no head"] += 1
        elif len(steps) > 1:
            left_out["several commits name it"] += 1
        elif heads[number] in commits:
            left_out["head is on the mainline"] += 1
        else:
            found[number] = (steps[0], heads[number])
    return found, left_out


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("repository")
    parser.add_argument("binary")
    parser.add_argument("scratch", help="directory for the copy; replaced")
    parser.add_argument("--sample", type=int, default=1000, help="how many pull requests (1000)")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--list", action="store_true", help="list every answer that is not right")
    options = parser.parse_args()

    directory = git_directory(options.repository)
    tip = git(directory, "rev-parse", "HEAD")
    found, left_out = merged_requests(directory, tip, read_commits(directory, [tip]))
    numbers = sorted(found)
    if len(numbers) > options.sample:
        numbers = sorted(random.Random(options.seed).sample(numbers, options.sample))

    copy = HiddenCopy(directory, options.scratch)
    commits = read_commits(directory, [tip] + [found[number][1] for number in numbers])
    copy.rewrite(commits)
    old_ids = {new: old for old, new in copy.new_ids.items()}
    copy.references["refs/heads/main"] = copy.new_ids[tip]
    for number in numbers:
        copy.references[f"refs/heads/perf-attempt-{number}-x"] = copy.new_ids[found[number][1]]
    copy.finish()

    attempts = status(options.binary, options.scratch)
    table = collections.Counter()
    for number in numbers:
        landing, head = found[number]
        attempt = attempts[number]
        named = {entry["commit"] for entry in attempt["integration"]["landings"]}
        if copy.new_ids[landing] in named:
            answer, level = "right", certainty(attempt, {copy.new_ids[landing]})
        elif named:
            answer, level = "wrong", certainty(attempt, named)
        else:
            answer, level = "none", attempt["integration"]["state"]
        table[answer, level] += 1
        if options.list and answer != "right":
            rules = [(e["rule"], e["certainty"], old_ids.get(e["commit"], "-")[:12])
                     for e in attempt["integration"]["evidence"]]
            print(f"#{number} {answer}: head {head[:12]} landed as {landing[:12]}, "
                  f"state {attempt['integration']['state']}, {rules}")
    print(f"{tip[:12]}: {len(numbers)} of {len(found)} squash merges; left out: {dict(left_out)}")
    total = len(numbers)
    print_table(["landing commit", "certainty or state", "count", "%"],
                [[answer, level, count, f"{100 * count / total:.1f}"]
                 for (answer, level), count in sorted(table.items(), key=lambda item: item[0])])
    right = sum(count for (answer, _), count in table.items() if answer == "right")
    false = sum(count for (answer, level), count in table.items()
                if answer == "wrong" and level in ("exact", "strong"))
    print(f"found {right} of {total} ({100 * right / total:.2f} %); wrong among exact and strong: {false}")


main()
