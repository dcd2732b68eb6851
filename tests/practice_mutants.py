"""Which slips practice does not notice: `python tests/practice_mutants.py [class1/p13 …]`.

In the solution of every exercise each gap is filled wrongly in a few ways: an operator swapped, a constant changed, a
keyword dropped. A program whose verdict is still "passed" is printed as a survivor, the others are counted. What
survives should be a slip that changes nothing that is printed: a keyword at its default, 1 in place of a factor 1.
COURSE_OFFLINE=1 keeps downloads out of it.
"""

import ast
import collections
import copy
import random
import sys
import tempfile
import time
from pathlib import Path

from common.compare.runner import Runner
from common.practice.exercises import MARK, exercises, find, hole, marked
from common.practice.verdict import check

SWAPS = {ast.Add: ast.Sub, ast.Sub: ast.Add, ast.Mult: ast.Div, ast.Div: ast.Mult, ast.Pow: ast.Mult}
LIMIT = 6  # mutants for one gap


def slips(node):
    """(what is wrong, how to make it) for one node of a syntax tree."""
    if isinstance(node, ast.BinOp) and type(node.op) in SWAPS:
        yield ast.unparse(node), lambda it: setattr(it, "op", SWAPS[type(it.op)]())
    if isinstance(node, ast.Constant) and isinstance(node.value, (bool, int, float)):
        yield (
            f"constant {node.value}",
            lambda it: setattr(it, "value", not it.value if isinstance(it.value, bool) else it.value + 1),
        )
    for number, word in enumerate(getattr(node, "keywords", [])):
        yield f"without {word.arg}", lambda it, number=number: it.keywords.pop(number)


def mutants(exercise, gap):
    """(what is wrong, program) for some of the ways in which a gap can be filled wrongly."""
    row = 1 + exercise.code[: exercise.code.index(MARK + gap.prompt)].count("\n")
    row += exercise.code.split("\n")[row - 1].lstrip().startswith(MARK)
    tree = ast.parse(exercise.code)
    nodes = [node for part in hole(marked(list(ast.walk(tree)), row)) for node in ast.walk(part)]
    found = []
    for number, node in enumerate(nodes):
        for name, change in slips(node):
            other = copy.deepcopy(tree)
            change([it for part in hole(marked(list(ast.walk(other)), row)) for it in ast.walk(part)][number])
            found.append((name, ast.unparse(ast.fix_missing_locations(other))))
    return random.Random(0).sample(found, min(LIMIT, len(found)))


def main(names):
    """Print the survivors; returns how many there are."""
    counts = collections.Counter()
    with Runner() as runner, tempfile.TemporaryDirectory() as folder:
        for exercise in map(find, names) if names else exercises():
            for gap in exercise.gaps:
                for what, code in mutants(exercise, gap):
                    path = Path(folder) / exercise.lesson.name
                    path.write_text(code, encoding="utf-8")
                    for verdict in check(exercise, path, runner):  # noqa: B007
                        time.sleep(0.02)
                    counts[verdict.result] += 1
                    if verdict.result == "passed":
                        print(f"{exercise.name}: {gap.prompt}: {what}", flush=True)
            print(f"{exercise.name}: {dict(counts)}", file=sys.stderr, flush=True)
    print(dict(counts))
    return counts["passed"]


if __name__ == "__main__":
    sys.exit(min(main(sys.argv[1:]), 1))
