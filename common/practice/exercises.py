"""Exercises: cut from the lessons, written to `mine/`, found by name; and which of them are done."""

import ast
import io
import os
import re
import sys
import tokenize
from dataclasses import dataclass
from difflib import SequenceMatcher
from itertools import accumulate
from pathlib import Path

from common import ROOT, new_file, stop
from common.compare import in_order, seconds

MINE = Path(os.environ.get("COURSE_MINE") or ROOT / "mine").absolute()
MARK, GAP = "# <- ", "____"
BROKEN = set()  # lessons that were said to be


@dataclass
class Gap:
    """What was cut out of a lesson, and what is known of it."""

    prompt: str
    answer: str  # what was cut out
    statement: str  # the lesson's lines that it was cut from
    blanked: str  # the same without arguments: tf.square(… + …)
    functions: list


def cut(code):
    """The exercise made of a lesson's code, and its gaps in order.

    An assignment or return loses its value, print its last argument, what has a body (def, with, for) its body but for
    a docstring, any other statement all of it; a line inside of a statement loses the element or argument that it
    holds. A comment before a mark goes, too.
    """
    lines = code.split("\n")
    starts = list(accumulate((len(line) + 1 for line in lines), initial=0))
    tree = list(ast.walk(ast.parse(code)))

    def span(first, last):  # ast counts lines from 1, and bytes
        places = (first.lineno - 1, first.col_offset), (last.end_lineno - 1, last.end_col_offset)
        return [starts[row] + len(lines[row].encode()[:column].decode()) for row, column in places]

    edits, gaps = [], []
    for token in tokenize.generate_tokens(io.StringIO(code).readline):
        _, mark, prompt = token.string.partition(MARK)
        if token.type != tokenize.COMMENT or len(prompt.split()) < 2:
            continue
        above = lines[token.start[0] - 1].lstrip().startswith(mark)  # a line of its own, for the next one
        row = token.start[0] + above
        node = marked(tree, row)
        nodes = hole(node)
        start, end = span(nodes[0], nodes[-1])
        comment = starts[row - 1] + token.start[1]
        if above:
            edits.append((start, end, GAP))
        elif start < comment < end:  # the mark is on the first line of several that go
            edits.append((start, end, f"{GAP}  {mark}{prompt}"))
        else:
            edits += [(start, end, GAP), (comment, starts[row] - 1, mark + prompt)]
        first, last = starts[node.lineno - 1], span(node, node)[1]
        leaves = [(*span(leaf, leaf), "…") for part in nodes for leaf in values(part)]
        calls = [call for part in nodes for call in ast.walk(part) if isinstance(call, ast.Call)]
        functions = list(dict.fromkeys(ast.unparse(call.func) for call in calls))
        blanked = replaced(code[:last], leaves)[first:]
        gaps.append(Gap(prompt, code[start:end], code[first:last], blanked, functions))
    return replaced(code, edits), gaps


def marked(tree, row):
    """The node that a mark on this row is for: the innermost statement, or what fills the row inside of one."""
    around = [node for node in tree if isinstance(node, ast.stmt) and node.lineno <= row <= node.end_lineno]
    statement = max(around, key=lambda node: (node.lineno, node.col_offset))
    inside = [
        node
        for node in tree
        if isinstance(node, (ast.expr, ast.keyword)) and statement.lineno < row == node.lineno == node.end_lineno
    ]
    widest = max(inside, key=lambda node: (-node.col_offset, node.end_col_offset), default=statement)
    return widest.value if isinstance(widest, ast.keyword) else widest


def replaced(text, edits):
    """The text with (start, end, new) done."""
    for start, end, new in sorted(edits, reverse=True):
        text = text[:start] + new + text[end:]
    return text


def hole(node):
    """The nodes that a marked statement loses."""
    if isinstance(body := getattr(node, "body", None), list):
        documented = isinstance(body[0], ast.Expr) and isinstance(body[0].value, ast.Constant)
        return body[1:] if documented and len(body) > 1 else body
    value = node.value if isinstance(node, ast.stmt) and hasattr(node, "value") else None
    if isinstance(node, ast.Expr):
        printed = isinstance(value, ast.Call) and ast.unparse(value.func) == "print" and value.args
        value = value.args[-1] if printed else None
    return [value or node]


def values(node):
    """The names, attributes and constants that are used in a node, but for the functions that it calls."""
    if isinstance(node, (ast.Name, ast.Attribute, ast.Constant, ast.JoinedStr)):
        if not isinstance(getattr(node, "ctx", None), ast.Store):
            yield node
        return
    function = getattr(node, "func", None)
    for child in ast.iter_child_nodes(node):
        if child is not function:
            yield from values(child)
        elif isinstance(getattr(function, "value", None), ast.Call):  # f(x).g(y)
            yield from values(function.value)


class Exercise:
    """A lesson with gaps, and the learner's file for it."""

    def __init__(self, lesson):
        self.lesson = lesson
        self.name = f"{lesson.parent.name}/{lesson.stem}"
        self.code = lesson.read_text(encoding="utf-8")
        self.text, self.gaps = cut(self.code)
        self.path = MINE / lesson.parent.name / lesson.name
        self.base = MINE / ".practice" / lesson.parent.name / lesson.name  # the exercise that the learner began with
        header = self.code.split('"""')[1]
        self.titles = [line for line in header.split("\n") if line.strip("= ")][:2]  # English, Chinese
        self.notes = re.search("^:Notes: (.+)", header, re.MULTILINE)[1]
        self.flags = []  # so that the training takes about two seconds
        if seconds(lesson) > 5 and (epochs := re.search(r"epochs=(\d+)", self.code)):
            self.flags += ["--epochs", str(max(2, int(float(f"{int(epochs[1]) * 2 / (seconds(lesson) - 4):.0e}"))))]
            self.flags += ["--limit", "64" if seconds(lesson) > 100 else "256"] if "limit=" in self.code else []

    def write(self):
        """Write the exercise to its file, which is kept as `.bak` if it is there."""
        if self.path.exists():
            try:
                os.replace(self.path, free_name(self.path))
            except OSError as error:  # on Windows somebody may hold it open
                stop(f"cannot rename {self.path}: {error.strerror}; is another program using it?")
        for path in (self.path, self.base):
            save(path, self.text)

    def begin(self):
        """Make the learner's file if it is not there, or bring it to a lesson that has changed; False if that failed.

        A learner's changes are carried over where the lines around them are in the new exercise, too. If one is not,
        the file stays as it is.
        """
        if not self.path.exists():
            self.write()
        base, mine = read(self.base), read(self.path)
        if None in (base, mine) or base == self.text:
            return True
        merged = carry_over(base, mine, self.text)
        if merged is None:
            return False
        self.write()
        save(self.path, merged)
        return True


def read(path):
    """The text of a file with plain line ends; None where there is no text."""
    try:
        return path.read_bytes().decode("utf-8-sig").replace("\r\n", "\n")
    except (OSError, UnicodeDecodeError):
        return None


def save(path, text):
    """Write a file that is there whole or not at all; `stop` where that cannot be done."""
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with new_file(path) as file:
            file.write(text.encode())
    except OSError as error:
        stop(f"cannot write {path}: {error.strerror}; make room, and {MINE} a folder you may write")


def free_name(path):
    """The first of `x.py.bak`, `x.py.bak2`, `x.py.bak3`… that is not taken."""
    names = (path.with_name(f"{path.name}.bak{number if number > 1 else ''}") for number in range(1, 10**6))
    return next(name for name in names if not name.exists())


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


def exercises():
    """The exercise of every lesson that has gaps, in the order of the notes; what somebody has broken is left out."""
    found = []
    for lesson in in_order():
        try:
            found.append(Exercise(lesson))
        except Exception as error:  # a lesson that was edited may be anything
            if lesson not in BROKEN:
                print(f"note: no exercise from {lesson.name}: {' '.join(str(error).split())}", file=sys.stderr)
            BROKEN.add(lesson)
    return [exercise for exercise in found if exercise.gaps]


def find(name):
    """The exercise that a learner means by `p13`, `class1/p13`, `p13_backpropagation` or a path."""
    stem, folder, everything = Path(name).stem, Path(name).parent.name, exercises()
    folder = folder if any(it.name.startswith(folder) for it in everything) else ""
    near = [it for it in everything if it.name.startswith(folder)]
    exact = [it for it in near if it.lesson.stem == stem]
    found = exact or [it for it in near if it.lesson.stem.startswith(f"{stem}_")]
    if len(found) > 1:
        stop(f"{name} may be {', '.join(it.name for it in found)}: which one? e.g. {found[0].name}")
    return found[0] if found else stop(f"no exercise {name}; python -m common.practice --list shows them all")


def done():
    """What `mine/progress.txt` says: the exercises that passed, or are plausible, by name."""
    lines = (read(MINE / "progress.txt") or "").split("\n")
    return dict(line.split(maxsplit=1) for line in lines if len(line.split(maxsplit=1)) == 2)


def keep(exercise, result):
    """Note a result that is at least plausible; never less than what was reached before."""
    reached = done()
    if result in ("passed", "plausible") and reached.get(exercise.name) not in (result, "passed"):
        reached[exercise.name] = result
        save(MINE / "progress.txt", "".join(f"{name} {result}\n" for name, result in reached.items()))
