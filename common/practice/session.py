"""What a learner sees: one exercise after another, a verdict at each save, and what the keys do."""

import textwrap
import time
from collections import Counter

from common import shown
from common.practice import chinese, say
from common.practice.exercises import GAP, MARK, MINE, done, exercises, keep, read
from common.practice.jobs import ready
from common.practice.keys import keys
from common.practice.verdict import LessonFails, check

from rich.console import Console

LOOK = {"passed": ("✓", "green"), "plausible": ("~", "cyan"), "wrong": ("✗", "red"), "broken": ("✗", "red"),
        "gaps": ("…", "yellow"), "begun": ("…", "none"), "": (" ", "none")}  # fmt: skip
console = Console(highlight=False, markup=False)


def tell(verdict):
    """Print a verdict."""
    sign, colour = LOOK[verdict.result]
    console.print(f"{sign} {verdict.summary}", style=f"bold {colour}")
    for line in verdict.details:
        console.print(f"    {line}")


def table():
    """Print every exercise, and how far it is."""
    results, everything, folder = done(), exercises(), ""
    for it in everything:
        if it.lesson.parent.name != folder:
            console.print(f"\n{(folder := it.lesson.parent.name)}", style="bold")
        sign, colour = LOOK[results.get(it.name) or "begun" * it.path.exists()]
        console.print(f"  {sign} {it.lesson.stem:33}{it.titles[chinese()]}", style=colour, no_wrap=True)
    reached = Counter(results.get(it.name) for it in everything)
    console.print("\n" + say("counts", passed=reached["passed"], plausible=reached["plausible"], all=len(everything)))


def following(name=None):
    """The first exercise that is not done, looked for after the one of this name and then from the start."""
    everything, results = exercises(), done()
    start = next((number for number, it in enumerate(everything, start=1) if it.name == name), 0)
    order = everything[start:] + everything[:start]
    return next((it for it in order if it.name not in results and it.name != name), None)


def practise(exercise):
    """Go from exercise to exercise until the learner quits."""
    with keys() as key:
        while exercise:
            exercise = Session(exercise).run(key)
    console.print(say("quit", path=shown(MINE)))


class Session:
    """One exercise, whose file is judged each time that it is saved."""

    def __init__(self, exercise):
        self.exercise = exercise
        self.checking = self.verdict = None
        self.given, self.asked = Counter(), ""  # hints; the key that wants to be pressed again
        self.status = console.status("")

    def run(self, key):
        """Watch until another exercise is asked for, and return it; None to quit."""
        if not self.exercise.begin():
            console.print(say("changed"), style="red")
        self.introduce()
        ready(self.exercise.lesson)  # TensorFlow is imported while the learner reads
        before = None
        try:
            while True:
                now = self.content()
                if now == before and now != self.judged:  # twice the same: the editor has finished writing
                    self.stop()
                    self.judged, self.began = now, time.monotonic()
                    self.checking = check(self.exercise, self.exercise.path)
                before = now
                if self.checking:
                    self.look()
                letter = key(0.1)
                if letter == "q":
                    return None
                found = following(self.exercise.name) if letter == "n" else None
                if found:
                    return found
                if letter:
                    self.press(letter)
        finally:
            self.stop()

    def content(self):
        try:
            return self.exercise.path.read_bytes()
        except OSError:
            return None

    def introduce(self):
        """Say what is to be done."""
        exercise, names = self.exercise, [it.name for it in exercises()]
        self.judged = exercise.text.encode()  # nothing to say about that
        console.print()
        console.rule(f"{names.index(exercise.name) + 1}/{len(names)}  {exercise.name}", style="dim")
        console.print(exercise.titles[chinese()], style="bold")
        console.print(say("begin", path=shown(exercise.path)))
        before = ""
        for row, line in enumerate((read(exercise.path) or "").split("\n"), start=1):
            if GAP in line and before.lstrip().startswith(MARK):
                line = f"{line.partition('  # ')[0]}  {before.strip()}"
            elif GAP in line and MARK not in line:  # def f(x):  # <- what it does
                console.print(f"        {before.strip()}", style="cyan")
            if GAP in line:
                console.print(f"  {row:4}  {line.strip()}", style="cyan")
            before = line
        if exercise.flags:
            console.print(say("flags", flags=" ".join(exercise.flags)), style="dim")
        console.print(say("keys"), style="dim")

    def look(self):
        """Say that a program runs, or what the verdict on it is."""
        try:
            which = next(self.checking)
            self.status.update(say(which, seconds=int(time.monotonic() - self.began)))
            self.status.start()
            return
        except StopIteration as end:
            self.verdict = end.value
        except LessonFails as error:
            self.verdict = error.verdict
        self.stop()
        console.print()
        tell(self.verdict)
        console.print(say("keys"), style="dim")
        keep(self.exercise, self.verdict.result)

    def stop(self):
        """End what runs."""
        if self.checking:
            self.checking.close()
        self.checking = None
        self.status.stop()

    def press(self, letter):
        """What a key does; a solution before its time and a reset want it twice."""
        sure, self.asked = letter == self.asked, letter
        self.status.stop()
        if letter == "h":
            self.hint()
        elif letter == "l":
            table()
        elif letter == "s" and (sure or (self.verdict and self.verdict.result == "passed")):
            for gap in self.exercise.gaps:
                console.print(f"{MARK}{gap.prompt}", style="yellow")
                console.print(textwrap.dedent(gap.statement))
        elif letter == "x" and sure:
            self.stop()
            self.exercise.write()
            self.given, self.asked = Counter(), ""
            self.introduce()
        elif letter in ("s", "x"):
            console.print(say(f"sure_{letter}"), style="yellow")
        else:
            console.print(say("last" if letter == "n" else "keys"), style="dim")

    def hint(self):
        """Print the next hint for the first gap that is not filled as in the lesson, or for the first of all."""
        text = " ".join((read(self.exercise.path) or "").split())
        gaps = [gap for gap in self.exercise.gaps if " ".join(gap.statement.split()) not in text] or self.exercise.gaps
        gap = next((gap for gap in gaps if self.given[gap.prompt] < 3), None)
        if gap is None:
            console.print(say("no_hint"), style="yellow")
            return
        functions = ", ".join(gap.functions) or say("operators")
        where = say("notes", notes=self.exercise.notes) + "\n" + say("uses", functions=functions)
        console.print(f"{MARK}{gap.prompt}", style="yellow")
        console.print((where, *map(textwrap.dedent, (gap.blanked, gap.statement)))[self.given[gap.prompt]])
        self.given[gap.prompt] += 1
