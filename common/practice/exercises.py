"""Exercises: cut from the lessons, written to `mine/`, found by name; and which of them are done."""

import ast
import io
import os
import re
import tokenize
from collections import namedtuple
from contextlib import suppress
from difflib import SequenceMatcher
from functools import cache
from itertools import accumulate, count
from pathlib import Path

from common import ROOT, new_file
from common.compare import in_order, named, seconds

MINE = Path(os.environ.get("COURSE_MINE") or ROOT / "mine").absolute()
MARK, GAP = "# <- ", "____"
Gap = namedtuple("Gap", "prompt answer statement")  # answer: what was cut out of the statement


def cut(code):
    """The exercise made of a lesson's code, its gaps, and how it was made: (start, end, new) in bytes.

    What has a body (def, with, for) loses it, an assignment or return its value, print its last argument, any other
    statement all of it, a line inside of a statement the expression that it holds. A comment before a mark goes, too.
    """
    text, nodes = code.encode(), list(ast.walk(ast.parse(code)))  # ast counts bytes
    starts = [0, *accumulate(len(line) + 1 for line in text.split(b"\n"))]
    gaps, edits = [], []
    for token in tokenize.generate_tokens(io.StringIO(code).readline):
        row, (comment, _, prompt) = token.start[0], token.string.partition(MARK)
        if token.type == tokenize.COMMENT and len(prompt.split()) > 1:
            node = marked(nodes, row + token.line.lstrip().startswith(MARK))
            gone = hole(node)
            start = starts[gone[0].lineno - 1] + gone[0].col_offset
            end = starts[gone[-1].end_lineno - 1] + gone[-1].end_col_offset
            statement = text[starts[node.lineno - 1] : starts[node.end_lineno - 1] + node.end_col_offset]
            gaps.append(Gap(prompt, text[start:end].decode(), statement.decode()))
            place = starts[row] - 1 - len(token.string.encode())
            edits += [(start, end, GAP.encode()), (place, place + len(comment.encode()), b"")]
    for start, end, new in sorted(edits, reverse=True):
        text = text[:start] + new + text[end:]
    return text.decode(), gaps, edits


def marked(nodes, row):
    """The node that a mark on this row is for: what the row holds of a longer statement, or the innermost statement."""
    *_, statement = (it for it in nodes if isinstance(it, ast.stmt) and it.lineno <= row <= it.end_lineno)
    inside = (it for it in nodes if isinstance(it, ast.expr) and statement.lineno < it.lineno == row == it.end_lineno)
    return next(inside, statement)


def hole(node):
    """The nodes that a marked one loses."""
    body = getattr(node, "body", None)
    if isinstance(body, list):
        documented = isinstance(body[0], ast.Expr) and isinstance(body[0].value, ast.Constant)
        return body[documented and len(body) > 1 :]
    if isinstance(node, ast.Expr) and ast.unparse(node.value).startswith("print("):
        return node.value.args[-1:]
    return [node.value if isinstance(node, (ast.Assign, ast.AugAssign, ast.Return)) else node]


class Exercise:
    """A lesson with gaps, and the learner's file for it."""

    def __init__(self, lesson):
        self.lesson = lesson
        self.name = f"{lesson.parent.name}/{lesson.stem}"
        self.code = lesson.read_text(encoding="utf-8")
        self.text, self.gaps, self.edits = cut(self.code)
        self.titles = self.code.split("\n")[1:5:3]  # English, Chinese
        self.path = MINE / lesson.parent.name / lesson.name
        self.base = MINE / ".practice" / lesson.parent.name / lesson.name  # the exercise that the learner began with
        self.flags = []  # so that a training takes about two seconds
        if seconds(lesson) > 5 and (epochs := re.search(r"epochs=(\d+)", self.code)):
            self.flags += ["--epochs", str(max(2, int(int(epochs[1]) * 2 / (seconds(lesson) - 4))))]
            self.flags += ["--limit", "64" if seconds(lesson) > 100 else "256"] if "limit=" in self.code else []

    def begin(self):
        """Make the learner's file, or carry it over to a changed lesson; False, and it stays, if that fails."""
        if not self.path.exists():
            self.write(self.text)
        base, mine = read(self.base), read(self.path)
        if base == self.text or None in (base, mine):
            return True
        merged = carry_over(base, mine, self.text)
        if merged is not None:
            self.write(merged)
        return merged is not None

    def write(self, text):
        """Write the learner's file; the one before is kept as `.bak`, `.bak2`, …"""
        if self.path.exists():
            names = (f"{self.path}.bak{number if number > 1 else ''}" for number in count(1))
            self.path.rename(next(name for name in names if not os.path.exists(name)))
        save(self.path, text)
        save(self.base, self.text)


def read(path):
    """The text of a file with plain line ends; None where there is no text."""
    try:
        return path.read_text(encoding="utf-8-sig")
    except (OSError, UnicodeDecodeError):
        return None


def save(path, text):
    """Write a file that is there whole or not at all."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with new_file(path) as file:
        file.write(text.encode())


def carry_over(base, mine, new):
    """`new` with what `mine` changed of `base`; None where the lines around a change are not in `new` exactly once."""
    base, mine, new = (["", *text.split("\n"), ""] for text in (base, mine, new))
    for tag, i1, i2, j1, j2 in SequenceMatcher(None, base, mine, autojunk=False).get_opcodes():
        if tag != "equal":
            around = base[i1 - 1 : i2 + 1]
            places = [k for k in range(len(new)) if new[k : k + len(around)] == around]
            if len(places) != 1:
                return None
            new[places[0] + 1 : places[0] + len(around) - 1] = mine[j1:j2]
    return "\n".join(new[1:-1])


@cache
def exercises():
    """The exercise of every lesson that has gaps, in the order of the notes; without those that somebody has broken."""
    found = []
    for lesson in in_order():
        with suppress(Exception):
            found.append(Exercise(lesson))
    return [exercise for exercise in found if exercise.gaps]


def following(exercise=None):
    """The first exercise that is not done, looked for after this one and then from the start."""
    start = exercises().index(exercise) + 1 if exercise else 0
    return next((it for it in exercises()[start:] + exercises()[:start] if it.name not in done()), None)


def find(name):
    """The exercise that a learner means by `p13`, `class1/p13`, `p13_backpropagation` or a path."""
    none = f"no exercise {name}; python -m common.practice --list shows them all"
    lesson = named(name, [it.lesson for it in exercises()], none)
    return next(it for it in exercises() if it.lesson == lesson)


def done():
    """What `mine/progress.txt` says: the exercises that passed, or are plausible, by name."""
    lines = map(str.split, (read(MINE / "progress.txt") or "").split("\n"))
    return dict(line for line in lines if len(line) == 2)


def keep(exercise, result):
    """Note a result that is at least plausible; never less than what was reached before."""
    if result in ("passed", "plausible") and done().get(exercise.name) not in ("passed", result):
        reached = {**done(), exercise.name: result}
        save(MINE / "progress.txt", "".join(f"{name} {result}\n" for name, result in reached.items()))
