#!/usr/bin/env -S python3 -B
"""Whether the documentation is true, as far as a program can tell: links, code blocks, commands, names of settings, routes,
texts and tests. Each check answers what is wrong, a line each; `end2end/python/test_docs.py` runs them in `make test` and
tries them on pages that are wrong. Python's standard library only; YAML is looked at where PyYAML is, as it is in those tests."""

import json
import os
import re
import shlex
import shutil
import subprocess
import sys
import tempfile
import tomllib
from functools import cache
from pathlib import Path

try:
    import yaml
except ImportError:
    yaml = None

ROOT = Path(__file__).resolve().parent.parent
FENCE = re.compile(r"^( *)(```+)\s*(\S*)[^\n]*\n(.*?)^\1\2\s*$", re.MULTILINE | re.DOTALL)
# Not an image of another host, not `[x]: y`; a title in quotes may follow.
LINK = re.compile(r"\[((?:[^\[\]]|\[[^\]]*\])*)\]\(<?([^)\s>]*)>?(?:\s+\"[^\"]*\")?\)")
HEADING = re.compile(r"^#{1,6}\s+(.*?)\s*#*$", re.MULTILINE)
# What a shell block may call of Latchkey, whatever stands in front: sudo, variables, a folder.
PROGRAM = re.compile(r"^(?:\S*/)?latchkey$")
ENVIRONMENT = re.compile(r"\bLATCHKEY_[A-Z0-9_]*[A-Z0-9]\b")


def pages(root=ROOT):
    """Every page that people read, from the root."""
    return sorted([*root.glob("*.md"), *(root / "docs").glob("**/*.md")])


def prose(text):
    """The page without its code: what stands in a block or between backticks is no link and no heading."""
    text = FENCE.sub(lambda block: "\n" * block[0].count("\n"), text)
    return re.sub(r"(`+)(?!`).+?(?<!`)\1(?!`)", lambda code: "`" * len(code[0]), text)


def blocks(text):
    """(language, code, line) of every block."""
    for block in FENCE.finditer(text):
        indent = len(block[1])
        code = "\n".join(line[indent:] for line in block[4].splitlines())
        yield block[3], code, text.count("\n", 0, block.start()) + 1


def anchors(text):
    """The anchors that a page has, as GitHub makes them of its headings; mdBook's are the same."""
    found, seen = set(), {}
    without_blocks = FENCE.sub("", text)
    for title in HEADING.findall(without_blocks):
        # A link in a heading counts with its words.
        title = re.sub(r"\[([^\]]*)\]\([^)]*\)", r"\1", title)
        name = re.sub(r"[^\w\- ]", "", title.lower()).strip().replace(" ", "-")
        number = seen.get(name, 0)
        seen[name] = number + 1
        found.add(f"{name}-{number}" if number else name)
    return found


def line_of(text, position):
    return text.count("\n", 0, position) + 1


def wrong_links(root=ROOT):
    """Links within the repository that lead nowhere."""
    problems = []
    for page in pages(root):
        text = prose(page.read_text(encoding="utf-8"))
        for link in LINK.finditer(text):
            target = link[2]
            if re.match(r"[a-z][a-z0-9+.-]*:", target):
                continue
            where = f"{page.relative_to(root)}:{line_of(text, link.start())}"
            path, _, anchor = target.partition("#")
            file = Path(os.path.normpath(page.parent / path)) if path else page
            # An empty one is a chapter that SUMMARY.md announces.
            if not target:
                if page.name != "SUMMARY.md":
                    problems.append(f"{where}: an empty link")
            elif not file.is_relative_to(root) or not file.exists():
                problems.append(f"{where}: there is no {path}")
            elif anchor and file.suffix == ".md" and anchor not in anchors(file.read_text(encoding="utf-8")):
                problems.append(f"{where}: {file.relative_to(root)} has no heading #{anchor}")
    return problems


def wrong_summary(root=ROOT):
    """Pages that are not in the book's list, or twice."""
    text = (root / "docs/SUMMARY.md").read_text(encoding="utf-8")
    listed = [target for _, target in LINK.findall(text) if target]
    problems = [f"docs/SUMMARY.md names {name} twice" for name in sorted(set(listed)) if listed.count(name) > 1]
    there = {str(page.relative_to(root / "docs")) for page in (root / "docs").glob("**/*.md")} - {"SUMMARY.md"}
    problems += [f"docs/SUMMARY.md does not list {name}" for name in sorted(there - set(listed))]
    shape = re.compile(r"#.*|( {2})*- \[.+\]\(.*\)|\[.+\]\(.+\)|-{3,}|")
    problems += [f"docs/SUMMARY.md: mdBook does not read {line!r}" for line in text.splitlines() if not shape.fullmatch(line)]
    return problems


def wrong_tables(root=ROOT):
    """Tables without a head, as after a blank line in the middle of one, and rows with too many cells or too few."""
    problems = []
    for page in pages(root):
        # A block counts as a line without a bar; bars in code between backticks divide cells all the same.
        lines = FENCE.sub(lambda block: "\n" * block[0].count("\n"), page.read_text(encoding="utf-8")).splitlines()
        columns = 0
        for number, line in enumerate(lines, 1):
            where = f"{page.relative_to(root)}:{number}"
            if not line.startswith("|"):
                columns = 0
                continue
            cells = len(re.findall(r"(?<!\\)\|", line)) - 1
            if not columns:
                columns = cells
                if not re.fullmatch(r"\|(?:\s*:?-+:?\s*\|)+", lines[number] if number < len(lines) else ""):
                    problems.append(f"{where}: a table without a head")
            elif cells != columns:
                problems.append(f"{where}: {cells} cells in a table of {columns}")
    return problems


# --- Blocks ---------------------------------------------------------------------------------------------------------


def logical_lines(code):
    """A shell block's commands, without comments, continued lines put together."""
    for line in re.sub(r"\\\n", " ", code).splitlines():
        line = line.strip()
        if line and not line.startswith("#"):
            yield line


def words_of(line):
    """One line of shell as lists of words, one a command; ValueError where a quotation mark is missing."""
    lexer = shlex.shlex(line.replace("…", "..."), posix=True, punctuation_chars="|&;()")
    lexer.whitespace_split = True
    commands, words = [], []
    for word in lexer:
        if set(word) <= set("|&;()"):
            commands.append(words)
            words = []
        else:
            words.append(word)
    return [words for words in [*commands, words] if words]


class Commands:
    """What the built program takes, as its own --help says."""

    def __init__(self, program):
        self.program = program

    @cache
    def help(self, *path):
        done = subprocess.run([self.program, *path, "--help"], capture_output=True, text=True, timeout=20)
        return done.stdout if done.returncode == 0 else ""

    @cache
    def below(self, *path):
        """The names of what stands under "Commands:"."""
        section = re.search(r"^Commands:\n((?: .*\n)+)", self.help(*path), re.MULTILINE)
        return set(re.findall(r"^  ([a-z][a-z-]*)", section[1], re.MULTILINE)) if section else set()

    def usage(self, *path):
        """How many words have to follow, and how many can; None: any number."""
        line = re.search(r"^Usage: (.*)$", self.help(*path), re.MULTILINE)[1]
        needed, optional = len(re.findall(r"<[A-Z]+>", line)), len(re.findall(r"\[(?!OPTIONS)[A-Z]+\]", line))
        return needed, None if "..." in line else needed + optional

    def wrong(self, words):
        """What is wrong with the words behind `latchkey`; "" if nothing."""
        path, given = [], []
        words = list(words)
        while words and self.below(*path):
            word = words.pop(0)
            if word.startswith("-"):
                given.append(word)
                continue
            if word not in self.below(*path):
                return f"there is no `latchkey {' '.join([*path, word])}`"
            path.append(word)
        options = self.help(*path)
        values = 0
        waits = False
        for word in [*given, *words]:
            if waits:
                waits = False
            elif word.startswith("-"):
                name, has_value, _ = word.partition("=")
                option = re.search(rf"(?:^|\s){re.escape(name)}(?=[\s,]|$)(?: (<[A-Z]+>))?", options, re.MULTILINE)
                if not option:
                    return f"`latchkey {' '.join(path)}` has no {name}"
                waits = bool(option[1]) and not has_value
            else:
                values += 1
        if waits:
            return f"`latchkey {' '.join(path)}`: a value is missing"
        if self.below(*path) and not {"--help", "--version"} & set(given):
            return f"`latchkey {' '.join(path)}` wants one more word"
        if not self.below(*path) and "--help" not in words:
            least, most = self.usage(*path)
            if values < least or (most is not None and values > most):
                return f"`latchkey {' '.join(path)}` takes {least} to {most} words, here are {values}"
        return ""


def behind_latchkey(words):
    """The words behind the program, where a command calls it; what redirects is left out."""
    # In front of it: sudo, env and variables.
    front = 0
    while front < len(words) and (re.match(r"(sudo|env|-u|exec)$|[A-Za-z_]+=", words[front]) or words[front - 1] == "-u"):
        front += 1
    if front == len(words) or not PROGRAM.fullmatch(words[front]):
        return None
    return [word for word in words[front + 1 :] if not re.match(r"[0-9]?[<>]", word)]


def wrong_commands(program, root=ROOT):
    """`latchkey …` in blocks and between backticks that the program does not take."""
    commands, problems = Commands(str(program)), []
    for page in pages(root):
        text = page.read_text(encoding="utf-8")
        name = page.relative_to(root)
        for language, code, line in blocks(text):
            if language not in ("sh", "bash", "shell"):
                continue
            for written in logical_lines(code):
                try:
                    calls = [behind_latchkey(words) for words in words_of(written.split("   #")[0])]
                except ValueError as error:
                    problems.append(f"{name}:{line}: {written!r}: {error}")
                    continue
                wrong = [commands.wrong(words) for words in calls if words is not None]
                problems += [f"{name}:{line}: {why}" for why in wrong if why]
        for code in re.finditer(r"(?<!`)`(latchkey(?: [^`]*)?)`(?!`)", FENCE.sub(lambda b: "\n" * b[0].count("\n"), text)):
            problems += [
                f"{name}:{line_of(text, text.find(code[0]))}: {why}" for why in wrong_mention(commands, code[1]) if why
            ]
    return problems


def wrong_mention(commands, written):
    """A command that a sentence or a table names: words in capitals stand for others, brackets for what can be left out."""
    written = re.sub(r"[\[\]…]", " ", written).replace("(s)", "")
    try:
        words = shlex.split(written)[1:]
    except ValueError as error:
        return [f"{written!r}: {error}"]
    # "latchkey user" alone names a group.
    path = []
    for word in words:
        if word not in commands.below(*path):
            break
        path.append(word)
    rest = words[len(path) :]
    if commands.below(*path):
        return [f"there is no `latchkey {' '.join([*path, rest[0]])}`"] if rest and not rest[0].startswith("-") else []
    found = [word for word in rest if word.startswith("--")]
    unknown = [word for word in found if not re.search(rf"{re.escape(word.partition('=')[0])}\b", commands.help(*path))]
    return [f"`latchkey {' '.join(path)}` has no {word}" for word in unknown]


def leaves(commands, *path):
    """All commands that have none below them, as tuples of words."""
    below = commands.below(*path) - {"help"}
    return {leaf for word in below for leaf in leaves(commands, *path, word)} if below else {path}


def missing_commands(program, root=ROOT):
    """Commands that docs/commands.md leaves out, and what its table names that is none. There "`latchkey user list`, `create`"
    names two of one group."""
    commands, named, problems = Commands(str(program)), set(), []
    for number, line in enumerate((root / "docs/commands.md").read_text(encoding="utf-8").splitlines(), 1):
        row, group = line.startswith("|"), ()
        for code in re.findall(r"`([^`]+)`", line.split("|")[1] if row else line):
            ours, words = code.startswith("latchkey "), code.removeprefix("latchkey ").split()
            if not ours and not row:
                continue
            path = () if ours or words[0] not in commands.below(*group) else group
            while words and words[0] in commands.below(*path):
                path = (*path, words.pop(0))
            named.add(path)
            if path in ((), group):
                problems.append(f"docs/commands.md:{number}: there is no command `{code}`")
            group = path[:-1] or group
    missing = sorted(leaves(commands) - named)
    return problems + [f"docs/commands.md does not name `latchkey {' '.join(leaf)}`" for leaf in missing]


def wrong_data(root=ROOT):
    """Blocks of TOML, JSON and YAML that don't parse."""
    problems = []
    for page in pages(root):
        for language, code, line in blocks(page.read_text(encoding="utf-8")):
            where = f"{page.relative_to(root)}:{line}"
            try:
                if language == "toml":
                    tomllib.loads(code)
                elif language == "json":
                    json.loads(code)
                elif language == "yaml" and yaml:
                    try:
                        list(yaml.safe_load_all(code))
                    except yaml.YAMLError as error:
                        raise ValueError(error) from error
            except ValueError as error:
                problems.append(f"{where}: this is no {language}: {error}")
    return problems


def wrong_configuration(program, root=ROOT):
    """Blocks of our configuration that `latchkey config check` refuses. Ours are those with a section of ours."""
    reference = (root / "docs/configuration.md").read_text(encoding="utf-8")
    sections = "|".join(re.findall(r"^## `\[(\w+)\]`$", reference, re.MULTILINE))
    problems = []
    for page in pages(root):
        for language, code, line in blocks(page.read_text(encoding="utf-8")):
            if language != "toml" or not re.search(rf"^\[({sections})\]", code, re.MULTILINE):
                continue
            # What is commented out is meant to be used, too: a line of a file that shows everything.
            shown = re.sub(r"^# (\w+ = )", r"\1", code, flags=re.MULTILINE)
            shown = shown.replace("<64 hexadecimal digits>", "00112233445566778899aabbccddeeff" * 2)
            with tempfile.TemporaryDirectory() as folder:
                file = Path(folder) / "latchkey.toml"
                file.write_text(shown, encoding="utf-8")
                file.chmod(0o600)
                clean = {key: value for key, value in os.environ.items() if not key.startswith("LATCHKEY_")}
                done = subprocess.run(
                    [program, "config", "check"], capture_output=True, text=True, timeout=20,
                    env={**clean, "LATCHKEY_CONFIG": str(file)},
                )  # fmt: skip
            if done.returncode or "warning" in done.stderr:
                problems.append(f"{page.relative_to(root)}:{line}: {done.stderr.strip()}")
    return problems


def wrong_units(root=ROOT):
    """Units that systemd does not read. Without systemd only what they start is looked at."""
    problems = []
    for page in pages(root):
        for language, code, line in blocks(page.read_text(encoding="utf-8")):
            if language != "systemd":
                continue
            where = f"{page.relative_to(root)}:{line}"
            starts = re.findall(r"^ExecStart=(\S+) (.*)$", code, re.MULTILINE)
            if len(starts) != 1 or not PROGRAM.fullmatch(starts[0][0]) or starts[0][1] != "serve":
                problems.append(f"{where}: the unit does not start `latchkey serve`")
                continue
            if not shutil.which("systemd-analyze"):
                continue
            with tempfile.TemporaryDirectory() as folder:
                unit = Path(folder) / "latchkey.service"
                # The program is not there where this runs.
                unit.write_text(code.replace(starts[0][0], "/bin/true", 1), encoding="utf-8")
                done = subprocess.run(
                    ["systemd-analyze", "verify", "--man=no", "--recursive-errors=no", str(unit)],
                    capture_output=True, text=True, timeout=60,
                )  # fmt: skip
            # Other units of this machine may be odd.
            ours = [said for said in (done.stdout + done.stderr).splitlines() if "latchkey.service" in said]
            problems += [f"{where}: {said}" for said in ours]
    return problems


# --- Names ----------------------------------------------------------------------------------------------------------


def wrong_names(root=ROOT):
    """LATCHKEY_… that is no setting. Pages about developing may name what our scripts read."""
    known = set(ENVIRONMENT.findall((root / "docs/configuration.md").read_text(encoding="utf-8")))
    tools = [*(root / "scripts").iterdir(), root / "Makefile", *(root / "end2end").glob("*.ts"), *(root / "end2end/python").glob("*.py")]
    developers = known.union(
        *(ENVIRONMENT.findall(file.read_text(encoding="utf-8")) for file in tools if file.is_file()),
        *(ENVIRONMENT.findall(file.read_text(encoding="utf-8")) for file in (root / "server/tests").glob("**/*.rs")),
    )
    problems = []
    for page in pages(root):
        allowed = developers if page.name in ("CONTRIBUTING.md", "ARCHITECTURE.md") else known
        text = page.read_text(encoding="utf-8")
        for name in ENVIRONMENT.finditer(text):
            if name[0] not in allowed:
                problems.append(f"{page.relative_to(root)}:{line_of(text, name.start())}: {name[0]} is no setting")
    return problems


def routes(root=ROOT):
    """(method, pattern) of REST and pages, out of the routers."""
    found = []
    table = (root / "server/src/web/router.rs").read_text(encoding="utf-8")
    rest = re.search(r"^rest! \{\n(.*?)^\}", table, re.MULTILINE | re.DOTALL)[1]
    for path, handlers in re.findall(r'"(/[^"]*)" => \{(.*?)\}\n(?=    "|\Z)', rest, re.DOTALL):
        pattern = re.compile("/api/v1" + re.sub(r"\\\{\w+\\\}", "[^/]+", re.escape(path)), re.IGNORECASE)
        found += [(method.upper(), pattern) for method in re.findall(r"(\w+): api::", handlers)]
    # They stand in front of all others, and take every method.
    gateway = (root / "server/src/web/gateway/mod.rs").read_text(encoding="utf-8")
    found += [("GET", re.compile(re.escape(path))) for path in re.findall(r'"(/api/v1/gateway/[^"]*)"', gateway)]
    return found


def wrong_requests(root=ROOT):
    """curl in a block, and a method with a path below /api/v1 between backticks, that no route answers."""
    there, problems = routes(root), []

    def answered(method, path):
        path = path.split("?")[0].rstrip("/")
        return any(method == known and pattern.fullmatch(path) for known, pattern in there)

    for page in pages(root):
        text = page.read_text(encoding="utf-8")
        asked = []
        for language, code, line in blocks(text):
            if language not in ("sh", "bash", "shell"):
                continue
            for written in logical_lines(code):
                for words in words_of(written):
                    if words[0] != "curl":
                        continue
                    method = words[words.index("-X") + 1] if "-X" in words else None
                    body = any(word in ("-d", "--data", "--json") for word in words)
                    urls = [word for word in words if re.match(r"https?://[^/]+/api/v1/", word)]
                    asked += [(method or ("POST" if body else "GET"), re.sub(r"https?://[^/]+", "", url), line) for url in urls]
        for said in re.finditer(r"`(GET|POST|PUT|DELETE|PATCH) (/api/v1/[^`\s]*)`", text):
            asked.append((said[1], re.sub(r":\w+", "1", said[2]), line_of(text, said.start())))
        # The tables of the API leave /api/v1 out.
        if page.name == "api.md":
            for said in re.finditer(r"^\| `(GET|POST|PUT|DELETE|PATCH) (/[^`\s]*)` \|", text, re.MULTILINE):
                if said[2] not in ("/healthz", "/readyz", "/metrics"):
                    asked.append((said[1], "/api/v1" + re.sub(r":\w+", "1", said[2]), line_of(text, said.start())))
        problems += [
            f"{page.relative_to(root)}:{line}: no route answers {method} {path}"
            for method, path, line in asked
            if not answered(method, path)
        ]
    return problems


def missing_routes(root=ROOT):
    """Routes of docs/openapi.json without a row in docs/api.md. What stands for a number may have another name there."""
    described = json.loads((root / "docs/openapi.json").read_text(encoding="utf-8"))["paths"]
    text = (root / "docs/api.md").read_text(encoding="utf-8")
    rows = re.findall(r"^\| `([A-Z]+) (/[^`\s]*)` \|", text, re.MULTILINE)
    there = {(method, re.sub(r":\w+", "{}", path)) for method, path in rows}
    return [
        f"docs/api.md has no row for {method.upper()} {path}"
        for path, methods in described.items()
        for method in sorted(methods.keys() & {"get", "put", "post", "delete", "options", "head", "patch", "trace"})
        if (method.upper(), re.sub(r"\{\w+\}", "{}", path)) not in there
    ]


def wrong_quotations(root=ROOT):
    """What the tables of docs/troubleshooting.md quote: “sentences” stand in the English messages, `words` in the program.
    "…" stands for anything."""
    messages = "\n".join(file.read_text(encoding="utf-8") for file in sorted((root / "app/messages/en").glob("*.ftl")))
    messages = re.sub(r"</?b>|“|”", "", messages)
    source = "\n".join(file.read_text(encoding="utf-8") for file in sorted((root / "server/src").glob("**/*.rs")))
    source = re.sub(r"\\\n\s*", "", source)
    page = root / "docs/troubleshooting.md"
    text, problems = page.read_text(encoding="utf-8"), []
    for number, line in enumerate(text.splitlines(), 1):
        if not line.startswith("| ") or line.startswith("|--"):
            continue
        cell = line.split("|")[1]
        said = [(quote, messages) for quote in re.findall(r"“([^”]*)”", cell)]
        said += [(quote, source) for quote in re.findall(r"`([^`]*)`", cell) if " " in quote]
        for quote, where in said:
            parts = [part.strip() for part in quote.split("…") if part.strip()]
            problems += [f"docs/troubleshooting.md:{number}: nothing says {part!r}" for part in parts if part not in where]
    return problems


# --- Tests that documents name --------------------------------------------------------------------------------------


def above(lines, number):
    """What stands on a function, line by line: attributes or decorators, not comments."""
    found = []
    for line in reversed(lines[:number]):
        line = line.strip()
        if line.startswith(("//", "# ")):
            continue
        if not line or line.endswith(("{", "}", ";")):
            break
        found.append(line)
    return found


def names_of_tests(suffix, text):
    """What runs as a test in a file of this kind: not what only helps, and not what is left out (`#[ignore]`, `mark.skip`)."""
    if suffix == ".ts":
        return {name for _, name in re.findall(r"^\s*test(?:\.\w+)?\(\s*([\"'`])(.*?)\1,", text, re.MULTILINE)}
    lines = text.splitlines()
    if suffix == ".py":
        found = [(number, re.match(r"\s*(?:async )?def (test_\w+)", line)) for number, line in enumerate(lines)]
        return {
            function[1]
            for number, function in found
            if function and not any(re.match(r"@pytest\.mark\.skip\b", mark) for mark in above(lines, number))
        }
    names, macro, end = set(), "", ""
    for number, line in enumerate(lines):
        if not macro and (begun := re.match(r"(\s*)(macro_rules! \w+|on_both!) \{$", line)):
            macro, end = begun[2], begun[1] + "}"
        elif macro and line == end:
            macro = ""
        marks = above(lines, number) if " fn " in line or line.startswith("fn ") else []
        if macro == "on_both!":
            # It makes two tests of each: `name::sqlite` and `name::postgres`.
            function = re.match(r"\s*async fn (\w+)\(\w+\)", line)
        elif not macro and any(re.match(r"#\[(tokio::)?test\b", mark) for mark in marks):
            function = re.match(r"\s*(?:pub(?:\([^)]*\))? )?(?:async )?fn (\w+)", line)
        else:
            continue
        if function and not any(mark.startswith("#[ignore") for mark in marks):
            names.add(function[1])
    return names


@cache
def tests(root=ROOT):
    """The names of all tests by file."""
    found = {}
    for pattern in ("server/**/*.rs", "app/**/*.rs", "end2end/**/*.rs", "end2end/**/*.py", "end2end/**/*.ts"):
        for file in root.glob(pattern):
            if "node_modules" not in file.parts:
                found[str(file.relative_to(root))] = names_of_tests(file.suffix, file.read_text(encoding="utf-8"))
    return found


def wrong_tests(root=ROOT):
    """Tests that SECURITY.md and docs/asvs.md name, as `path` or `path::name`, and that are not there. In `path`, what lies
    in server/tests/it is written from there."""
    problems = []
    there = tests(root)
    for page in (root / "SECURITY.md", root / "docs/asvs.md"):
        text = page.read_text(encoding="utf-8")
        for said in re.finditer(r"`(\w[\w./-]*\.(?:rs|ts|py))(?:::([^`]+))?`", text):
            where = f"{page.relative_to(root)}:{line_of(text, said.start())}"
            tried = [said[1], f"server/tests/it/{said[1]}", f"end2end/tests/{said[1]}", f"end2end/python/{said[1]}", f"server/src/{said[1]}"]
            file = next((path for path in tried if (root / path).is_file()), None)
            if not file:
                problems.append(f"{where}: there is no {said[1]}")
            elif said[2] and said[2] not in there.get(file, ()):
                problems.append(f"{where}: {file} has no test {said[2]!r}")
    return problems


def wrong_asvs(root=ROOT):
    """Rows of docs/asvs.md against its own rules: "met" names a test or a place, and what is not met, or in part, stands in
    the list of that name at the top."""
    text, problems = (root / "docs/asvs.md").read_text(encoding="utf-8"), []
    number = r"\d+\.\d+(?:\.\d+)?"
    lists = {}
    for state in ("not met", "part"):
        begins = "**Not met:**" if state == "not met" else "**Met in part:**"
        # What leads to a chapter is no number.
        paragraph = re.sub(r"\]\([^)]*\)", "]", text.partition(begins)[2].partition("\n\n")[0])
        lists[state] = set(re.findall(number, paragraph))
    said = {state: set() for state in lists}
    for line, row in enumerate(text.splitlines(), 1):
        cells = [cell.strip() for cell in row.split("|")[1:-1]]
        if len(cells) != 3 or not re.match(number, cells[0]):
            continue
        state = cells[1].strip("*")
        if state == "met" and not re.search(r"\]\(|`[\w./-]+\.(?:rs|ts|py|toml)\b|`scripts/", cells[2]):
            problems.append(f"docs/asvs.md:{line}: {cells[0]} is met and names neither a test nor a place")
        elif state in said:
            said[state] |= set(re.findall(number, cells[0]))
        elif state not in ("met", "n/a"):
            problems.append(f"docs/asvs.md:{line}: {cells[0]} is {state!r}")
    for state, found in said.items():
        missing, more = sorted(found - lists[state]), sorted(lists[state] - found)
        problems += [f"docs/asvs.md: {one} is {state}, and not in the list at the top" for one in missing]
        problems += [f"docs/asvs.md: {one} is in the list of what is {state}, and has no such row" for one in more]
    return problems


def main():
    """Without arguments all of it; `static`: what needs no built program, which may be an older one."""
    problems = [
        *wrong_links(), *wrong_summary(), *wrong_tables(), *wrong_data(), *wrong_units(), *wrong_names(), *wrong_requests(),
        *missing_routes(), *wrong_quotations(), *wrong_tests(), *wrong_asvs(),
    ]  # fmt: skip
    if sys.argv[1:] != ["static"]:
        program = Path(os.environ.get("LATCHKEY_BIN", ROOT / "target/release/latchkey"))
        problems += [*wrong_commands(program), *missing_commands(program), *wrong_configuration(program)]
    for problem in problems:
        print(problem)
    if not yaml:
        print("latchkey: documentation: YAML was not looked at, PyYAML is not here")
    print(f"latchkey: documentation: {len(pages())} pages, {len(problems)} mistakes")
    sys.exit(bool(problems))


if __name__ == "__main__":
    main()
