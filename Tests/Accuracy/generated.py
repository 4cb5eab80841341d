#!/usr/bin/env python3
"""Compares `status --json` with the truth file of generated repositories.

REPOSITORY.truth.json lists every attempt: `n`, `branch`, `tip`, `outcome`, `landing`, `revert`, `reapplied`, `state`.
Three views are asked of each repository, all without touching it: every branch kept (`kept`); branches of what landed
deleted, and an anchor for every attempt (`anchors`); the same without anchors (`none`).
"""
import argparse
import collections
import json
import os
import shutil
import subprocess

from hidden_history import git, git_directory, print_table, status

LANDED = {"landed", "partly-landed", "reverted", "partly-reverted", "reapplied"}
REVERTED = {"reverted", "partly-reverted"}
LANDING_RULES = {"ancestor", "changeset", "containment", "patch", "lines", "claim", "carried"}


def build_view(repository, truth, view, directory):
    """A repository that borrows the other one's objects and has the references of a view."""
    shutil.rmtree(directory, ignore_errors=True)
    subprocess.run(["git", "init", "-q", "--bare", "-b", "main", directory], check=True)
    with open(os.path.join(directory, "objects/info/alternates"), "w") as file:
        file.write(os.path.abspath(os.path.join(git_directory(repository), "objects")) + "\n")
    references = {"refs/heads/main": truth["main"]}
    for attempt in truth["attempts"]:
        if view == "kept" or not attempt["landing"]:
            references["refs/heads/" + attempt["branch"]] = attempt["tip"]
        if view == "anchors":
            references["refs/metaissue/perf/%03d" % attempt["n"]] = attempt["tip"]
    with open(os.path.join(directory, "packed-refs"), "w") as file:
        for name, commit in sorted(references.items()):
            file.write(f"{commit} {name}\n")


def carriers(number, attempts):
    """The landed attempts that are stacked on one that did not land by itself: they carried its commits along."""
    found, pending = [], [number]
    while pending:
        below = pending.pop()
        for attempt in attempts:
            if attempt.get("stacked_on") == below:
                found.append(attempt)
                pending.append(attempt["n"])
    return [attempt for attempt in found if attempt["landing"]]


def changes_nothing(repository, attempt):
    """Whether the whole of an attempt changes no file: such a one has nothing that could land."""
    base = git(repository, "merge-base", attempt["landing"][0] + "^1", attempt["tip"])
    return not git(repository, "diff", "--name-only", base, attempt["tip"])


def compare(expected, attempt, carried_by, counts):
    """Counts one attempt; gives what is wrong with the answer, in words."""
    state = attempt["integration"]["state"]
    if state == "unknown":
        counts["unknown"] += 1
        return []
    wrong = []
    landed = bool(expected["landing"])
    if landed != (state in LANDED) and (landed or not carried_by):
        wrong.append("landed" if state in LANDED else "not landed")
    reverted = expected["state"] in ("reverted", "partly-reverted")
    taken_along = any(other["revert"] for other in carried_by)
    if reverted != (state in REVERTED) and not taken_along:
        wrong.append("reverted" if state in REVERTED else "not reverted")
    elif reverted and expected["state"] != state:
        counts["extent"] += 1
    named = {entry["commit"] for entry in attempt["integration"]["landings"]}
    if landed and named and not named & set(expected["landing"] + expected["reapplied"]):
        wrong.append("landing commit")
    if wrong:
        evidence = attempt["integration"]["evidence"]
        if wrong[0] == "reverted":
            said = {commit for entry in attempt["integration"]["reversals"] for commit in entry["commits"]}
            levels = {e["certainty"] for e in evidence if e["commit"] in said - set(expected["revert"])}
        else:
            levels = {e["certainty"] for e in evidence if e["rule"] in LANDING_RULES}
        if levels & {"exact", "strong"}:
            counts["false, exact or strong"] += 1
    for word in wrong:
        counts[word] += 1
    return wrong


COLUMNS = ["unknown", "nothing", "landed", "not landed", "landing commit", "reverted", "not reverted", "extent",
           "false, exact or strong"]


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("binary")
    parser.add_argument("scratch", help="directory for the views; replaced")
    parser.add_argument("repositories", nargs="+")
    parser.add_argument("--views", default="kept,anchors,none")
    parser.add_argument("--list", action="store_true", help="list every wrong answer")
    options = parser.parse_args()
    rows, sums = [], collections.defaultdict(collections.Counter)
    for repository in options.repositories:
        with open(repository.rstrip("/") + ".truth.json") as file:
            truth = json.load(file)
        for view in options.views.split(","):
            build_view(repository, truth, view, options.scratch)
            attempts = status(options.binary, options.scratch)
            counts = collections.Counter()
            for expected in truth["attempts"]:
                attempt = attempts.get(expected["n"])
                if attempt is None:
                    counts["not listed"] += 1
                    continue
                counts["listed"] += 1
                carried_by = [] if expected["landing"] else carriers(expected["n"], truth["attempts"])
                if expected["landing"] and attempt["integration"]["state"] not in LANDED | {"unknown"} \
                        and changes_nothing(git_directory(repository), expected):
                    counts["nothing"] += 1
                    continue
                wrong = compare(expected, attempt, carried_by, counts)
                if wrong and options.list:
                    evidence = [(e["rule"], e["certainty"], e["detail"], (e["commit"] or "")[:10])
                                for e in attempt["integration"]["evidence"]]
                    print(f"{repository} {view} {expected['n']} {wrong}: truth "
                          + str({key: expected.get(key) for key in (
                              "state", "outcome", "style", "drift", "reverted", "revert_conflict", "stacked_on",
                              "tweaked", "commits", "landed_via")})
                          + f" landing {[c[:10] for c in expected['landing']]} revert "
                          f"{[c[:10] for c in expected['revert']]} reapplied {[c[:10] for c in expected['reapplied']]}"
                          f" is {attempt['integration']['state']} landings "
                          f"{[e['commit'][:10] for e in attempt['integration']['landings']]} reversals "
                          f"{[[c[:10] for c in e['commits']] for e in attempt['integration']['reversals']]} {evidence}")
            rows.append([os.path.basename(repository.rstrip("/")), view, counts["listed"]]
                        + [counts[column] for column in COLUMNS])
            sums[view] += counts
    for view, counts in sums.items():
        rows.append(["all", view, counts["listed"]] + [counts[column] for column in COLUMNS])
    print_table(["repository", "branches", "attempts", "unknown", "changes nothing", "false landed", "false open",
                 "landing commit wrong", "false reverted", "reversal missed", "extent differs", "false, exact or strong"], rows)


main()
