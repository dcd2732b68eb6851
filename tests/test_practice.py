"""Practice: exercises cut from the lessons, the verdict on them, and what a learner's keys do."""

import ast
import io
import os
import re
import select
import subprocess
import sys
import time
import types

from common import ROOT
from common.practice import exercises, session, texts, verdict
from common.practice.__main__ import main
from common.practice.exercises import GAP, Exercise, carry_over, cut
from common.practice.keys import keys

import pytest

EXERCISES = exercises.exercises()
LESSON = '''"""
A tiny lesson
=============

小课程

:Notes: 1.1 a section
:Data: none
:Expect: a number
:Time: 1 s
"""

import random


def double(x):  # <- twice as much
    """Two times x."""
    return 2 * x


random.seed(1)
a = double(  # <- the double of 21
    21
)
b = random.random()
# <- a list of 1 and 2
c = [1, 2]  # two numbers
print("一 a:", a)  # one  # <- the value of a
print("b:", b)
print(c)
'''
RULES = "[tiny]\nlines = 2\nrandom = 0 1\nreason = chance\n"


@pytest.fixture(autouse=True)
def mine(monkeypatch, tmp_path):
    """The learner's folder of this test; English, whoever runs it."""
    for module in (exercises, session, verdict):
        monkeypatch.setattr(module, "MINE", tmp_path / "mine")
    monkeypatch.setenv("LC_ALL", "C")
    return tmp_path / "mine"


@pytest.fixture
def tiny(tmp_path):
    """The exercise of a lesson that needs no TensorFlow."""
    folder = tmp_path / "class1_tiny"
    (folder / "expected").mkdir(parents=True)
    (folder / "expected" / "tiny.txt").write_text("一 a: 42\nb: 0.5\n[1, 2]\n", encoding="utf-8")
    (folder / "expected" / "rules.ini").write_text(RULES, encoding="utf-8")
    lesson = folder / "tiny.py"
    lesson.write_text(LESSON, encoding="utf-8")
    exercise = Exercise(lesson)
    exercise.begin()
    return exercise


def solved(exercise, **changes):
    """The exercise with the lesson's answers in its gaps, or with other ones."""
    text = exercise.text
    for number, gap in enumerate(exercise.gaps):
        text = text.replace(GAP, changes.get(f"gap{number}", gap.answer), 1)
    return text


def judged(exercise, text):
    """The verdict on a program."""
    exercise.path.write_bytes(text if isinstance(text, bytes) else text.encode())
    checking = verdict.check(exercise, exercise.path)
    try:
        while True:
            next(checking)
            time.sleep(0.01)
    except StopIteration as end:
        return end.value


@pytest.mark.parametrize("exercise", EXERCISES, ids=lambda exercise: exercise.lesson.stem)
def test_every_exercise_is_its_lesson_with_gaps(exercise):
    assert 2 <= len(exercise.gaps) <= 8
    tree = ast.parse(exercise.text)
    assert sum(isinstance(node, ast.Name) and node.id == GAP for node in ast.walk(tree)) == len(exercise.gaps)
    assert len({gap.prompt for gap in exercise.gaps}) == len(exercise.gaps)
    lines = [line.partition("  # ")[0].strip() for line in exercise.text.split("\n")]
    for gap in exercise.gaps:
        assert gap.answer in gap.statement
        assert "\n" in gap.statement or gap.statement.strip() not in lines
    # its gaps filled again give the lesson, byte for byte but for what is said before a mark
    assert solved(exercise) == re.sub(r"  # [^\n]*(?=  # <- \S+ )", "", exercise.code)
    assert ast.dump(ast.parse(solved(exercise))) == ast.dump(ast.parse(exercise.code))


@pytest.mark.slow
@pytest.mark.parametrize("exercise", EXERCISES, ids=lambda exercise: exercise.lesson.stem)
def test_every_exercise_solved_passes(exercise, mine):
    exercise = Exercise(exercise.lesson)  # in the folder of this test
    exercise.begin()
    assert judged(exercise, exercise.text).result == "gaps"
    assert judged(exercise, solved(exercise)).result == "passed"


def test_every_lesson_of_the_notes_whose_output_can_be_judged_is_an_exercise():
    """Those without print figures, or need the learner's own pictures, or take a quarter of an hour."""
    without = {path.stem for path in ROOT.glob("class*/*.py")} - {it.lesson.stem for it in EXERCISES}
    assert without == {
        *("p08_custom_dataset", "p11_show_augmented", "p21_subplots", "p28_digit_app", "digit_network"),
        *("compare_networks", "compare_batch_normalization", "compare_stock"),
        *("p38_rnn_stock", "p47_lstm_stock", "p56_gru_stock"),
    }


def test_cut(tiny):
    kept = '''def double(x):  # <- twice as much
    """Two times x."""
    ____


random.seed(1)
a = ____  # <- the double of 21
b = random.random()
# <- a list of 1 and 2
c = ____  # two numbers
print("一 a:", ____)  # <- the value of a
'''
    assert kept in tiny.text
    double, twice, listed, value = tiny.gaps
    assert double.answer == "return 2 * x" and twice.functions == ["double"] and value.answer == "a"
    assert twice.blanked.split() == ["a", "=", "double(", "#", "<-", "the", "double", "of", "21", "…", ")"]
    assert listed.statement == "c = [1, 2]"


def test_cut_inside_a_call_and_a_mark_of_one_word():
    text, (gap,) = cut("f(\n    size=g(1),  # <- the size\n    other=2,\n)\nx = 1  # <- SGDM\n")
    assert text == "f(\n    size=____,  # <- the size\n    other=2,\n)\nx = 1  # <- SGDM\n"
    assert (gap.answer, gap.blanked.strip()) == ("g(1)", "size=g(…)")


def test_the_gaps_of_an_exercise_are_seen_before_it_runs(tiny, monkeypatch):
    monkeypatch.setattr(verdict, "start", None)  # nothing is started
    found = judged(tiny, tiny.text)
    assert (found.result, len(found.details)) == ("gaps", 4)
    assert found.details[1].split() == ["22", "a", "=", "____", "#", "<-", "the", "double", "of", "21"]
    for text, words in (
        (solved(tiny) + "x = (1\n", f"line {len(solved(tiny).splitlines()) + 1}: SyntaxError"),
        (solved(tiny) + "if a:\n\tb = 1\n        c = 2\n", "TabError"),
        (solved(tiny).encode("utf-16"), "UTF-8"),
        (solved(tiny).encode("gbk"), "UTF-8"),
        (b"\xef\xbb\xbf\r\n ", "empty"),
    ):
        found = judged(tiny, text)
        assert found.result == "broken" and words in found.summary, found
    tiny.path.unlink()
    assert "deleted" in next_verdict(tiny).summary


def next_verdict(exercise):
    with pytest.raises(StopIteration) as end:
        next(verdict.check(exercise, exercise.path))
    return end.value.value


def test_right_answers(tiny):
    assert judged(tiny, solved(tiny)).result == "passed"
    assert judged(tiny, solved(tiny, gap0="return x + x", gap1="40 + 2")).result == "passed"
    assert judged(tiny, b"\xef\xbb\xbf" + solved(tiny).replace("\n", "\r\n").encode()).result == "passed"


def test_wrong_answers(tiny):
    found = judged(tiny, solved(tiny, gap1="double(22)"))
    assert found.result == "wrong" and found.details == ["lesson | 一 a: 42", "yours  | 一 a: 44"]
    assert judged(tiny, solved(tiny, gap1="42.0000001")).result == "wrong"  # no whole number
    assert judged(tiny, solved(tiny) + "print(1)\n").details == ["lesson | (nothing)", "yours  | 1"]
    assert judged(tiny, solved(tiny).replace("print(c)", "")).details == ["lesson | [1, 2]", "yours  | (nothing)"]
    assert judged(tiny, "raise SystemExit(0)").result == "wrong"
    assert judged(tiny, solved(tiny).replace("b = random", "b = 1 + random")).result == "wrong"  # outside 0 to 1


def test_random_numbers_in_another_order_are_plausible(tiny):
    assert judged(tiny, solved(tiny).replace("random.seed(1)", "random.seed(2)")).result == "plausible"


def test_numbers_that_the_lesson_itself_does_not_repeat(tiny):
    tiny.lesson.write_text(LESSON.replace("random.seed(1)", "random.seed()"), encoding="utf-8")
    unseeded = Exercise(tiny.lesson)
    assert judged(unseeded, solved(unseeded)).result == "passed"
    assert judged(unseeded, solved(unseeded, gap1="43")).result == "wrong"
    assert judged(unseeded, solved(unseeded).replace("b = random", "b = 1 + random")).result == "wrong"


def test_seconds_are_nobodys_fault(tiny):
    assert [level for level, *_ in verdict.judge(tiny, "Adam  0.77 s  0.1", "Adam  1.8 s  0.1")] == [verdict.SAME]
    assert [level for level, *_ in verdict.judge(tiny, "Adam  0.77 s  0.1", "Adam  0.77 s  0.2")] == [verdict.WRONG]


def test_a_training_within_a_quarter_is_plausible(tiny):
    log = "{}/5 ━━ 0s - loss: {} - sparse_categorical_accuracy: {}"
    levels = [
        [level for level, *_ in verdict.judge(tiny, log.format(5, 0.4, 0.8), log.format(5, loss, accuracy))]
        for loss, accuracy in ((0.4, 0.8), (0.45, 0.84), (0.6, 0.8), (0.4, 0.5), ("nan", 0.8))
    ]
    assert [min(row) for row in levels] == [verdict.SAME, verdict.PLAUSIBLE, *[verdict.WRONG] * 3]


def test_programs_that_do_not_end_well(tiny, monkeypatch):
    found = judged(tiny, solved(tiny, gap1="duoble(21)"))
    assert found.result == "broken" and found.summary.startswith("line 22: NameError: name 'duoble'")
    assert found.details == ["a = duoble(21)  # <- the double of 21"]
    assert "EOFError" in judged(tiny, solved(tiny, gap1="input()")).summary
    assert judged(tiny, "import os\nos._exit(3)").summary == "it ends with exit status 3"
    monkeypatch.setattr("common.practice.verdict.LARGEST", 10**5)
    assert "MB of output" in judged(tiny, "while True: print('x' * 1000)").summary
    monkeypatch.setattr(verdict, "seconds", lambda lesson: -11.9)  # a limit of half a second
    assert "does a loop never end?" in judged(tiny, "while True: pass").summary


def test_a_lesson_that_fails_here_is_no_fault_of_the_learner(tiny):
    tiny.lesson.write_text(LESSON + "raise OSError('no room')\n", encoding="utf-8")
    broken = Exercise(tiny.lesson)
    with pytest.raises(verdict.LessonFails) as failed:
        judged(broken, solved(broken).replace("raise", "#"))
    assert failed.value.verdict.summary.endswith("OSError: no room")


def test_nobody_waits_for_a_verdict_any_more_and_the_program_ends(tiny):
    tiny.path.write_text("import time\ntime.sleep(60)\n", encoding="utf-8")
    jobs = []
    start = verdict.start
    try:
        verdict.start = lambda *command: jobs.append(start(*command)) or jobs[-1]
        checking = verdict.check(tiny, tiny.path)
        assert next(checking) == "yours" and not jobs[0].ended()
        checking.close()
    finally:
        verdict.start = start
    assert jobs[0].ended()


def test_the_lesson_runs_once(tiny, monkeypatch):
    judged(tiny, solved(tiny))
    started = []
    start = verdict.start
    monkeypatch.setattr(verdict, "start", lambda script, flags: started.append(script) or start(script, flags))
    judged(tiny, solved(tiny))
    assert started == [tiny.path]
    for kept in tiny.path.parents[1].glob(".practice/outputs/*"):
        kept.write_text("{damaged", encoding="utf-8")
    assert judged(tiny, solved(tiny)).result == "passed" and started[1:] == [tiny.path, tiny.lesson]


def test_progress_is_kept_and_never_falls(tiny, mine):
    exercises.keep(tiny, "plausible")
    exercises.keep(tiny, "wrong")
    assert exercises.done() == {tiny.name: "plausible"}
    exercises.keep(tiny, "passed")
    exercises.keep(tiny, "plausible")
    assert (mine / "progress.txt").read_text() == f"{tiny.name} passed\n"
    (mine / "progress.txt").write_bytes(b"\xff\xfe")
    assert exercises.done() == {}


def test_starting_anew_keeps_every_file(tiny):
    for text in ("first", "second"):
        tiny.path.write_text(text, encoding="utf-8")
        tiny.write()
    names = sorted(path.name for path in tiny.path.parent.iterdir())
    assert names == ["tiny.py", "tiny.py.bak", "tiny.py.bak2"] and tiny.path.read_text("utf-8") == tiny.text
    assert [tiny.path.with_name(name).read_text("utf-8") for name in names[1:]] == ["first", "second"]


def test_a_lesson_that_changes_takes_the_answers_along(tiny):
    tiny.path.write_text(solved(tiny, gap1="40 + 2"), encoding="utf-8")
    tiny.lesson.write_text(LESSON.replace("import random\n", "import random  # numbers\n"), encoding="utf-8")
    changed = Exercise(tiny.lesson)
    assert changed.begin()
    assert changed.path.read_text(encoding="utf-8") == solved(changed, gap1="40 + 2")
    tiny.lesson.write_text(LESSON.replace("b = random.random()", "b = 1"), encoding="utf-8")
    again, before = Exercise(tiny.lesson), changed.path.read_text(encoding="utf-8")
    assert not again.begin()
    assert again.path.read_text(encoding="utf-8") == before


def test_carry_over():
    assert carry_over("a\n____\nb", "a\n1\n2\nb", "new\na\n____\nb") == "new\na\n1\n2\nb"
    assert carry_over("a\n____", "a\n1", "c\n____") is None
    assert carry_over("a\n____\nb", "a\n1\nb", "a\n____\nb\na\n____\nb") is None


@pytest.mark.parametrize(
    ("name", "found"),
    [
        ("p34_gradient_tape", "class1_basics/p34_gradient_tape"),
        ("class2/p34", "class2_optimizers/p34_sgdm"),
        ("class1_basics/p13_backpropagation.py", "class1_basics/p13_backpropagation"),
        ("mine/class6_rnn/p15_rnn_onehot_1pre1.py", "class6_rnn/p15_rnn_onehot_1pre1"),
        ("padding", "class5_cnn/padding"),
    ],
)
def test_find(name, found, monkeypatch):
    monkeypatch.setattr(exercises, "exercises", lambda: EXERCISES)  # they are read already
    assert exercises.find(name).name == found


@pytest.mark.parametrize(
    ("name", "words"), [("p13", "class1_basics/p13_backpropagation, class3"), ("p99", "--list"), ("/", "--list")]
)
def test_names_that_are_none(name, words, capsys):
    with pytest.raises(SystemExit, match="2"):
        main(["--check", name])
    assert words in capsys.readouterr().err


def test_check_and_list(capsys, mine):
    exercise = exercises.find("class2/p06")
    assert main(["--check", "class2/p06"]) == 1 and "gaps left: 2" in capsys.readouterr().out
    exercise.path.write_text(solved(exercise), encoding="utf-8")
    assert main(["--check", "class2/p06"]) == 0 and "passed" in capsys.readouterr().out
    assert main(["--list"]) == 0
    out = capsys.readouterr().out
    assert "✓ p06_vstack" in out and f"1 of {len(EXERCISES)} passed" in out


def test_without_a_terminal():
    command = [sys.executable, "-m", "common.practice"]
    done = subprocess.run(command, cwd=ROOT, stdin=subprocess.DEVNULL, capture_output=True)
    assert done.returncode == 2 and done.stdout == b"" and len(done.stderr.splitlines()) == 1
    assert b"--check" in done.stderr


def test_both_languages_say_the_same():
    english, other = texts()["English"], texts()["中文"]
    assert list(english) == list(other)
    for name in english:
        assert sorted(part[: part.index("}")] for part in english[name].split("{")[1:]) == sorted(
            part[: part.index("}")] for part in other[name].split("{")[1:]
        )


def test_a_lesson_that_somebody_has_broken_is_left_out(tmp_path, monkeypatch, capsys):
    lesson = tmp_path / "p13_backpropagation.py"
    lesson.write_text("x = (  # <- an open bracket", encoding="utf-8")
    monkeypatch.setattr(exercises, "in_order", lambda: [lesson, lesson, tmp_path / "gone.py", EXERCISES[0].lesson])
    assert [it.name for it in exercises.exercises()] == [EXERCISES[0].name]
    first, second = capsys.readouterr().err.splitlines()
    assert first.startswith("note: no exercise from p13_backpropagation.py: ") and "gone.py" in second


@pytest.mark.parametrize("system", ["Windows", "no terminal control"])
def test_keys_elsewhere(system, monkeypatch):
    typed = iter("h\xe0Hn")
    console = types.SimpleNamespace(getwch=lambda: next(typed, ""))
    monkeypatch.setattr("common.practice.keys.msvcrt", console if system == "Windows" else None)
    monkeypatch.setattr("common.practice.keys.termios", None)
    monkeypatch.setattr(sys, "stdin", io.StringIO("Help\n\nn\n"))
    with keys() as key:
        assert [pressed for _ in range(4) if (pressed := key(5))] == ["h", "n", "q"]
        assert key(0.01) == ""


class Terminal:
    """Practice at a pseudo-terminal."""

    def __init__(self, mine, *arguments, **more):
        import pty

        self.screen, side = pty.openpty()
        env = {**os.environ, "COURSE_MINE": str(mine), "COLUMNS": "80", "TERM": "xterm", "LC_ALL": "C.UTF-8", **more}
        command = [sys.executable, "-m", "common.practice", *arguments]
        self.process = subprocess.Popen(command, cwd=ROOT, env=env, stdin=side, stdout=side, stderr=side)
        os.close(side)

    def until(self, words):
        """Read what is shown until these words come."""
        text = b""
        while words.encode() not in text:
            assert select.select([self.screen], [], [], 60)[0], text.decode("utf-8", "replace")
            text += os.read(self.screen, 4096)
        return text.decode("utf-8", "replace")

    def press(self, keys):
        os.write(self.screen, keys.encode())


@pytest.mark.skipif(sys.platform == "win32", reason="pseudo-terminals are POSIX")
def test_a_session(mine):
    terminal = Terminal(mine, "class2/p06")
    path = mine / "class2_optimizers" / "p06_vstack.py"
    assert "c = ____" in terminal.until("q quit")
    terminal.press("hhh\33[A\33OPhhhh")
    shown = terminal.until("no more hints")
    assert "uses: np.array" in shown and "c = np.vstack((…, …))" in shown and "quit" not in shown
    exercise = Exercise(ROOT / "class2_optimizers/p06_vstack.py")
    path.write_text("while True: pass", encoding="utf-8")
    terminal.until("your program runs")
    path.write_text(solved(exercise, gap1="np.vstack((b, a))"), encoding="utf-8")  # ends the loop
    assert "yours  |  [[4 5 6]" in terminal.until("q quit")
    terminal.press("s")
    terminal.until("press s again")
    terminal.press("s")
    terminal.until("c = np.vstack((a, b))")
    path.write_text(solved(exercise), encoding="utf-8")
    terminal.until("passed")
    terminal.press("x")
    terminal.until("press x again")
    terminal.press("x")
    terminal.until("____")
    assert path.with_name("p06_vstack.py.bak").read_text(encoding="utf-8") == solved(exercise)
    path.unlink()
    terminal.until("cannot read the file")
    terminal.press("n")
    terminal.until("p07_mgrid")
    terminal.press("l")
    terminal.until("1 of")
    terminal.press("q")
    terminal.until("your files are in")
    assert terminal.process.wait(timeout=20) == 0


@pytest.mark.skipif(sys.platform == "win32", reason="pseudo-terminals are POSIX")
def test_ctrl_c_gives_the_terminal_back_in_chinese_too(mine):
    import termios

    terminal = Terminal(mine, "class2/p06", LC_ALL="zh_CN.UTF-8")
    before = termios.tcgetattr(terminal.screen)
    assert "将两个数组按垂直方向叠加" in terminal.until("q 退出")
    (mine / "class2_optimizers" / "p06_vstack.py").write_text("while True: pass", encoding="utf-8")
    terminal.until("正在运行你的程序")
    terminal.process.send_signal(2)
    terminal.until("interrupted")
    terminal.process.wait(timeout=20)
    assert termios.tcgetattr(terminal.screen)[3] & termios.ICANON and before is not None
