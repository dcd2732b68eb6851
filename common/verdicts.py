"""What the notes print, line by line, beside a program's output, and the verdict on each line.

The notes' outputs lie in each class folder: `expected/<script>.txt`, as printed; `expected/<script> --flag value.txt`
is what they print for those flags. Where the notes print nothing, `expected/recorded/` holds a run of ours. In both,
a line `......` stands for lines left out. `expected/rules.ini` says how lines may differ and why.
"""

import configparser
import math
import re
from dataclasses import dataclass, field
from pathlib import Path

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

METRIC = re.compile(r" - (\w+): ([-+.\de]+|nan|inf)")
KERAS_EPOCH = re.compile(r"\s*Epoch \d+/\d+\s*")
LAYER = re.compile(r"[\s│]*(\w+) \(\w+\)?[\s│].*?([\d,]+)[\s│]*$")  # long class names are cut off
RULER = re.compile(r"_{65}")
COUNT = re.compile(r"\b(Total|Trainable|Non-trainable|Optimizer) params: ([\d,]+)")


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
    metric: str = ""  # the value of this name in a training log

    def covers(self, number, text):
        if self.metric:
            return text.startswith(f"{self.metric}: ")
        spans = [span.split("-") for span in self.lines.split(",") if span]
        return not spans or any(int(span[0]) <= number <= int(span[-1]) for span in spans)


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
    """One expected output: of a script, with flags or without; no path where there is nothing to compare with."""

    script: Path
    path: Path | None = None
    flags: list = field(default_factory=list)

    @property
    def recorded(self):
        return self.path is not None and self.path.parent.name == "recorded"

    def rows(self):
        if self.path is None:
            return []
        name = f"recorded/{self.path.stem}" if self.recorded else self.path.stem
        rules = [rule for names, rule in read_rules(self.script.parent) if name in names]
        rows = []
        for number, step, line in entries(self.path.read_text(encoding="utf-8").splitlines()):
            rule = next((rule for rule in rules if rule.covers(number, line)), Rule())
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
        for path in sorted(folder.glob("*.txt"), key=lambda path: path.stem):
            name, *flags = path.stem.split(" ")
            if name == script.stem:
                found.append(Case(script, path, flags))
    return found or [Case(script)]


def entries(lines):
    """What is compared of an output: (line number, epoch, text), the epoch being the last named, -1 before the first.

    A line is its own text, but for what Keras prints, which differs from version to version: of a training log only
    the last values are left, one entry each (`val_loss: 0.4002`), of a summary the layers (`dense: 15`) and
    the parameter counts, without the optimizer's variables.
    """
    step, log, summary = -1, [], False
    optimizer = next((found[2] for line in lines if (found := COUNT.search(line)) and found[1] == "Optimizer"), "0")
    for number, line in enumerate(lines, start=1):
        step = int(found[1]) if (found := STEP.search(line)) else step
        if " - loss: " in line:
            values = dict(METRIC.findall(line))  # of a progress bar, which overwrites itself, what it showed last
            names = sorted(values, key=lambda name: (name.startswith("val_"), "loss" not in name, name))
            log = [(number, step, f"{name}: {values[name]}") for name in names]
            continue
        if KERAS_EPOCH.fullmatch(line) or (log and not line.strip()):
            continue
        yield from log
        log = []
        summary = summary or line.startswith("Model: ")
        if (found := COUNT.search(line)) and (summary or found[1] == "Optimizer"):
            count = int(found[2].replace(",", "")) - (found[1] == "Total") * int(optimizer.replace(",", ""))
            if found[1] != "Optimizer":
                yield number, step, f"{found[1]} params: {count}"
            summary = found[1] in ("Total", "Trainable")
        elif summary and (found := LAYER.match(line)):
            yield number, step, f"{found[1]}: {found[2].replace(',', '')}"
        elif line.startswith("Model: ") or (not summary and not RULER.fullmatch(line)):
            yield number, step, line
    yield from log


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
    if all(a == b for a, b in pairs):
        return "close", "the same numbers, printed differently"
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


def align(rows, lines):
    """Set each row's `ours`: the pairing, in order, with the most lines of the same epoch, then of equal text.

    A pair has at least the same skeleton. What stands between two pairs is paired in order of appearance.
    """
    left = [(row.step, skeleton(row.right)[0], squeeze(row.right)) for row in rows]
    right = [(step, skeleton(line)[0], squeeze(line)) for step, line in lines]
    best = [[0] * (len(right) + 1) for _ in range(len(left) + 1)]  # best[i][j]: of rows from i and lines from j

    def likeness(i, j):
        (step, text, whole), (our_step, our_text, our_whole) = left[i], right[j]
        return (text == our_text) * (2 + (whole == our_whole) + 10 * (step == our_step))

    for i in reversed(range(len(left))):
        for j in reversed(range(len(right))):
            same = likeness(i, j)
            best[i][j] = max(best[i + 1][j], best[i][j + 1], same and same + best[i + 1][j + 1])
    i = j = 0
    rest, spare = [], []
    while i < len(left) and j < len(right):
        same = likeness(i, j)
        if same and best[i][j] == same + best[i + 1][j + 1]:
            pairs = [*zip(rest, spare, strict=False), (rows[i], lines[j][1])]
            rest, spare, i, j = [], [], i + 1, j + 1
            for row, line in pairs:
                row.ours = line
        elif best[i][j] == best[i + 1][j]:
            rest, i = [*rest, rows[i]], i + 1
        else:
            spare, j = [*spare, lines[j][1]], j + 1
    for row, line in zip(rest + rows[i:], spare + [line for _, line in lines[j:]], strict=False):
        row.ours = line


def compare(case, output, other_flags=False, stand_in=False):
    """Rows with verdicts for `output`, the text that a program printed.

    With `other_flags` (flags that the notes do not use) a line that differs is not comparable; on `stand_in` data
    no line is.
    """
    rows = case.rows()
    ours = [(step, line) for _, step, line in entries(output.splitlines()) if line.strip()]
    align(rows, ours)
    last = max((step for step, _ in ours), default=-1)
    for row in rows:
        row.verdict, row.why = ("differs", "not printed") if row.ours is None else judge(row)
        if stand_in:
            row.verdict, row.why = "not comparable", "stand-in data"
        elif row.verdict in FAILURES and row.step > last >= 0:
            row.verdict, row.why = "not comparable", f"fewer epochs than the notes': the last is {last}"
        elif row.verdict in FAILURES and other_flags:
            row.verdict, row.why = "not comparable", "the notes print no run with these flags"
    return rows
