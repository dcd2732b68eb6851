"""Which slips practice does not notice: `python tests/practice_mutants.py [class1/p13 …]`.

In the solution of every exercise each gap is filled wrongly in a few ways: an operator swapped, a constant changed, a
keyword dropped. A program whose verdict is still "passed" is printed as a survivor, "plausible" is counted. All run in
this process, beside the lesson; not on Windows, which has no alarm. COURSE_OFFLINE=1 and COURSE_CHECKPOINTS=DIR keep
downloads and your own checkpoints out of it. What survives should be a slip that changes nothing that is printed: a
keyword at its default, 1 in place of a factor 1.
"""

import ast
import collections
import contextlib
import copy
import io
import random
import runpy
import signal
import sys
import tempfile
from pathlib import Path

import common.quiet  # noqa: F401
from common.practice.exercises import MARK, exercises, find, hole, marked
from common.practice.verdict import judge

import keras
import matplotlib
import matplotlib.pyplot as plt

matplotlib.use("agg")
SWAPS = {ast.Add: ast.Sub, ast.Sub: ast.Add, ast.Mult: ast.Div, ast.Div: ast.Mult, ast.Pow: ast.Mult}
LIMIT = 6  # mutants for one gap


def run(code, exercise, folder):
    """What a program prints; None if it fails, or takes two minutes."""
    path = Path(folder) / exercise.lesson.name
    path.write_text(code, encoding="utf-8")
    keras.utils.clear_session(free_memory=False)
    keras.utils.set_random_seed(0)  # as practice does
    out, sys.argv = io.StringIO(), [str(path), *exercise.flags]
    signal.alarm(120)
    try:
        with contextlib.redirect_stdout(out), contextlib.redirect_stderr(io.StringIO()):
            runpy.run_path(str(path), run_name="__main__")
    except KeyboardInterrupt:
        raise
    except BaseException:  # whatever a slip raises
        return None
    finally:
        signal.alarm(0)
        plt.close("all")
    return out.getvalue()


def too_long(number, frame):
    raise TimeoutError


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
    signal.signal(signal.SIGALRM, too_long)
    counts, survivors = collections.Counter(), 0
    for exercise in map(find, names) if names else exercises():
        with tempfile.TemporaryDirectory() as folder:
            lesson = run(exercise.code, exercise, folder)
            for gap in exercise.gaps:
                for what, code in mutants(exercise, gap):
                    out = run(code, exercise, folder)
                    verdict = "wrong" if out is None else judge(exercise.lesson, lesson, out).result
                    counts[verdict] += 1
                    if verdict == "passed":
                        survivors += 1
                        print(f"{exercise.name}: {gap.prompt}: {what}", flush=True)
        print(f"{exercise.name}: {dict(counts)}", file=sys.stderr, flush=True)
    print(dict(counts))
    return survivors


if __name__ == "__main__":
    sys.exit(min(main(sys.argv[1:]), 1))
