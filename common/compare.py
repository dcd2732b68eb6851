"""A script's output beside the one that the notes print: `python -m common.compare class1_basics/p45_iris.py`.

The notes' outputs lie in each class folder: `expected/<script>.txt`, as printed; `expected/<script> --flag value.txt`
is what they print for those flags. Where the notes print nothing, `expected/recorded/` holds a run of ours. In both,
a line `......` stands for lines left out. `expected/rules.ini` says how lines may differ and why.
"""

import argparse
import configparser
import difflib
import locale
import math
import os
import re
import shlex
import subprocess
import sys
from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path

from common import ROOT, stop

from rich.console import Console
from rich.markup import escape
from rich.progress import Progress
from rich.table import Table

VERDICTS = {  # name: sign, colour
    "same": ("=", "green"),
    "close": ("≈", "green"),
    "random": ("~", "green"),
    "better": ("↑", "cyan"),
    "erratum": ("✎", "yellow"),
    "not comparable": ("–", "dim"),
    "worse": ("↓", "red"),
    "differs": ("✗", "bold red"),
}
FAILURES = ("worse", "differs")

NUMBER = re.compile(r"(?<![\w.])[-+]?(?:\d+\.?\d*|\.\d+)(?:e[-+]?\d+)?(?!\w)|\bnan\b|\binf\b", re.IGNORECASE)
FIXED = re.compile(r"shape=\([^)]*\)|(?:epoch:?|after) +\d+", re.IGNORECASE)  # numbers in here are part of the text
STEP = re.compile(r"(?:epoch:?|after) +(\d+)", re.IGNORECASE)


@dataclass
class Rule:
    """How lines of one expected output may differ. Exactly one of the first five is given; see rules.ini."""

    close: str = ""  # "relative tolerance" or "relative absolute"
    random: str = ""  # "lowest highest": any numbers in this range
    band: str = ""  # "lower 0.01": a training result; lower is better, within 0.01 is close
    machine: str = ""  # any value: depends on the computer, never compared
    right: str = ""  # what the notes' code prints in place of this line: an erratum
    reason: str = ""
    lines: str = ""  # "1-3, 7" of the expected file; all of it if not given

    def covers(self, number):
        spans = [span.split("-") for span in self.lines.split(",")] if self.lines else [["1", "1000000"]]
        return any(int(span[0]) <= number <= int(span[-1]) for span in spans)


@dataclass
class Row:
    """One line of the expected output, ours beside it, and what to make of the two."""

    notes: str
    rule: Rule
    step: int  # the epoch it belongs to, -1 before the first
    right: str = ""  # the notes' line, or what should stand there
    ours: str | None = None
    verdict: str = ""
    why: str = ""


@dataclass
class Case:
    """One expected output: of a script, with flags or without."""

    script: Path
    path: Path
    flags: list = field(default_factory=list)

    @property
    def recorded(self):
        return self.path.parent.name == "recorded"

    def rows(self):
        name = f"recorded/{self.path.stem}" if self.recorded else self.path.stem
        rules = [rule for names, rule in read_rules(self.script.parent) if name in names]
        rows, step = [], -1
        for number, line in enumerate(self.path.read_text(encoding="utf-8").splitlines(), start=1):
            rule = next((rule for rule in rules if rule.covers(number)), Rule())
            step = int(found[1]) if (found := STEP.search(line)) else step
            first, *more = (rule.right or line).splitlines() or [""]
            if first.strip(" ."):
                rows += [Row(line, rule, step, first), *(Row("", rule, step, right) for right in more)]
        return rows


def read_rules(folder):
    """The rules of a class folder, each with the outputs it is for: a section is `[script, script: which lines]`."""
    parser = configparser.ConfigParser(interpolation=None, delimiters=("=",))
    parser.read(folder / "expected" / "rules.ini", encoding="utf-8")
    return [(section.split(":")[0].split(", "), Rule(**parser[section])) for section in parser.sections()]


def cases(script):
    """The expected outputs of a script: what the notes print, then what was recorded where they print nothing."""
    found = []
    for folder in (script.parent / "expected", script.parent / "expected" / "recorded"):
        for path in sorted(folder.glob("*.txt")):
            name, *flags = path.stem.split(" ")
            if name == script.stem:
                found.append(Case(script, path, flags))
    return found


def squeeze(line):
    """A line without the blanks that only align columns."""
    return re.sub(r"(?<=\[) +| +(?=\])", "", re.sub(r"\s+", " ", line.strip()))


def skeleton(line):
    """A line's text with `#` for every number that may differ, and those numbers."""
    numbers, parts, end = [], [], 0
    line = squeeze(line)
    for fixed in [*FIXED.finditer(line), None]:
        start = fixed.start() if fixed else len(line)
        numbers += NUMBER.findall(line[end:start])
        parts.append(NUMBER.sub("#", line[end:start]))
        if fixed:
            parts.append(fixed[0])
            end = fixed.end()
    return "".join(parts), numbers


def judge(row):
    """The verdict on `row.ours` and why, from the row's rule."""
    rule = row.rule
    if row.notes and squeeze(row.ours) == squeeze(row.notes):
        return "same", ""
    if squeeze(row.ours) == squeeze(row.right):
        return ("erratum", rule.reason) if rule.right else ("same", "")
    (text, theirs), (our_text, ours) = skeleton(row.right), skeleton(row.ours)
    if text != our_text:
        return "differs", "other text" if not rule.right else f"should be: {row.right.strip()}"
    if rule.machine:
        return "not comparable", rule.reason
    pairs = [(float(a), float(b)) for a, b in zip(theirs, ours, strict=True) if a != b]
    if any(math.isnan(a) or math.isnan(b) for a, b in pairs):
        return "differs", "nan: the calculation broke down"
    if rule.random:
        low, high = map(float, rule.random.split())
        inside = all(low <= float(b) <= high for b in ours)
        return ("random", rule.reason) if inside else ("differs", f"outside {low:g} to {high:g}. {rule.reason}")
    apart = f"apart by {max(abs(a - b) for a, b in pairs):.2g}"
    if rule.band:
        good, width = rule.band.split()
        gain = max(((a - b) * (1 if good == "lower" else -1) for a, b in pairs), key=abs)
        verdict = "close" if abs(gain) <= float(width) else "better" if gain > 0 else "worse"
        return verdict, f"{apart}. {rule.reason}"
    if rule.close:
        relative, absolute = (*map(float, rule.close.split()), 0.0)[:2]
        whole = all(float(a) == float(b) for a, b in zip(theirs, ours, strict=True) if a.lstrip("+-").isdigit())
        if whole and all(math.isclose(a, b, rel_tol=relative, abs_tol=absolute) for a, b in pairs):
            return "close", f"{apart}. {rule.reason}"
    return "differs", apart


def compare(case, output, other_flags=False):
    """Rows with verdicts for `output`, the text that a program printed.

    With `other_flags` (flags that the notes do not use) a line that differs is not comparable.
    """
    rows = case.rows()
    ours = [line for line in output.splitlines() if line.strip()]
    matcher = difflib.SequenceMatcher(
        None, [skeleton(row.right)[0] for row in rows], [skeleton(line)[0] for line in ours], autojunk=False
    )
    for _, i1, i2, j1, j2 in matcher.get_opcodes():
        for row, line in zip(rows[i1:i2], ours[j1:j2], strict=False):
            row.ours = line
    last = max((int(found[1]) for line in ours if (found := STEP.search(line))), default=-1)
    for row in rows:
        row.verdict, row.why = ("differs", "not printed") if row.ours is None else judge(row)
        if row.verdict in FAILURES and row.step > last >= 0:
            row.verdict, row.why = "not comparable", f"fewer epochs than the notes': the last is {last}"
        elif row.verdict in FAILURES and other_flags:
            row.verdict, row.why = "not comparable", "the notes print no run with these flags"
    return rows


def run(script, flags):
    """What a script prints and whether it ended well: `(stdout, "")` or `(stdout, last line of stderr)`."""
    env = {**os.environ, "MPLBACKEND": "agg", "PYTHONIOENCODING": "utf-8"}
    done = subprocess.run([sys.executable, script, *flags], stdin=subprocess.DEVNULL, capture_output=True, env=env)
    errors = done.stderr.decode("utf-8", "replace").strip().splitlines() or [f"exit status {done.returncode}"]
    return done.stdout.decode("utf-8", "replace"), errors[-1] if done.returncode else ""


def read_output(name):
    """The text of a saved output, `-` for standard input, in whatever encoding a shell wrote it."""
    try:
        data = sys.stdin.buffer.read() if name == "-" else Path(name).read_bytes()
    except OSError as error:
        stop(f"cannot read --output {name}: {error.strerror}")
    for encoding in (
        ["utf-16"] if data[:2] in (b"\xff\xfe", b"\xfe\xff") else ["utf-8-sig", locale.getpreferredencoding(False)]
    ):
        try:
            text = data.decode(encoding)
        except UnicodeDecodeError:
            continue
        if "\0" not in text:
            return text if text.strip() else stop(f"--output {name} is empty: did the program that prints it fail?")
    stop(f"--output {name} is not text: save what the program prints, e.g. python mine.py > mine.txt")


def find(name):
    """The script that a learner means by a path, from here or from the repository's root, or by a bare name."""
    for path in (Path(name), ROOT / name, ROOT / f"{name}.py", *ROOT.glob(f"class*/{Path(name).stem}.py")):
        if path.is_file() and path.resolve().parent.parent == ROOT and path.resolve().parent.name.startswith("class"):
            return path.resolve()
    stop(f"no script {name}; README.md lists them all")


def in_order():
    """Every script, in the order of the README's table, which is the notes'."""
    listed = re.findall(r"\]\((class\d_\w+/\w+\.py)\)", (ROOT / "README.md").read_text(encoding="utf-8"))
    return [ROOT / name for name in dict.fromkeys(listed)]


def seconds(script):
    return float(re.search(r"^:Time: ([\d.]+) s", script.read_text(encoding="utf-8"), re.MULTILINE)[1])


def report(console, case, rows, failure):
    """Print every line of the expected output with ours, the verdict and the reason; return the verdicts' counts."""
    source = "the notes print no output; beside a recorded run of ours" if case.recorded else "beside the notes"
    title = " ".join([str(case.script.relative_to(ROOT)), *map(shlex.quote, case.flags)])
    console.print(f"\n[bold]{escape(title)}[/bold]  {source}", soft_wrap=True)
    said = ""
    for row in rows:
        sign, colour = VERDICTS[row.verdict]
        lines = [row.notes.rstrip() or "(nothing)"]
        if row.verdict != "same" and row.ours is not None:
            lines.append(f"ours: {row.ours.strip()}")
        if row.why and row.why != said:
            lines.append(f"why: {row.why}")
        said = row.why
        for number, line in enumerate(lines):
            label = f"{sign} {row.verdict}" if number == 0 else ""
            console.print(f"[{colour}]{label:17}[/]{escape(line)}", soft_wrap=True, highlight=False)
    counts = Counter(row.verdict for row in rows)
    if failure:
        console.print(f"[bold red]the script failed:[/] {escape(failure)}", soft_wrap=True)
        counts["differs"] += 1
    summary = ", ".join(f"{counts[verdict]} {verdict}" for verdict in VERDICTS if counts[verdict])
    console.print(f"{len(rows)} lines: {summary}", soft_wrap=True, highlight=False)
    return counts


def table(console, results):
    grid = Table("script", *(sign for sign, _ in VERDICTS.values()), title="every script beside the notes")
    for title, counts in results:
        colour = "red" if any(counts[verdict] for verdict in FAILURES) else "none"
        grid.add_row(f"[{colour}]{escape(title)}[/]", *(str(counts[verdict] or "") for verdict in VERDICTS))
    grid.caption = "  ".join(f"{sign} {verdict}" for verdict, (sign, _) in VERDICTS.items())
    console.print("\n", grid)


def main(arguments=None):
    """The command; returns its exit status: 0 when no line differs and none is worse, otherwise 1."""
    arguments = list(sys.argv[1:] if arguments is None else arguments)
    cut = arguments.index("--") if "--" in arguments else len(arguments)
    flags = arguments[cut + 1 :]
    parser = argparse.ArgumentParser("python -m common.compare", description=__doc__.splitlines()[0], epilog="")
    parser.error = lambda message: stop(f"{message} (--help explains)")
    parser.add_argument("script", nargs="*", help="such as class1_basics/p45_iris.py; flags for it go after --")
    parser.add_argument("--all", action="store_true", help="every script, in the order of the notes")
    parser.add_argument("--fast", action="store_true", help="every script that takes at most 10 seconds")
    parser.add_argument("--output", metavar="FILE", help="compare this saved output; - reads standard input")
    opt = parser.parse_args(arguments[:cut])

    scripts = [find(name) for name in opt.script]
    if not scripts and (opt.all or opt.fast):
        scripts = in_order()
    if not scripts:
        stop("which script? e.g. python -m common.compare class1_basics/p45_iris.py, or --all")
    if opt.output and len(scripts) != 1:
        stop("--output goes with one script")
    todo = [case for script in scripts if not opt.fast or seconds(script) <= 10 for case in cases(script)]
    if flags or opt.output:
        fits = [case for case in todo if case.flags == flags]
        todo = fits or [case for case in todo if not case.flags]

    output = read_output(opt.output) if opt.output else None
    console, results, printed = Console(), [], {}
    for script in scripts:
        if not cases(script):
            console.print(f"{script.relative_to(ROOT)}: the notes print nothing for it", soft_wrap=True)
    with Progress(console=Console(stderr=True), transient=True, disable=not sys.stderr.isatty()) as progress:
        for case in progress.track(todo, description="running"):
            command = (case.script, *(flags or case.flags))
            if output is None and command not in printed:
                printed[command] = run(case.script, command[1:])
            text, failure = (output, "") if output is not None else printed[command]
            rows = compare(case, text, other_flags=bool(flags) and flags != case.flags)
            results.append((f"{case.script.stem} {' '.join(case.flags)}", report(console, case, rows, failure)))
    if len(scripts) > 1:
        table(console, results)
    return int(any(counts[verdict] for _, counts in results for verdict in FAILURES))


if __name__ == "__main__":
    sys.exit(main())
