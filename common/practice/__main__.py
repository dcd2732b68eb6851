"""The lessons as exercises: fill in what is left out, save, and read the verdict.

Without an exercise it goes to the next one that is not done. Your files and your progress are in mine/.
"""

import contextlib
import sys
import time
from pathlib import Path

from common import stop
from common.options import Parser
from common.practice import say
from common.practice.exercises import find, keep
from common.practice.session import following, practise, table, tell
from common.practice.verdict import LessonFails, check


def judge(exercise, path):
    """Print the verdict on a file; returns the exit status: 0 passed, 3 plausible, 1 anything else."""
    if path == exercise.path:
        exercise.begin()
    with contextlib.closing(check(exercise, path)) as checking:
        try:
            while True:
                next(checking)
                time.sleep(0.02)
        except StopIteration as end:
            verdict = end.value
        except LessonFails as error:
            stop(error.verdict.summary)
    tell(verdict)
    if path == exercise.path:
        keep(exercise, verdict.result)
    return {"passed": 0, "plausible": 3}.get(verdict.result, 1)


def main(arguments=None):
    """The command; returns its exit status."""
    parser = Parser("python -m common.practice", description=__doc__)
    parser.add_argument("exercise", nargs="?", help="p13, class1/p13, or a path")
    parser.add_argument(
        "--check", action="store_true", help="one verdict; exit status 0 passed, 3 plausible, 1 neither"
    )
    parser.add_argument("--list", action="store_true", help="every exercise, and how far you are")
    opt = parser.parse_args(arguments)
    if opt.check and not opt.exercise:
        stop("--check which exercise? e.g. --check p17, or the path of a file")
    exercise = find(opt.exercise) if opt.exercise else None
    if opt.list:
        table()
    elif opt.check:
        path = Path(opt.exercise).absolute()  # anybody's file; the lesson stands for the learner's own
        return judge(exercise, path if path.is_file() and path != exercise.lesson else exercise.path)
    elif not (sys.stdin.isatty() and sys.stdout.isatty()):
        stop("no terminal here: --check p17 judges one exercise, --list shows them all")
    elif exercise := exercise or following():
        practise(exercise)
    else:
        print(say("all_done"))
    return 0


if __name__ == "__main__":
    sys.exit(main())
