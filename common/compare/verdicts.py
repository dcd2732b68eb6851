"""What the notes print, line by line, beside a program's output, and the verdict on each line.

The notes' outputs lie in each class folder: `expected/<script>.txt`, as printed; `expected/<script> --flag value.txt`
is what they print for those flags. Where the notes print nothing, `expected/recorded/` holds a run of ours. In both,
a line `......` stands for lines left out. `expected/rules.ini` says how lines may differ and why.
"""

import configparser
import math
import re
from collections import Counter
from dataclasses import dataclass, field
from difflib import SequenceMatcher
from pathlib import Path

from common.options import Parser

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
KINDS = ("close", "random", "band", "machine", "data", "right")  # each rule has one of these keys
NO_RULE = dict.fromkeys((*KINDS, "variant", "reason", "lines", "metric"), "")  # all keys of rules.ini
NO_EPOCH = -math.inf  # of a line of a model's summary: no epoch changes it

STEP = r"(?:epoch:?|after) +(\d{1,9})"
NUMBER = r"(?<![\w.])[-+]?(?:\d+\.?\d*|\.\d+)(?:e[-+]?\d+)?(?!\w)|\bnan\b|\binf\b"
NUMBERS = re.compile(rf"shape=\([^)]*\)|{STEP}|(?P<free>{NUMBER})", re.IGNORECASE)  # not free: part of the text
METRIC = re.compile(r" - (\w+): ([-+.\de]+|nan|inf)")
KERAS_EPOCH = re.compile(r"\s*Epoch \d+/\d+\s*")
LEFT_OUT = re.compile(r"\s*\.{3,}\s*")  # in an expected output
LAYER = re.compile(r"[\s│]*(\w+)(?: \(\w+\)?)?[\s│].*?([\d,]+)[\s│]*$")  # long class names are cut off or wrapped
COUNT = re.compile(r"\b(Total|Trainable|Non-trainable|Optimizer) params: (\d[\d,]{0,30})")


@dataclass
class Row:
    """One line of the expected output, ours beside it, and what to make of the two."""

    notes: str
    rule: dict
    step: float  # the epoch it belongs to, as `entries` says
    right: str  # the notes' line, or what should stand there
    ours: str | None = None
    our_step: float = -1
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
        epochs = re.search(r"\bepochs=(\d+)", self.script.read_text(encoding="utf-8"))  # the script's default
        lines = self.path.read_text(encoding="utf-8").splitlines()
        rows = []
        for number, step, line in entries(lines, int(epochs[1]) if epochs else 0):
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


def entries(lines, epochs=0):
    """What is compared of an output: (line number, epoch, text). The epoch, from 0, is the one that was named last: -1
    before the first, NO_EPOCH in a summary, infinity where it is not known, since lines were left out or no epoch is
    named at all, and in a log that names none, if that is known, the last of all `epochs`.

    A line is its own text, but for what Keras prints, which differs from version to version: of a training log only
    the last values are left, one entry each (`val_loss: 0.4002`), of a summary the layers (`dense: 15`) and
    the parameter counts, without the optimizer's variables.
    """
    step = -1 if any(re.search(STEP, line, re.IGNORECASE) for line in lines) else math.inf
    log, summary = [], False
    optimizer = next((found[2] for line in lines if (found := COUNT.search(line)) and found[1] == "Optimizer"), "0")
    for number, line in enumerate(lines, start=1):
        keras = KERAS_EPOCH.fullmatch(line)  # which counts from 1
        if found := re.search(STEP, line, re.IGNORECASE):
            step = int(found[1]) - bool(keras)
        elif LEFT_OUT.fullmatch(line):
            step = math.inf
        if " - loss: " in line:
            step = step if 0 <= step < math.inf or not epochs else epochs - 1
            values = dict(METRIC.findall(line))  # of a progress bar, which overwrites itself, what it showed last
            log = [(number, step, f"{name}: {values[name]}") for name in sorted(values)]
            continue
        if keras or (log and not line.strip()):
            continue
        yield from log
        log = []
        summary = summary or line.startswith("Model: ")
        if (found := COUNT.search(line)) and (summary or found[1] == "Optimizer"):
            count = int(found[2].replace(",", "")) - (found[1] == "Total") * int(optimizer.replace(",", ""))
            if found[1] != "Optimizer":
                yield number, NO_EPOCH, f"{found[1]} params: {count}"
            summary = found[1] in ("Total", "Trainable")
        elif summary and (found := LAYER.match(line)):
            yield number, NO_EPOCH, f"{found[1]}: {found[2].replace(',', '')}"
        elif line.startswith("Model: "):
            yield number, NO_EPOCH, line.replace("_", "")  # Keras 2 made vg_g16 of a class VGG16, Keras 3 makes vgg16
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


def judge(row, stand_in=False):
    """The verdict on `row.ours` and why, from the row's rule."""
    rule, reason = row.rule, row.rule["reason"]
    if row.ours is None:
        return "differs", "not printed"
    if rule["right"]:
        if squeeze(row.ours) == squeeze(row.right) or (rule["variant"] and squeeze(row.ours) == squeeze(row.notes)):
            return "erratum", reason
        return "differs", f"should be: {row.right.strip()}. {reason}"
    if squeeze(row.ours) == squeeze(row.right):
        return "same", ""
    (text, theirs), (our_text, ours) = skeleton(row.right), skeleton(row.ours)
    if text != our_text:
        return "differs", "other text"
    if any(not math.isfinite(float(number)) for number in ours):
        return "differs", "nan or infinite: the calculation broke down"
    if rule["metric"] and not 0 <= float(ours[0]) <= (1 if "accuracy" in rule["metric"] else math.inf):
        return "differs", "not possible"
    if rule["machine"]:
        return "not comparable", reason
    if stand_in and (rule["band"] or rule["data"]):
        return "not comparable", "stand-in data"
    pairs = [(float(a), float(b)) for a, b in zip(theirs, ours, strict=True) if a != b]
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
        for row, (step, text) in zip(rows, lines, strict=False):
            row.ours, row.our_step = text, step
        return
    keys = [likeness[0](row.step, row.right) for row in rows], [likeness[0](*line) for line in lines]
    i = j = 0
    for row, line, size in SequenceMatcher(None, *keys, autojunk=False).get_matching_blocks():
        align(rows[i:row], lines[j:line], likeness[1:])
        i, j = row + size, line + size
        align(rows[row:i], lines[line:j], ())


def compare(case, output, flags=(), stand_in=False):
    """Rows with verdicts for `output`, the text that a program printed.

    What `flags` that are not the case's own leave out, or change, is not comparable; nor is, on `stand_in` data, what
    depends on the data. All the rest has to be there, and to be right.
    """
    rows = case.rows() if case.path else []
    ours = [(step, line) for _, step, line in entries(output.splitlines()) if line.strip()]
    align(rows, ours)
    epochs, others = read_flags(flags)
    for row in rows:
        row.verdict, row.why = judge(row, stand_in)
        apart = row.ours is not None and row.step not in (row.our_step, math.inf)
        if apart and row.verdict not in FAILURES:
            row.verdict, row.why = "differs", "printed in another epoch"
        if row.verdict in FAILURES and epochs and (apart or row.step >= epochs):
            row.verdict, row.why = "not comparable", f"the notes print no run of {epochs} epochs"
        elif row.verdict in FAILURES and others and row.ours is not None:
            row.verdict, row.why = "not comparable", "the notes print no run with these flags"
    for rule in (rule for rule in {id(row.rule): row.rule for row in rows}.values() if rule["random"]):
        drawn = [row for row in rows if row.rule is rule and row.verdict == "random"]
        numbers = [number for row in drawn for number in skeleton(row.ours)[1]]
        for row in drawn if len(set(numbers)) == 1 < len(numbers) else ():
            row.verdict, row.why = "differs", "always the same number, which is not random"
    layers = [row.ours for row in rows if row.step == NO_EPOCH]
    if layers and not others:  # a layer more does not always show in the number of parameters
        more = Counter(line for step, line in ours if step == NO_EPOCH) - Counter(layers)
        rows += [Row("", NO_RULE, NO_EPOCH, "", line, NO_EPOCH, "differs", "not in the notes") for line in more]
    return rows


def read_flags(flags):
    """The number of epochs that these flags ask for, None where they do not, and whether others change what is printed.

    Where data come from, and where a training goes on, is no such change.
    """
    parser = Parser(add_help=False, allow_abbrev=False)
    parser.add_argument("--epochs", type=int)
    for flag in ("--data", "--offline", "--fresh"):
        parser.add_argument(flag, action="store" if flag == "--data" else "store_true")
    known, others = parser.parse_known_args(flags)
    return known.epochs, bool(others)
