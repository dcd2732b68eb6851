"""The verdict on a learner's program: its output beside the lesson's own on this computer.

No line may be missing or too many, and each has to be equal: in its text, and in its numbers to the tolerance of the
script's rules, 1e-6 where there is none. A number that the lesson itself prints otherwise in a second run (no seed, a
time) is right within the rules' range. Numbers that are not equal, but within the range or band of the rules, or, at
the end of a training log, within a quarter of the lesson's value or 0.05 of its accuracy, are plausible: random numbers
drawn in another order do that, and so does a slip too small to show.
"""

import ast
import contextlib
import hashlib
import json
import math
import os
import re
import sys
import time
import warnings
from dataclasses import dataclass, field
from difflib import SequenceMatcher
from functools import partial
from importlib.metadata import version
from itertools import zip_longest

from common import ROOT
from common.compare import seconds
from common.compare.verdicts import NO_RULE, cases, covers, entries, read_rules, skeleton, squeeze
from common.practice import say
from common.practice.exercises import GAP, MINE, read, save
from common.practice.jobs import ready, start

LARGEST = 5_000_000  # bytes: more than any lesson prints
TOLERANCE = "1e-6 1e-6"  # relative and absolute
OTHER, WRONG, PLAUSIBLE, SAME = range(4)  # of a line: other text, wrong numbers, …


@dataclass
class Verdict:
    """What to tell a learner: the result (passed, plausible, wrong, broken, gaps), one line, and what stands below."""

    result: str
    summary: str
    details: list = field(default_factory=list)


class LessonFails(Exception):
    """The lesson itself does not run on this computer; `verdict` says why."""

    def __init__(self, error):
        self.verdict = Verdict("broken", say("lesson_fails", error=error))


def check(exercise, path):
    """The Verdict on the program in `path`; a generator that yields, while a program runs, which: lesson or yours."""
    if problem := before_running(path):
        return problem
    out, err, status = yield from run(path, exercise.flags, "yours", 60 + 5 * seconds(exercise.lesson))
    if status != 0:
        error, row = last_words(path, err)
        return stops(path, row, error or say("status", status=status))
    lesson = yield from lesson_output(exercise)
    if ("STAND-IN" in err) != lesson["stand_in"]:  # the data have come, or gone, since the lesson ran
        lesson = yield from lesson_output(exercise, anew=True)
    rows = judge(exercise, lesson["output"], out)
    if any(level in (WRONG, PLAUSIBLE) for level, *_ in rows):  # does the lesson repeat its own numbers?
        again = yield from lesson_output(exercise, number=2)
        rows = judge(exercise, lesson["output"], out, again["output"])
    return summary(rows)


def before_running(path):
    """The Verdict that a look at a program gives already; None if it may run."""
    try:
        code = path.read_bytes()
        if not code.strip(b"\xef\xbb\xbf \t\r\n"):
            return Verdict("broken", say("empty"))
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # Python says it again when the program runs
            tree = ast.parse(code)
    except OSError as error:
        return Verdict("broken", say("unreadable", error=error.strerror))
    except (SyntaxError, ValueError, RecursionError, MemoryError) as error:
        if b"\0" in code or "codec can't decode" in str(error):
            return Verdict("broken", say("encoding"))
        row = getattr(error, "lineno", None) or 0
        return stops(path, row, f"{type(error).__name__}: {getattr(error, 'msg', error)}")
    rows = sorted(node.lineno for node in ast.walk(tree) if isinstance(node, ast.Name) and node.id == GAP)
    details = [f"{row:4}  {line(path, row)}" for row in rows]
    return Verdict("gaps", say("gaps", number=len(rows)), details) if rows else None


def stops(path, row, error):
    """The Verdict on a program that an error ends, in this line if it is not 0."""
    return Verdict("broken", say("place", row=row, error=error), [line(path, row)]) if row else Verdict("broken", error)


def line(path, row):
    """One line of a program, "" if it is not there."""
    return "".join(["", *(read(path) or "").split("\n")][row : row + 1]).strip()[:200]


def run(script, flags, name, limit=math.inf):
    """What a script prints, its errors and its exit status; one that takes too long or prints too much is ended."""
    while not ready(script):
        yield name
    job, begun = start(script, flags), time.monotonic()
    try:
        while not job.ended():
            if time.monotonic() - begun > limit:
                return "", say("endless", seconds=int(limit)), 1
            if sum(os.path.getsize(file) for file in job.files if os.path.exists(file)) > LARGEST:
                return "", say("too_much", size=LARGEST // 10**6), 1
            yield name
        return job.wait()
    finally:  # also when nobody waits for the verdict any more
        job.kill()


def lesson_output(exercise, number=1, anew=False):
    """What the lesson prints on this computer in its first or second run, kept under the hash of all it depends on."""
    depends = exercise.flags, sys.version, version("tensorflow"), os.environ.get("COURSE_DATA")
    parts = [exercise.code.encode(), repr(depends).encode()]
    parts += [path.read_bytes() for path in sorted((ROOT / "common").rglob("*.py")) if path.parent.name != "practice"]
    digest = hashlib.sha256(b"\0".join(parts)).hexdigest()[:16]
    folder, name = MINE / ".practice" / "outputs", exercise.name.replace("/", " ")
    path = folder / f"{name} {number} {digest}.json"
    try:
        kept = json.loads("" if anew else read(path) or "")
        return {"output": str(kept["output"]), "stand_in": bool(kept["stand_in"])}
    except (ValueError, LookupError, TypeError):  # not there yet, or damaged
        out, err, status = yield from run(exercise.lesson, exercise.flags, "lesson")
    if status != 0:
        raise LessonFails(last_words(exercise.lesson, err)[0] or f"exit status {status}")
    for old in folder.glob(f"{name} {'*' if anew else number} *.json"):
        with contextlib.suppress(OSError):
            old.unlink()
    kept = {"output": out, "stand_in": "STAND-IN" in err}
    save(path, json.dumps(kept))
    return kept


def last_words(path, err):
    """The error that ended a program, in one line, and the line of the program it comes from, 0 if it is not known."""
    lines = err.rstrip().splitlines()
    frames = [number for number, line in enumerate(lines) if line.startswith('  File "')]
    rows = [int(found[1]) for line in lines if (found := re.match(rf'  File ".*{path.stem}\.py", line (\d+)', line))]
    after = [line for line in lines[frames[-1] if frames else -1 :] if line.strip() and not line.startswith(" ")]
    return (after[0][:300] if after else ""), rows[-1] if rows else 0


def judge(exercise, lesson, ours, again=""):
    """(level, the lesson's line, ours) for every line of both outputs; `again` is the lesson's second output."""
    lesson, ours, again = (
        [re.sub(r"\b[\d.]+ s\b", "… s", line) for _, _, line in entries(text.splitlines()) if line.strip()]
        for text in (lesson, ours, again)
    )  # how many seconds something takes is nobody's fault
    ours = ours[: 2 * len(lesson) + 100]
    texts, our_texts, again_texts = ([skeleton(line)[0] for line in lines] for lines in (lesson, ours, again))
    expected = list(zip(lesson, again if again_texts == texts else lesson, rules(exercise, lesson), strict=True))
    rows = []
    for _, i1, i2, j1, j2 in SequenceMatcher(None, texts, our_texts, autojunk=False).get_opcodes():
        for theirs, our in zip_longest(expected[i1:i2], ours[j1:j2]):
            rows.append((level(theirs, our), theirs and theirs[0], our))
    return rows


def level(expected, ours):
    """How one line of ours agrees with (the lesson's, that of its second run, rule)."""
    if expected is None or ours is None:
        return OTHER
    line, again, rule = expected
    if squeeze(line) == squeeze(ours):
        return SAME
    (text, theirs), (our_text, numbers), (_, seconds) = map(skeleton, (line, ours, again))
    trained = re.match(r"(val_)?(loss|\w*accuracy): ", line)  # of a training log, as `entries` makes them
    return (
        OTHER
        if text != our_text
        else min(map(partial(agreement, rule, trained), theirs, numbers, seconds), default=SAME)
    )


def agreement(rule, trained, theirs, ours, again):
    """How one number of ours agrees with the lesson's and that of its second run."""
    a, b, c = float(theirs), float(ours), float(again)
    relative, absolute = (*map(float, (rule["close"] or TOLERANCE).split()), 0.0, 0.0)[:2]
    whole = theirs.lstrip("+-").isdigit()
    if theirs == ours or a == b or (not whole and math.isclose(a, b, rel_tol=relative, abs_tol=absolute)):
        return SAME
    varies = not math.isclose(a, c, rel_tol=relative, abs_tol=absolute)
    low, high = map(float, (rule["random"] or "inf inf").split())
    width = float(rule["band"].split()[1]) if rule["band"] else 0
    if trained:
        width = max(width, abs(a) / 4, 0.05 if "accuracy" in trained[0] else 0)
    if low <= b <= high or abs(a - b) <= width or (rule["machine"] and math.isfinite(b)):
        return SAME if varies else PLAUSIBLE
    return SAME if varies and math.isfinite(b) and not (rule["random"] or rule["band"]) else WRONG


def rules(exercise, lines):
    """The rule for each line: that of the line of the expected outputs that looks like it, in their order."""

    def look(line):
        return re.sub(r"[-+]?\d[\d.]*(e[-+]?\d+)?", "#", squeeze(line))

    known, found = {}, []
    for case in cases(exercise.lesson):
        if case.path and not case.flags:
            name = "recorded/" * case.recorded + case.path.stem
            mine = [rule for names, rule in read_rules(exercise.lesson.parent) if name in names]
            for number, _, text in entries(case.path.read_text(encoding="utf-8").splitlines()):
                known.setdefault(look(text), []).extend([rule for rule in mine if covers(rule, number, text)][:1])
    for text in lines:
        alike = known.get(look(text)) or [NO_RULE]
        found.append(alike.pop(0) if len(alike) > 1 else alike[0])
    return found


def summary(rows):
    """The Verdict that the lines make together."""
    worst = min((level for level, *_ in rows), default=SAME)
    result = "passed" if worst == SAME else "plausible" if worst == PLAUSIBLE else "wrong"
    differ = [row for row in rows if row[0] < (PLAUSIBLE if result == "wrong" else SAME)]
    details, nothing = [], say("nothing")
    for _, lesson, ours in differ[:3]:
        details += [
            f"{say('lesson_line')} {(lesson or nothing)[:200]}",
            f"{say('your_line')} {(ours or nothing)[:200]}",
        ]
    return Verdict(result, say(result, number=len(differ)), details + ["……"] * (len(differ) > 3))
