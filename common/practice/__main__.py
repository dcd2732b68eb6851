"""The lessons as exercises: fill in what is left out, save, and read the verdict.

Without an exercise it goes to the next one that is not done. Your files and your progress are in mine/.
"""

import ast
import atexit
import os
import re
import select
import sys
import textwrap
import time
from collections import Counter
from contextlib import ExitStack
from keyword import iskeyword
from pathlib import Path

from common import shown, stop
from common.compare import field
from common.compare.runner import Runner
from common.compare.verdicts import squeeze
from common.options import Parser
from common.practice import CHINESE, say
from common.practice.exercises import GAP, MARK, MINE, done, exercises, find, following, keep, read
from common.practice.verdict import check

from rich.console import Console

if WINDOWS := sys.platform == "win32":
    import msvcrt
else:
    import termios
    import tty

LOOK = {"passed": ("✓", "bold green"), "plausible": ("~", "bold cyan"), "runs": ("…", "dim"), "begun": ("…", "none")}
VALUE = re.compile(r"""#.*|f?"[^"\n]*"|'[^'\n]*'|[\w.]+(?![\w.]| *\(| *=[^=])""")  # no function, nor what a value gets
FUNCTION = re.compile(r"[\w.]+(?=\()|(?:np|tf)\.(?:newaxis|\w+(?=\[))")  # np.mgrid, too
console = Console(highlight=False, markup=False)


def tell(verdict):
    """Print a verdict."""
    sign, style = LOOK.get(verdict.result, ("✗", "bold red"))
    console.print(f"{sign} {verdict.summary}", style=style)
    for line in verdict.details:
        console.print(f"    {line}")


def table():
    """Print every exercise, and how far it is."""
    results, folder = done(), ""
    for it in exercises():
        if it.lesson.parent.name != folder:
            console.print(f"\n{(folder := it.lesson.parent.name)}", style="bold")
        sign, style = LOOK.get(results.get(it.name) or "begun" * it.path.exists(), (" ", "none"))
        console.print(f"  {sign} {it.lesson.stem:33}{it.titles[CHINESE]}", style=style)
    reached = Counter(results.values())
    console.print("\n" + say("counts", passed=reached["passed"], plausible=reached["plausible"], all=len(exercises())))


def hints(exercise, gap):
    """The place in the notes and the functions used; the statement without values; the statement."""
    functions = ", ".join(dict.fromkeys(FUNCTION.findall(gap.answer))) or say("no_function")
    before, _, after = gap.statement.rpartition(gap.answer)
    blanked = VALUE.sub(lambda it: it[0] if it[0].islower() and iskeyword(it[0]) else "…", gap.answer)
    where = say("where", notes=field(exercise.lesson, "Notes"), functions=functions)
    return [f"{MARK}{gap.prompt}\n{textwrap.dedent(hint)}" for hint in (where, before + blanked + after, gap.statement)]


def is_open(gap, text):
    """Whether there is still ____ beside the mark of a gap, or below it before the next mark."""
    mark, line = re.escape(MARK + gap.prompt), rf"\n(?!.*{MARK}).*"
    return bool(re.search(rf"{GAP}.*{mark}$|{mark}$(?:{line})*?{line}{GAP}", text, re.MULTILINE))


def pressed(seconds):
    """What is typed in this time, in lower case; q at the end of input."""
    if WINDOWS:
        time.sleep(seconds)
        typed = "".join(iter(lambda: msvcrt.kbhit() and msvcrt.getwch(), 0))
    else:
        ready, _, _ = select.select([sys.stdin], [], [], seconds)
        typed = (os.read(sys.stdin.fileno(), 1024).decode(errors="replace") or "q") if ready else ""
    if "\3" in typed:  # Windows gives Ctrl-C as a key
        raise KeyboardInterrupt
    return re.sub(r"\x1b(\[[\d;]*.|O.)?|[\0\xe0].", "", typed.replace("\4", "q")).lower()  # arrow, function keys


def practise(exercise, runner):
    """Judge an exercise at each save until a key asks for another one, which is returned; None to quit."""
    if not exercise.begin():
        console.print(say("changed"), style="red")
    console.rule(f"{exercises().index(exercise) + 1}/{len(exercises())}  {exercise.name}", style="dim")
    console.print(exercise.titles[CHINESE], style="bold")
    console.print(say("begin", command=" ".join([str(shown(exercise.path)), *exercise.flags])))
    header = ast.parse(exercise.text).body[0].end_lineno  # it may speak of marks
    for row, line in enumerate(exercise.text.split("\n"), start=1):
        if row > header and (GAP in line or MARK in line):
            console.print(f"  {row:4}  {line.strip()}", style="cyan")
    console.print(say("keys"), style="dim")
    checking, judged, before, result, asked, given = iter(()), exercise.text, "", "", "", []
    with ExitStack() as running:
        while True:
            now = read(exercise.path)
            if now == before and now != judged:  # twice the same: the editor has finished writing
                running.close()
                judged, checking = now, check(exercise, exercise.path, runner)
                running.callback(checking.close)
            before = now
            if verdict := next(checking, None):
                result = verdict.result
                tell(verdict)
                keep(exercise, result)
                if result == "passed" or now is None:
                    console.print(say("go_on" if now else "deleted"), style="dim")
            for key in pressed(0.05):
                sure, asked = key == asked, key
                if key in "nq":
                    return following(exercise) if key == "n" else None
                if key == "l":
                    table()
                elif key == "h":
                    gaps = [gap for gap in exercise.gaps if squeeze(gap.statement) not in squeeze(now or "")]
                    gaps.sort(key=lambda gap: not is_open(gap, now or ""))
                    more = [hint for gap in gaps for hint in hints(exercise, gap) if hint not in given]
                    given += more[:1]
                    console.print(more[0] if more else say("no_hint"), style="yellow")
                elif key == "s" and (sure or result == "passed"):
                    console.print(*(hints(exercise, gap)[-1] for gap in exercise.gaps), sep="\n")
                elif key == "x" and sure:
                    exercise.write(exercise.text)
                    return exercise
                else:
                    console.print(say(f"sure_{key}" if key in "sx" else "keys"), style="dim")


def main(arguments=None):
    """The command; returns its exit status."""
    parser = Parser("python -m common.practice", description=__doc__)
    parser.add_argument("exercise", nargs="?", help="p13, class1/p13, or a path")
    parser.add_argument("--check", metavar="EXERCISE", help="one verdict; exit status 0 passed, 3 plausible, 1 neither")
    parser.add_argument("--list", action="store_true", help="every exercise, and how far you are")
    opt = parser.parse_args(arguments)
    if opt.list:
        table()
        return 0
    name = opt.check or opt.exercise
    exercise = find(name) if name else following()
    if not opt.check and not (sys.stdin.isatty() and sys.stdout.isatty()):
        stop("no terminal here: --check p17 judges one exercise, --list shows them all")
    with Runner() as runner:
        if opt.check:
            path = Path(name).absolute()  # anybody's file; the lesson stands for the learner's own
            if not path.is_file() or path == exercise.lesson:
                path = exercise.path
                exercise.begin()
            for verdict in check(exercise, path, runner):  # noqa: B007
                time.sleep(0.02)
            tell(verdict)
            if path == exercise.path:
                keep(exercise, verdict.result)
            return {"passed": 0, "plausible": 3}.get(verdict.result, 1)
        if not WINDOWS:  # keys come without Enter
            atexit.register(termios.tcsetattr, sys.stdin, termios.TCSADRAIN, termios.tcgetattr(sys.stdin))
            tty.setcbreak(sys.stdin)
        while exercise:
            exercise = practise(exercise, runner)
    print(say("quit" if following() else "all_done", path=shown(MINE)))
    return 0


if __name__ == "__main__":
    try:
        sys.exit(main())
    except OSError as error:
        stop(f"{error}; make room, and {MINE} a folder you may write")
