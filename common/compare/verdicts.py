"""What the notes print, line by line, beside a program's output, and the verdict on each line.

The notes' outputs lie in each class folder: `expected/<script>.txt`, as printed; `expected/<script> --flag value.txt`
is what they print for those flags. Where the notes print nothing, `expected/recorded/` holds a run of ours. In both,
a line `......` stands for lines left out. `expected/rules.ini` says how lines may differ and why.
"""

import configparser
import math
import re
from dataclasses import dataclass, field
from difflib import SequenceMatcher
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
NO_RULE = dict.fromkeys("close random band machine right reason lines metric".split(), "")  # the keys of rules.ini

STEP = r"(?:epoch:?|after) +(\d+)"
NUMBER = r"(?<![\w.])[-+]?(?:\d+\.?\d*|\.\d+)(?:e[-+]?\d+)?(?!\w)|\bnan\b|\binf\b"
NUMBERS = re.compile(rf"shape=\([^)]*\)|{STEP}|(?P<free>{NUMBER})", re.IGNORECASE)  # not free: part of the text
METRIC = re.compile(r" - (\w+): ([-+.\de]+|nan|inf)")
KERAS_EPOCH = re.compile(r"\s*Epoch \d+/\d+\s*")
LAYER = re.compile(r"[\s│]*(\w+)(?: \(\w+\)?)?[\s│].*?([\d,]+)[\s│]*$")  # long class names are cut off or wrapped
COUNT = re.compile(r"\b(Total|Trainable|Non-trainable|Optimizer) params: ([\d,]+)")


@dataclass
class Row:
    """One line of the expected output, ours beside it, and what to make of the two."""

    notes: str
    rule: dict
    step: int  # the epoch it belongs to, -1 before the first
    right: str  # the notes' line, or what should stand there
    ours: str | None = None
    verdict: str = ""
    why: str = ""


@dataclass
class Case:
    """One expected output: of a script, with flags or without; no path where there is nothing to compare with."""

    script: Path
    path: Path | None = None
    flags: list = field(default_factory=list)
    recorded: bool = False

    def rows(self):
        """What the notes print, each line with its rule."""
        name = "recorded/" * self.recorded + self.path.stem
        rules = [rule for names, rule in read_rules(self.script.parent) if name in names]
        rows = []
        for number, step, line in entries(self.path.read_text(encoding="utf-8").splitlines()):
            rule = next((rule for rule in rules if covers(rule, number, line)), NO_RULE)
            first, *more = (rule["right"] or line).splitlines() or [""]
            if first.strip(" ."):
                rows += [Row(line, rule, step, first), *(Row("", rule, step, right) for right in more)]
        return rows


def cases(script):
    """The expected outputs of a script: what the notes print, then what was recorded where they print nothing."""
    found = []
    for recorded in (False, True):
        folder = script.parent / "expected" / ("recorded" * recorded)
        for path in sorted(folder.glob("*.txt"), key=lambda path: path.stem):
            name, *flags = path.stem.split(" ")
            if name == script.stem:
                found.append(Case(script, path, flags, recorded))
    return found or [Case(script)]


def read_rules(folder):
    """The rules of a class folder, each with the outputs it is for: a section is `[script, script: which lines]`."""
    parser = configparser.ConfigParser(NO_RULE, interpolation=None, delimiters=("=",))
    parser.read(folder / "expected" / "rules.ini", encoding="utf-8")
    return [(name.split(":")[0].split(", "), dict(parser[name])) for name in parser.sections()]


def covers(rule, number, text):
    """Whether a rule is for this line of an expected output."""
    if rule["metric"]:
        return text.startswith(f"{rule['metric']}: ")
    spans = [span.split("-") for span in rule["lines"].split(",") if span]
    return not spans or any(int(span[0]) <= number <= int(span[-1]) for span in spans)


def entries(lines):
    """What is compared of an output: (line number, epoch, text), the epoch being the last named, -1 before the first.

    A line is its own text, but for what Keras prints, which differs from version to version: of a training log only
    the last values are left, one entry each (`val_loss: 0.4002`), of a summary the layers (`dense: 15`) and
    the parameter counts, without the optimizer's variables.
    """
    step, log, summary = -1, [], False
    optimizer = next((found[2] for line in lines if (found := COUNT.search(line)) and found[1] == "Optimizer"), "0")
    for number, line in enumerate(lines, start=1):
        step = int(found[1]) if (found := re.search(STEP, line, re.IGNORECASE)) else step
        if " - loss: " in line:
            values = dict(METRIC.findall(line))  # of a progress bar, which overwrites itself, what it showed last
            log = [(number, step, f"{name}: {values[name]}") for name in sorted(values)]
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
        elif line.startswith("Model: "):
            yield number, step, line.replace("_", "")  # Keras 2 made vg_g16 of a class VGG16, Keras 3 makes vgg16
        elif not summary and line != "_" * 65:
            yield number, step, line
    yield from log


def squeeze(line):
    """A line without the blanks that only align columns."""
    return re.sub(r"(?<=\[) +| +(?=\])", "", re.sub(r"\s+", " ", line.strip()))


def skeleton(line):
    """A line's text with `#` for every number that may differ, and those numbers."""
    line = squeeze(line)
    numbers = [found["free"] for found in NUMBERS.finditer(line) if found["free"]]
    return NUMBERS.sub(lambda found: "#" if found["free"] else found[0], line), numbers


def judge(row):
    """The verdict on `row.ours` and why, from the row's rule."""
    rule, reason = row.rule, row.rule["reason"]
    if row.notes and squeeze(row.ours) == squeeze(row.notes):
        return "same", ""
    if squeeze(row.ours) == squeeze(row.right):
        return ("erratum", reason) if rule["right"] else ("same", "")
    (text, theirs), (our_text, ours) = skeleton(row.right), skeleton(row.ours)
    if text != our_text:
        return "differs", f"should be: {row.right.strip()}" if rule["right"] else "other text"
    if rule["machine"]:
        return "not comparable", reason
    pairs = [(float(a), float(b)) for a, b in zip(theirs, ours, strict=True) if a != b]
    if any(map(math.isnan, sum(pairs, ()))):
        return "differs", "nan: the calculation broke down"
    if rule["random"]:
        low, high = map(float, rule["random"].split())
        inside = all(low <= float(b) <= high for b in ours)
        return ("random", reason) if inside else ("differs", f"outside {low:g} to {high:g}. {reason}")
    if all(a == b for a, b in pairs):
        return "close", "the same numbers, printed differently"
    apart = f"apart by {max(abs(a - b) for a, b in pairs):.2g}"
    if rule["band"]:
        good, width = rule["band"].split()
        gain = max(((a - b) * (1 if good == "lower" else -1) for a, b in pairs), key=abs)
        verdict = "close" if abs(gain) <= float(width) else "better" if gain > 0 else "worse"
        return verdict, f"{apart}. {reason}"
    relative, absolute = (*map(float, rule["close"].split()), 0.0, 0.0)[:2]
    whole = all(float(a) == float(b) for a, b in zip(theirs, ours, strict=True) if a.lstrip("+-").isdigit())
    if whole and all(math.isclose(a, b, rel_tol=relative, abs_tol=absolute) for a, b in pairs):
        return "close", f"{apart}. {reason}"
    return "differs", apart


LIKENESS = (  # of two lines (epoch, text), the closest first
    lambda step, text: (step, squeeze(text)),
    lambda step, text: (step, skeleton(text)[0]),
    lambda step, text: skeleton(text)[0],
)


def align(rows, lines, likeness=LIKENESS):
    """Set each row's `ours`: first where the lines (epoch, text) are equal, between those where they are alike.

    What stands between two pairs and is not alike is paired in order of appearance.
    """
    if not likeness:
        for row, (_, text) in zip(rows, lines, strict=False):
            row.ours = text
        return
    keys = [likeness[0](row.step, row.right) for row in rows], [likeness[0](*line) for line in lines]
    i = j = 0
    for row, line, size in SequenceMatcher(None, *keys, autojunk=False).get_matching_blocks():
        align(rows[i:row], lines[j:line], likeness[1:])
        i, j = row + size, line + size
        align(rows[row:i], lines[line:j], ())


def compare(case, output, other_flags=False, stand_in=False):
    """Rows with verdicts for `output`, the text that a program printed.

    With `other_flags` (flags that the notes do not use) a line that differs is not comparable; on `stand_in` data
    no line is.
    """
    rows = case.rows() if case.path else []
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
