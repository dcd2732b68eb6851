"""The verdict on a learner's program: its output beside the lesson's own on this computer, by the rules of `compare`.

No line may be missing or too many, and each has to be the same: in its text, and in its numbers to the tolerance of the
script's rules, 1e-6 where there is none. What is not, but right beside the notes, or in a training log within a quarter
of the lesson's value or 0.05 of its accuracy, is plausible: random numbers drawn in another order do that, and so does
a slip too small to show. So is a warning more.
"""

import ast
import hashlib
import os
import re
import select
import sys
import tempfile
import time
from collections import Counter, namedtuple
from dataclasses import replace
from importlib.metadata import version
from pathlib import Path

from common import ROOT
from common.compare import seconds, verdicts
from common.compare.runner import alone, errors
from common.practice import say
from common.practice.exercises import GAP, read, save

SEEDED = Path(__file__).with_name("seeded.py")
LARGEST = 2_000_000  # bytes: more than any lesson prints
TOLERANCE = "1e-6 1e-6"  # relative and absolute
WARNING = re.compile(r"\w*Warning: .*|WARNING:absl: *.*")  # of Python, of Keras
ORDER = ("wrong", "plausible", "passed")
Verdict = namedtuple("Verdict", "result summary details", defaults=[()])  # result: one of ORDER, broken or runs


def check(exercise, path, runner):
    """Judge the program in `path`: yields a Verdict when something starts to run, None meanwhile, a Verdict at the end.

    `runner` is a Runner (common/compare/runner.py), for what needs TensorFlow.
    """
    code = read(path)
    error, rows = before_running(code, path.name)
    if not error:
        out, err, status = yield from run("yours", exercise, path, runner)
        error, rows = last_words(path, err, status) if status != 0 else ("", [])
    if not error:
        lesson = yield from lesson_output(exercise, runner, "STAND-IN" in err)
        error = say("lesson_fails") if lesson is None else ""
    details = [f"{row:4}  {line.strip()[:200]}" for row in rows for line in code.split("\n")[row - 1 : row]]
    yield Verdict("broken", error, details) if error else judge(exercise.lesson, lesson, out)


def before_running(code, name):
    """What is wrong with a program, "" if it may run, and in which rows."""
    if code is None:
        return say("unreadable"), []
    try:
        tree = ast.parse(code, name)
    except (SyntaxError, ValueError, RecursionError, MemoryError) as error:
        return f"{type(error).__name__}: {error}", [getattr(error, "lineno", None) or 0]
    rows = sorted(node.lineno for node in ast.walk(tree) if isinstance(node, ast.Name) and node.id == GAP)
    return say("gaps", number=len(rows)) if rows else "", rows


def run(which, exercise, script, runner):
    """What a script prints, with its warnings, its errors and its exit status, None if that was too much."""
    end, warm = time.monotonic() + 60 + 10 * seconds(exercise.lesson), re.search("tensorflow|keras", read(script) or "")
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as checkpoints:
        yield Verdict("runs", say(which))
        command = SEEDED, [str(script), *exercise.flags], {"COURSE_CHECKPOINTS": checkpoints}
        while warm and sys.platform != "win32" and not select.select([runner.warm.stdout], [], [], 0)[0]:
            yield None  # TensorFlow is being imported
        job = runner.start(*command) if warm else alone(*command)
        try:
            while not job.ended() and time.monotonic() < end:
                if sum(file.stat().st_size for file in os.scandir(job.folder.name)) > LARGEST:
                    break
                yield None
            out, err, status = job.wait(0)
            return "\n".join([out, *WARNING.findall(err)]), err, status
        finally:  # also when nobody waits for the verdict any more
            job.kill()


def last_words(path, err, status):
    """The error that ended a program, and the row that it comes from, in a list."""
    if status is None:
        return say("endless"), []
    rows = re.findall(rf'^  File ".*{re.escape(path.name)}", line (\d+)', err, re.MULTILINE)[-1:]
    _, _, text = re.sub("\x1b\\[[\\d;]*m", "", errors(err)).rpartition("Traceback (most recent call last):")
    lines = re.findall(r"^\S.*", text, re.MULTILINE)
    said = lines[0 if rows else -1] if lines else say("status", status=status)
    if said.endswith("in user code:"):  # the reason comes last
        said = (re.findall(r"^ +([\w.]+: .+)", text, re.MULTILINE) or [said])[-1]
    if "Exception encountered when calling" in said:  # the reason comes next, or after a paragraph
        below = [part.strip() for part in re.split(r"\n\s*\n", text.rpartition(said)[2])]
        said = next((part for part in below if part and not part.startswith("Could not automatically")), said)
    return said[:300], list(map(int, rows))


def lesson_output(exercise, runner, stand_in):
    """What the lesson prints, kept with a hash of all that this depends on; None if it fails."""
    depends = [exercise.code, exercise.flags, stand_in, os.environ.get("COURSE_DATA"), sys.version]
    depends += [version("tensorflow"), *map(read, sorted(ROOT.glob("common/**/*.py")))]
    digest = hashlib.sha256(repr(depends).encode()).hexdigest()
    path = exercise.base.with_suffix(".txt")
    kept, _, out = (read(path) or "").partition("\n")
    if kept != digest:
        out, _, status = yield from run("lesson", exercise, exercise.lesson, runner)
        if status != 0:
            return None
        save(path, f"{digest}\n{out}")
    return out


def judge(lesson, expected, ours):
    """The Verdict on what a program printed, beside what the lesson printed."""
    expected, ours = (
        [(step, re.sub(r"\b[\d.]+ s\b", "… s", text)) for _, step, text in verdicts.entries(lines) if text.strip()]
        for lines in (expected.splitlines(), ours.splitlines()[: 2 * len(expected) + 100])
    )  # how many seconds something takes is nobody's fault
    rules = {}  # of the notes' lines, by their text, and by that without the number of an epoch
    for case in verdicts.cases(lesson):
        for row in case.rows() if case.path and not case.flags else ():
            rules = {alike: row.rule for alike in look(row.right)} | rules
    rows = [
        verdicts.Row(text, next((rules[alike] for alike in look(text) if alike in rules), verdicts.NO_RULE), step, text)
        for step, text in expected
    ]
    verdicts.align(rows, ours)
    more = Counter(ours) - Counter((row.our_step, row.ours) for row in rows)
    rows += [verdicts.Row("", verdicts.NO_RULE, step, "", text) for step, text in more.elements()]
    for row in rows:
        row.verdict = grade(row)
    result = min((row.verdict for row in rows), key=ORDER.index, default="passed")
    differ = [row for row in rows if row.verdict == result != "passed"]
    pairs = [pair for row in differ[:3] for pair in (("lesson_line", row.right), ("your_line", row.ours))]
    details = [f"{say(name)} {(text or say('nothing'))[:200]}" for name, text in pairs]
    return Verdict(result, say(result, number=len(differ)), details + ["……"] * (len(differ) > 3))


def look(text):
    """A line without its numbers, first but for that of an epoch."""
    text, _ = verdicts.skeleton(text)
    return text, re.sub(r"\d+", "#", text)


def grade(row):
    """What one line of ours is beside the lesson's: passed, plausible or wrong."""
    if not row.right:
        return "plausible" if WARNING.match(row.ours) else "wrong"
    strict, loose = {**verdicts.NO_RULE, "close": row.rule["close"] or TOLERANCE}, {**row.rule, "right": ""}
    if trained := re.match(r"(?:val_)?(?:loss|\w*(accuracy)): (\S+)", row.right):  # in a training log
        widths = [abs(float(trained[2])) / 4, 0.05 * bool(trained[1]), *map(float, row.rule["band"].split()[1:])]
        loose = {**verdicts.NO_RULE, "band": f"lower {max(widths)}"}
    first, second = (verdicts.judge(replace(row, rule=rule))[0] for rule in (strict, loose))
    if first in ("same", "close") or second == "not comparable":  # which is a time
        return "passed"
    return "plausible" if second in ("close", "random") else "wrong"
