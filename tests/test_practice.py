"""Practice: exercises cut from the lessons, the verdict on them, and what a learner's keys do."""

import ast
import contextlib
import os
import select
import subprocess
import sys
import time
import types
from pathlib import Path

from common import ROOT
from common.compare.runner import Runner
from common.practice import TEXTS, __main__, exercises, verdict
from common.practice.__main__ import hints, main, pressed
from common.practice.exercises import GAP, Exercise, carry_over, cut

import pytest
from conftest import run_alone

EVERY = exercises.exercises  # a function that keeps what it returns
EXERCISES = EVERY()
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
# <- the double of 21
a = double(
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
    monkeypatch.setattr(exercises, "MINE", tmp_path / "mine")
    monkeypatch.setattr("common.practice.CHINESE", False)
    monkeypatch.setattr(__main__, "CHINESE", False)
    EVERY.cache_clear()
    yield tmp_path / "mine"
    EVERY.cache_clear()


@pytest.fixture(scope="module")
def runner():
    """One process with TensorFlow for the exercises that need it."""
    with Runner() as runner:
        yield runner


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


def judged(exercise, text, runner=None):
    """The verdict on a program, which needs no TensorFlow if there is no runner."""
    exercise.path.write_bytes(text if isinstance(text, bytes) else text.encode())
    for found in verdict.check(exercise, exercise.path, runner):  # noqa: B007
        time.sleep(0.01)
    return found


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
    # its gaps filled again, and the comments before a mark, give the lesson, byte for byte
    text, code = exercise.text.encode(), exercise.code.encode()
    for start, end, new in sorted(exercise.edits):
        assert text[start : start + len(new)] == new
        text = text[:start] + code[start:end] + text[start + len(new) :]
    assert text == code
    assert ast.dump(ast.parse(solved(exercise))) == ast.dump(ast.parse(exercise.code))


@pytest.mark.slow
@pytest.mark.parametrize("exercise", EXERCISES, ids=lambda exercise: exercise.lesson.stem)
def test_every_exercise_solved_passes(exercise, mine, runner):
    exercise = Exercise(exercise.lesson)  # in the folder of this test
    exercise.begin()
    assert judged(exercise, exercise.text, runner).summary.startswith("gaps left")
    assert judged(exercise, solved(exercise), runner).result == "passed"


def test_every_lesson_of_the_notes_whose_output_can_be_judged_is_an_exercise():
    """Those without print figures, need the learner's own pictures, take long, or go beyond the notes."""
    without = {path.stem for path in ROOT.glob("class*/*.py")} - {it.lesson.stem for it in EXERCISES}
    assert without == {
        *("p08_custom_dataset", "p11_show_augmented", "p21_subplots", "p28_digit_app", "digit_network"),
        *("beyond_cifar10", "compare_networks", "compare_batch_normalization", "compare_stock"),
        *("p38_rnn_stock", "p47_lstm_stock", "p56_gru_stock"),
    }


def test_cut(tiny):
    kept = '''def double(x):  # <- twice as much
    """Two times x."""
    ____


random.seed(1)
# <- the double of 21
a = ____
b = random.random()
# <- a list of 1 and 2
c = ____  # two numbers
print("一 a:", ____)  # <- the value of a
'''
    assert kept in tiny.text
    double, twice, listed, value = tiny.gaps
    assert double.answer == "return 2 * x" and value.answer == "a" and listed.statement == "c = [1, 2]"
    assert twice.statement == "a = double(\n    21\n)"


def test_cut_inside_a_call_and_a_mark_of_one_word():
    text, (gap,), _ = cut("f(\n    size=g(1),  # <- the size\n    other=2,\n)\nx = 1  # <- SGDM\n")
    assert text == "f(\n    size=____,  # <- the size\n    other=2,\n)\nx = 1  # <- SGDM\n"
    assert gap.answer == "g(1)"


def test_three_hints(tiny):
    where, blanked, line = hints(tiny, tiny.gaps[1])
    assert where == "# <- the double of 21\nnotes: 1.1 a section\nuses: double"
    assert blanked == "# <- the double of 21\na = double(\n    …\n)" and line == blanked.replace("…", "21")
    code = "# <- a gap\nx = [f.g(a, b.c, 'd e')[-1] for i in y if i == z] @ f(k=None)(h) - 2.5e3\n"
    gap = cut(code)[1][0]
    assert hints(tiny, gap)[1].endswith("\nx = [f.g(…, …, …)[-…] for … in … if … == …] @ f(k=…)(…) - …")
    assert "no function" in hints(tiny, tiny.gaps[0])[0]


def test_the_gaps_of_an_exercise_are_seen_before_it_runs(tiny):
    found = judged(tiny, tiny.text)  # nothing is started
    assert (found.result, found.summary, len(found.details)) == ("broken", "gaps left: 4", 4)
    assert found.details[1].split() == ["23", "a", "=", "____"]
    for text, words in (
        (solved(tiny) + "x = (1\n", f"tiny.py, line {len(solved(tiny).splitlines()) + 1}"),
        (solved(tiny) + "if a:\n\tb = 1\n        c = 2\n", "TabError"),
        (solved(tiny).encode("utf-16"), "UTF-8"),
        (solved(tiny).encode("gbk"), "UTF-8"),
        ("a\0b", "null bytes"),
    ):
        found = judged(tiny, text)
        assert found.result == "broken" and words in found.summary, found
    tiny.path.unlink()
    assert "cannot read the file" in next(verdict.check(tiny, tiny.path, None)).summary


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


def test_a_warning_more_is_plausible(tiny):
    found = judged(tiny, solved(tiny) + "import warnings\nwarnings.warn('old')\n")
    assert found.result == "plausible" and found.details == ["lesson | (nothing)", "yours  | UserWarning: old"]


def test_a_program_without_a_seed_repeats_itself(tiny):
    tiny.lesson.write_text(LESSON.replace("random.seed(1)", ""), encoding="utf-8")
    unseeded = Exercise(tiny.lesson)
    assert judged(unseeded, solved(unseeded)).result == "passed"


def test_seconds_are_nobodys_fault(tiny):
    assert verdict.judge(tiny.lesson, "Adam  0.77 s  0.1", "Adam  1.8 s  0.1").result == "passed"
    assert verdict.judge(tiny.lesson, "Adam  0.77 s  0.1", "Adam  0.77 s  0.2").result == "wrong"
    lesson = ROOT / "class2_optimizers/p32_sgd.py"
    assert verdict.judge(lesson, "total_time 5.3", "total_time 5.2").result == "passed"


def test_a_training_within_a_quarter_is_plausible(tiny):
    log = "{}/5 ━━ 0s - loss: {} - sparse_categorical_accuracy: {}"
    assert [
        verdict.judge(tiny.lesson, log.format(5, 0.4, 0.8), log.format(5, loss, accuracy)).result
        for loss, accuracy in ((0.4, 0.8), (0.45, 0.84), (0.6, 0.8), (0.4, 0.5), ("nan", 0.8))
    ] == ["passed", "plausible", "wrong", "wrong", "wrong"]


def test_programs_that_do_not_end_well(tiny, monkeypatch):
    found = judged(tiny, solved(tiny, gap1="duoble(21)"))
    assert found.result == "broken" and found.summary.startswith("NameError: name 'duoble'")
    assert found.details == ["  23  a = duoble(21)"]
    assert "EOFError" in judged(tiny, solved(tiny, gap1="input()")).summary
    assert judged(tiny, "import os\nos._exit(3)").summary == "it ends with exit status 3"
    assert judged(tiny, "raise SystemExit('tiny: error: no such flag')").summary == "tiny: error: no such flag"
    monkeypatch.setattr("common.practice.verdict.LARGEST", 10**5)
    assert "does a loop never end?" in judged(tiny, "while True: print('x' * 1000)").summary
    monkeypatch.setattr(verdict, "seconds", lambda lesson: -5.95)  # a limit of half a second
    assert "does a loop never end?" in judged(tiny, "while True: pass").summary


IN_USER_CODE = """AttributeError: in user code:

    File "trainer.py", line 133, in one_step  **
        outputs = data.dtype

    {}
epochs saved: 0; run the script again to go on
"""
CALLING = "ValueError: Exception encountered when calling M.call().\n{}\n\x1b[1mshapes (3) and (4)\x1b[0m\n\nArguments"
AUTOMATIC = "\nCould not automatically infer the output shape of 'm'. Error encountered:\n"


@pytest.mark.parametrize(
    ("words", "reason"),
    [
        ("KeyError: 'x'", "KeyError: 'x'"),
        (IN_USER_CODE.format("TypeError: 'list' is no array"), "TypeError: 'list' is no array"),
        (CALLING.format(""), "shapes (3) and (4)"),
        (CALLING.format(AUTOMATIC), "shapes (3) and (4)"),
        (IN_USER_CODE.format(CALLING.format("").replace("\n", "\n    ")), "shapes (3) and (4)"),
    ],
)
def test_what_keras_and_autograph_say_below_their_first_line_is_the_reason(words, reason):
    err = f'Traceback (most recent call last):\n  File "/mine/p01.py", line 7, in <module>\n    fit()\n{words}\n'
    assert verdict.last_words(Path("/mine/p01.py"), err, 1) == (reason, [7])


def test_hints_begin_with_what_is_open(tiny):
    first, second = tiny.gaps[:2]
    filled = tiny.text.replace(GAP, "x", 1)
    assert [__main__.is_open(gap, tiny.text) for gap in (first, second)] == [True, True]
    assert [__main__.is_open(gap, filled) for gap in (first, second)] == [False, True]
    assert __main__.FUNCTION.findall("np.mgrid[0:1, a.shape[0]:f(x)]") == ["np.mgrid", "f"]


def test_a_lesson_that_fails_here_is_no_fault_of_the_learner(tiny):
    tiny.lesson.write_text(LESSON + "raise OSError('no room')\n", encoding="utf-8")
    broken = Exercise(tiny.lesson)
    assert "the lesson itself fails" in judged(broken, solved(broken).replace("raise", "#")).summary


def test_nobody_waits_for_a_verdict_any_more_and_the_program_ends(tiny, started):
    tiny.path.write_text("import time\ntime.sleep(60)\n", encoding="utf-8")
    checking = verdict.check(tiny, tiny.path, None)
    assert next(checking).result == "runs" and next(checking) is None and not started[0].ended()
    checking.close()
    assert started[0].ended()


@pytest.fixture
def started(monkeypatch):
    """The jobs that were started without TensorFlow."""
    jobs, alone = [], verdict.alone
    monkeypatch.setattr(verdict, "alone", lambda *command: jobs.append(alone(*command)) or jobs[-1])
    return jobs


def test_the_lesson_runs_once_and_again_for_other_data(tiny, monkeypatch, started):
    for runs in (2, 3):
        assert judged(tiny, solved(tiny)).result == "passed" and len(started) == runs
    monkeypatch.setenv("COURSE_DATA", "elsewhere")
    assert judged(tiny, solved(tiny)).result == "passed" and len(started) == 5
    text = solved(tiny) + "import sys\nprint('STAND-IN', file=sys.stderr)\n"
    assert judged(tiny, text).result == "passed" and len(started) == 7


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
        tiny.write(tiny.text)
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
def test_names_that_are_none(name, words, capsys, monkeypatch):
    monkeypatch.setattr(exercises, "exercises", lambda: EXERCISES)
    with pytest.raises(SystemExit, match="2"):
        main(["--check", name])
    assert words in capsys.readouterr().err


def test_check_and_list(capsys, mine, monkeypatch, tmp_path):
    monkeypatch.setattr(__main__, "Runner", lambda: contextlib.nullcontext(None))
    exercise = exercises.find("class2/p06")
    assert main(["--check", "class2/p06"]) == 1 and "gaps left: 2" in capsys.readouterr().out
    exercise.path.write_text(solved(exercise), encoding="utf-8")
    assert main(["--check", "class2/p06"]) == 0 and "passed" in capsys.readouterr().out
    pupil = tmp_path / "p06_vstack.py"
    pupil.write_text(solved(exercise, gap1="np.vstack((b, a))"), encoding="utf-8")
    assert main(["--check", str(pupil)]) == 1 and "yours  |  [[4 5 6]" in capsys.readouterr().out
    assert main(["--list"]) == 0
    out = capsys.readouterr().out
    assert "✓ p06_vstack" in out and f"1 of {len(EXERCISES)} passed" in out


def test_without_a_terminal():
    done = run_alone("-m", "common.practice")
    assert done.returncode == 2 and done.stdout == b"" and len(done.stderr.splitlines()) == 1
    assert b"--check" in done.stderr


def test_both_languages_say_the_same():
    english, other = TEXTS["English"], TEXTS["中文"]
    assert list(english) == list(other)
    for name in english:
        assert sorted(part[: part.index("}")] for part in english[name].split("{")[1:]) == sorted(
            part[: part.index("}")] for part in other[name].split("{")[1:]
        )


def test_a_lesson_that_somebody_has_broken_is_left_out(tmp_path, monkeypatch):
    lesson = tmp_path / "p13_backpropagation.py"
    lesson.write_text("x = (  # <- an open bracket", encoding="utf-8")
    monkeypatch.setattr(exercises, "in_order", lambda: [lesson, tmp_path / "gone.py", EXERCISES[0].lesson])
    assert [it.name for it in exercises.exercises()] == [EXERCISES[0].name]


def test_keys_of_windows(monkeypatch):
    typed = list("h\xe0HN\3")
    console = types.SimpleNamespace(kbhit=lambda: len(typed) > 1, getwch=lambda: typed.pop(0))
    monkeypatch.setattr(__main__, "WINDOWS", True)
    monkeypatch.setattr(__main__, "msvcrt", console, raising=False)
    assert pressed(0.01) == "hn" and pressed(0.01) == ""
    typed.append("")
    with pytest.raises(KeyboardInterrupt):
        pressed(0.01)


WITHOUT_TENSORFLOW = """
import contextlib, sys
from common.practice import __main__ as practice
practice.Runner = lambda: contextlib.nullcontext(None)
sys.exit(practice.main(sys.argv[1:]))
"""


class Terminal:
    """Practice at a pseudo-terminal, for exercises that need no TensorFlow."""

    def __init__(self, mine, *arguments, **more):
        import pty

        self.screen, side = pty.openpty()
        env = {**os.environ, "COURSE_MINE": str(mine), "COLUMNS": "80", "TERM": "xterm", "LC_ALL": "C.UTF-8", **more}
        command = [sys.executable, "-c", WITHOUT_TENSORFLOW, *arguments]
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
    terminal.until("yours  |  [[4 5 6]")
    terminal.press("s")
    terminal.until("press s again")
    terminal.press("s")
    terminal.until("c = np.vstack((a, b))")
    path.write_text(solved(exercise), encoding="utf-8")
    assert "passed" in terminal.until("n goes on")
    terminal.press("x")
    terminal.until("press x again")
    terminal.press("x")
    terminal.until("____")
    assert path.with_name("p06_vstack.py.bak").read_text(encoding="utf-8") == solved(exercise)
    path.unlink()
    assert "cannot read the file" in terminal.until("if it was deleted, x makes it anew")
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
    assert "将两个数组按垂直方向叠加" in terminal.until("q 退出")
    (mine / "class2_optimizers" / "p06_vstack.py").write_text("while True: pass", encoding="utf-8")
    terminal.until("正在运行你的程序")
    terminal.process.send_signal(2)
    terminal.until("interrupted")
    terminal.process.wait(timeout=20)
    shown = termios.ICANON | termios.ECHO  # lines, and what is typed
    assert termios.tcgetattr(terminal.screen)[3] & shown == shown
