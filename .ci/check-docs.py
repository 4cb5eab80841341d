#!/usr/bin/env python3
"""check-docs.py BINARY OUTPUTS: what the documentation says must be so.

BINARY is the built program. OUTPUTS is a folder with real outputs: demo.txt (`demo`), status.json (`status --json` in the
demo's repository), and whatever else a fenced block of a Markdown file claims to show with the comment
`<!-- real output: NAME -->` before it. Ids of commits are not compared; a line of three dots stands for lines left out.
"""

import difflib
import json
import os
import re
import shutil
import subprocess
import sys
import tempfile
import unicodedata

problems = []


def problem(place, text):
    problems.append(f"{place}: {text}")


def read(path):
    with open(path, encoding="utf-8") as file:
        return file.read()


def tracked(*patterns):
    listing = subprocess.run(["git", "ls-files", "-z", "--", *patterns], check=True, capture_output=True, text=True)
    return [path for path in listing.stdout.split("\0") if path]


# Options and commands


def commands(command, path=()):
    """Every command that help shows, as (words, its options, its arguments)."""
    for sub in command.get("subcommands", []):
        name = sub["commandName"]
        if not sub.get("shouldDisplay", True) or name == "help":
            continue
        arguments = sub.get("arguments", [])
        options = {
            ("--" if spelling["kind"] == "long" else "-") + spelling["name"]
            for argument in arguments
            if argument["kind"] != "positional" and argument.get("shouldDisplay", True)
            for spelling in argument["names"]
        }
        if not sub.get("subcommands"):
            yield (*path, name), options - {"--help", "-h", "--version"}
        yield from commands(sub, (*path, name))


def spelled_options(text):
    """The options that a piece of the manual page names, as they are typed."""
    lines = "\n".join(line for line in text.splitlines() if line.startswith((".It ", ".Op ", ".Fl ", ".Cm ")))
    found = re.findall(r"\bFl (-?[a-z][a-z-]*)", lines) + re.findall(r"[|,] (-[a-z][a-z-]*)", lines)
    return {"-" + option for option in found if option != "h"}


def check_manual(binary):
    dump = subprocess.run([binary, "--experimental-dump-help"], check=True, capture_output=True, text=True)
    page = read("Docs/git-metaissue.1").replace("\\-", "-")
    section = re.split(r"^\.Sh ", page, flags=re.M)
    parts = [part for part in section if part.startswith("COMMANDS")]
    body = parts[0] if parts else ""
    # A command's part begins with `.It Cm NAME …` in column one of the command list.
    described = {}
    name = None
    for line in body.splitlines():
        match = re.match(r"\.It Cm ([a-z-]+(?: [a-z-]+)?)(?: |$)", line)
        if match:
            name = match.group(1)
            described.setdefault(name, "")
        if name:
            described[name] += line + "\n"
    described.pop("help", None)  # the program's own, before arguments are parsed
    synopses = {}
    for entry in re.split(r"^\.Nm git metaissue$", page.split(".Sh SYNOPSIS", 1)[1].split(".Sh ", 1)[0], flags=re.M):
        match = re.search(r"^\.Cm ([a-z-]+)", entry, flags=re.M)
        if match:
            synopses[match.group(1)] = synopses.get(match.group(1), "") + entry
    known = dict(commands(json.loads(dump.stdout)["command"]))
    for words, options in known.items():
        spelled = " ".join(words)
        holder = described.get(spelled)
        if holder is None:
            problem("Docs/git-metaissue.1", f"does not describe the command '{spelled}'")
            continue
        documented = spelled_options(holder)
        for option in sorted(options - documented):
            problem("Docs/git-metaissue.1", f"'{spelled}' does not mention {option}")
        for option in sorted(documented - options):
            problem("Docs/git-metaissue.1", f"'{spelled}' mentions {option}, which the program does not have")
        for option in sorted(options - spelled_options(synopses.get(words[0], ""))):
            problem("Docs/git-metaissue.1", f"the synopsis of '{words[0]}' has no {option}")
    names = {" ".join(words) for words in known}
    for name in described.keys() - names:
        problem("Docs/git-metaissue.1", f"describes '{name}', which the program does not have")
    top = {name.split()[0] for name in names}
    for path in tracked("*.md"):
        for name in re.findall(r"(?:git metaissue|git-metaissue) ([a-z][a-z-]+)", "\n".join(code(read(path)))):
            if name not in top | {"hook", "help"}:
                problem(path, f"shows 'git metaissue {name}', which the program does not have")


def check_settings(binary):
    """The tables of settings are the program's; no other key is named anywhere."""
    forms = {"md": ("Docs/guide.md", "<!-- made by: {} -->\n\n| key | where | meaning | default |\n| --- | --- | --- | --- |\n"),
             "mdoc": ("Docs/git-metaissue.1", '.\\" Made by: {}\n.Bl -tag -width Ds\n')}
    keys = set()
    for form, (path, before) in forms.items():
        command = f"git metaissue config --describe={form}"
        made = subprocess.run([binary, "config", f"--describe={form}"], check=True, capture_output=True, text=True).stdout
        keys |= set(re.findall(r"^(?:\| `|\.It Li )((?:metaissue|color|pager)\.[\w.<>]+)", made, flags=re.M))
        if before.format(command) + made not in read(path):
            problem(path, f"has not the table that '{command}' prints")
    if not keys:
        problem("git metaissue config --describe", "prints no keys")
    names = {key.split(".", 1)[1].removeprefix("<saga>.") for key in keys}
    for path in tracked("*.md", "Docs/*.1"):
        for key in re.findall(r"\bmetaissue\.((?:<saga>\.)?[a-z]+(?:\.[a-z]+)?)(?=[`\s=|,.)]|$)", read(path)):
            if key.removeprefix("<saga>.") not in names | {"md"}:
                problem(path, f"mentions metaissue.{key}, which is no setting")


def check_pages(binary):
    """Every command has a page of its own, which manual page tools take without a word."""
    root = subprocess.run([binary, "--experimental-dump-help"], check=True, capture_output=True, text=True).stdout
    names = {words[0] for words, _ in commands(json.loads(root)["command"])}
    with tempfile.TemporaryDirectory() as prefix:
        subprocess.run([binary, "install", "--prefix", prefix], check=True, capture_output=True)
        folder = f"{prefix}/share/man/man1"
        for name in sorted(names):
            page = f"{folder}/git-metaissue-{name}.1"
            if not os.path.exists(page):
                problem("Docs/git-metaissue.1", f"gives '{name}' no page: it needs a synopsis and an item of COMMANDS")
                continue
            if shutil.which("mandoc"):
                lint = subprocess.run(["mandoc", "-T", "lint", "-W", "warning", page], capture_output=True, text=True)
                for line in (lint.stdout + lint.stderr).splitlines():
                    problem("Docs/git-metaissue.1", f"page of '{name}': {line.split('/')[-1]}")


def check_examples(binary):
    """EXAMPLES, played from the first line to the last in a new repository; `.\\" run: ` does what is not shown."""
    page = re.search(r"^\.Sh EXAMPLES\n(.*?)^\.Sh ", read("Docs/git-metaissue.1"), flags=re.M | re.S).group(1)
    shown = page.replace("\\-", "-").replace("\\e", "\\").splitlines()
    with tempfile.TemporaryDirectory() as world:
        os.makedirs(f"{world}/bin")
        os.makedirs(f"{world}/shop")
        os.symlink(os.path.abspath(binary), f"{world}/bin/git-metaissue")
        environment = dict(
            os.environ, PATH=f"{world}/bin:{os.environ['PATH']}", HOME=world, GIT_CONFIG_GLOBAL="/dev/null",
            GIT_CONFIG_NOSYSTEM="1", METAISSUE_HOOKS="on", LC_ALL="C.UTF-8")
        for name in ("AUTHOR", "COMMITTER"):
            environment.update({f"GIT_{name}_NAME": "A", f"GIT_{name}_EMAIL": "a@example.org"})
        script, wanted, literal = "git init -q -b main && git commit -q --allow-empty -m Shop\n", [], False
        for line in shown:
            if line.startswith((".Bd", ".Ed")):
                literal = line.startswith(".Bd")
            elif line.startswith('.\\" run: '):
                script += f"{{ {line[8:]}\n}} >/dev/null 2>&1\n"
            elif literal and line.startswith("$ "):
                # What `$?` stands for is left as it was.
                script += f"code=$?; echo '{line}'; (exit $code)\n{line[2:]}\n"
                wanted.append(line)
            elif literal:
                wanted.append(line)
        played = subprocess.run(
            ["sh"], input=script, cwd=f"{world}/shop", env=environment, stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT, text=True, check=False).stdout

    def even(line):
        return re.sub(r"\d{4}-\d\d-\d\d", "DATE", neutral(line))

    for line in difflib.unified_diff(
            list(map(even, wanted)), list(map(even, played.splitlines())), "EXAMPLES", "played", n=1, lineterm=""):
        problem("Docs/git-metaissue.1", line)


# Markdown


def code(text):
    """The lines in code blocks, and the spans of code in text."""
    fence = None
    for line in text.splitlines():
        match = re.match(r"\s*(```+|~~~+)", line)
        if match and (fence is None or line.strip() == fence):
            fence = None if fence else match.group(1)
        elif fence or line.startswith("    "):
            yield line
        else:
            yield from re.findall(r"`([^`]+)`", line)


def slug(heading):
    text = re.sub(r"[`*]", "", heading.strip().lower())
    kept = [c for c in text if c in " -_" or unicodedata.category(c)[0] in "LN"]
    return "".join(kept).replace(" ", "-")


def prose(text):
    return re.sub(r"`[^`\n]*`", "", re.sub(r"^(```+).*?^\1\s*$", "", text, flags=re.M | re.S))


def check_links():
    for path in tracked("*.md"):
        if path.startswith(("Tests/", "Sources/")):
            continue  # fixtures and templates link to files of the sagas they become part of
        for target in re.findall(r"\]\(([^)\s]+)\)", prose(read(path))):
            if re.match(r"[a-z]+:", target):
                continue
            file, _, anchor = target.partition("#")
            full = os.path.normpath(os.path.join(os.path.dirname(path), file)) if file else path
            if not os.path.exists(full):
                problem(path, f"links to {target}, which does not exist")
            elif anchor and anchor not in map(slug, re.findall(r"^#+ (.*)$", read(full), flags=re.M)):
                problem(path, f"links to {target}, but there is no such heading")


def check_paths():
    """Files and folders of this repository that documentation names."""
    for path in tracked("README.md", "Docs/*.md"):
        for span in re.findall(r"`([^`\n]+)`", read(path)):
            match = re.fullmatch(r"(?:Sources|Tests|Hooks|Docs|\.ci)/[\w./+-]*", span)
            if match and not os.path.exists(span):
                problem(path, f"names {span}, which does not exist")


def check_architecture():
    """Source files that architecture.md names are there."""
    names = {os.path.basename(path) for path in tracked("*.swift")}
    for name in re.findall(r"`([\w+]+\.swift)`", read("Docs/architecture.md")):
        if name not in names:
            problem("Docs/architecture.md", f"names {name}, which does not exist")


def neutral(line):
    line = re.sub(r"\b(?:[0-9a-f]{40}|[0-9a-f]{12}|[0-9a-f]{7})\b", "ID", line.rstrip())
    return re.sub(r"in \S*/\.git/hooks$", "in HOOKS", line)


def check_outputs(folder):
    shown = 0
    pattern = r"<!-- real output: ([\w.-]+) -->\n+(```+)\w*\n(.*?)^\2$"
    for path in tracked("README.md", "Docs/*.md"):
        for name, _, block in re.findall(pattern, read(path), flags=re.M | re.S):
            shown += 1
            file = os.path.join(folder, name)
            if not os.path.exists(file):
                problem(path, f"claims to show {name}, which this check was not given")
                continue
            rest = iter([neutral(line).strip() for line in read(file).splitlines()])
            for line in block.splitlines():
                wanted = neutral(line).strip()
                if wanted in ("", "...", "…"):
                    continue
                if wanted not in rest:
                    problem(path, f"shows as output of {name}, out of order or not at all: {line}")
                    break
    if not shown:
        problem("README.md", "shows no real output")


def main(binary, outputs):
    check_manual(binary)
    check_settings(binary)
    check_pages(binary)
    check_examples(binary)
    check_links()
    check_paths()
    check_architecture()
    check_outputs(outputs)
    for text in problems:
        print(f"error: {text}", file=sys.stderr)
    print(f"documentation: {len(problems)} problems")
    return 1 if problems else 0


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
