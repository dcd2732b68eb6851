"""compare: every script beside the notes, every verdict, and what it says to wrong use."""

import io
import re
import sys

from common import ROOT, compare
from common.compare import __main__ as command
from common.compare import runner, verdicts

import pytest

CASES = [case for script in sorted(ROOT.glob("class*/*.py")) for case in verdicts.cases(script) if case.path]
OUTPUTS = {}  # what the notes and what we print for the same command come from one run


def name_of(case):
    return " ".join([case.script.stem, *case.flags, *(["(recorded)"] if case.recorded else [])])


def check(case, run_script, *fewer):
    """Run the case, all of it or for fewer epochs; every line must have its verdict, and none may differ."""
    command = (case.script.relative_to(ROOT), *case.flags, *fewer)
    if command not in OUTPUTS:
        OUTPUTS[command] = run_script(*command)
    rows = verdicts.compare(case, OUTPUTS[command], fewer)
    lines = [line for *_, line in verdicts.entries(case.path.read_text(encoding="utf-8").splitlines())]
    assert [row.notes for row in rows if row.notes] == [line for line in lines if line.strip(" .")]
    assert not [(row.notes, row.ours, row.why) for row in rows if row.verdict in verdicts.FAILURES]
    for row in rows:
        assert row.verdict in verdicts.VERDICTS
        assert (row.verdict == "erratum") == bool(row.rule["right"])
        assert (row.verdict == "random") == bool(row.rule["random"] and verdicts.skeleton(row.notes)[1])
        late = bool(fewer) and row.step >= int(fewer[-1]) and row.verdict != "same"
        assert (row.verdict == "not comparable") == (bool(row.rule["machine"]) or late)


def marks_of(script):
    """What the notes print of these data sets is compared with runs on the real ones; some of them take minutes, and of
    the others what `compare --fast` leaves out."""
    text = script.read_text(encoding="utf-8")
    marks = [pytest.mark.real_data] if re.search(r"(mnist|cifar10)\(opt\)|prices\.load", text) else []
    return [*marks, pytest.mark.slow] if compare.seconds(script) > (60 if marks else 10) else marks


@pytest.mark.parametrize("case", [pytest.param(case, marks=marks_of(case.script), id=name_of(case)) for case in CASES])
def test_every_line_of_the_notes_has_a_verdict_and_none_differs(case, run_script):
    optimizer = case.script.stem in ("p32_sgd", "p34_sgdm", "p36_adagrad", "p38_rmsprop", "p40_adam")
    check(case, run_script, *(["--epochs", "100"] if optimizer else []))


@pytest.mark.slow
@pytest.mark.parametrize(
    "case", [pytest.param(case, marks=marks_of(case.script), id=name_of(case)) for case in CASES if case.recorded]
)
def test_the_recorded_runs_to_their_end(case, run_script):
    check(case, run_script)


def test_the_notes_seeds_give_what_they_always_gave_on_the_irises():
    (case,) = (case for case in CASES if case.script.stem == "p45_iris")
    assert "Epoch 499, loss: 0.0323002" in case.path.read_text(encoding="utf-8")


@pytest.mark.parametrize("folder", sorted(ROOT.glob("class*/")), ids=lambda folder: folder.name)
def test_no_rule_without_a_line_and_no_tolerance_without_a_reason(folder):
    cases = {("recorded/" if case.recorded else "") + case.path.stem: case for case in CASES}
    errata = (ROOT / "ERRATA.md").read_text(encoding="utf-8")
    for names, rule in verdicts.read_rules(folder):
        assert sum(bool(rule[key]) for key in verdicts.KINDS) == 1, names
        assert rule.keys() == verdicts.NO_RULE.keys(), names
        assert len(rule["reason"]) > 15, names
        assert not rule["right"] or f"| {rule['reason'][:3]} |" in errata, names
        for name in names:
            mine = [row for row in cases[name].rows() if row.rule == rule]
            assert any(rule["right"] or verdicts.skeleton(row.right)[1] for row in mine), (
                f"no line uses the rule for {name}"
            )


HEADER = '"""x\n\n:Data: MNIST\n:Time: 1 s\n"""\n'


@pytest.fixture
def course(tmp_path, monkeypatch):
    """A course of one script; returns a function that compares an output with what its notes print."""
    folder = tmp_path / "class1_basics"
    (folder / "expected" / "recorded").mkdir(parents=True)
    (folder / "p01_lesson.py").write_text(HEADER + 'print("w is 0.5")')
    (tmp_path / "README.md").write_text("[p01_lesson](class1_basics/p01_lesson.py)")
    monkeypatch.setattr(compare, "ROOT", tmp_path)
    monkeypatch.setattr(sys, "argv", ["compare"])
    code = runner.WARM.read_text(encoding="utf-8")
    (tmp_path / "warm.py").write_text(code.replace("\nimport_all()\n", "\n"))  # no lesson here needs TensorFlow
    monkeypatch.setattr(runner, "WARM", tmp_path / "warm.py")

    def judge(notes, ours, rules="", **how):
        (folder / "expected" / "p01_lesson.txt").write_text(notes, encoding="utf-8")
        (folder / "expected" / "rules.ini").write_text(rules, encoding="utf-8")
        (case,) = verdicts.cases(folder / "p01_lesson.py")
        return [row.verdict for row in verdicts.compare(case, ours, **how)]

    judge.folder = folder
    return judge


CLOSE = "[p01_lesson]\nclose = 1e-3 1e-6\nreason = rounding differs"


@pytest.mark.parametrize(
    "notes, ours, rules, expected",
    [
        ("w is 0.5", "w is 0.5", "", ["same"]),
        ("[[ 1.0  2.0]", "[[1.0 2.0]", "", ["same"]),
        ("w is 0.5", "w is 0.5001", "", ["differs"]),
        ("w is 0.5", "w is 0.5001", CLOSE, ["close"]),
        ("w is 0.5", "w is 0.51", CLOSE, ["differs"]),
        ("w is 0.5", "w is 0.50", "", ["close"]),
        ("w is 0.5", "v is 0.5", CLOSE, ["differs"]),
        ("w is 0.5", "w is nan", CLOSE, ["differs"]),
        ("w is 0.0", "w is 1e-7", CLOSE, ["close"]),
        ("step 1000 w is 0.5", "step 1001 w is 0.5", CLOSE, ["differs"]),
        ("[1. 2.], shape=(2,), dtype=float32", "[1. 2.], shape=(2, 1), dtype=float32", CLOSE, ["differs"]),
        ("[0.1 0.2]", "[0.7 0.9]", "[p01_lesson]\nrandom = 0 1\nreason = no seed", ["random"]),
        ("[0.1 0.2]", "[0.7 1.9]", "[p01_lesson]\nrandom = 0 1\nreason = no seed", ["differs"]),
        ("[0.1 0.2]", "[0.7 nan]", "[p01_lesson]\nrandom = 0 1\nreason = no seed", ["differs"]),
        ("[0.1 0.2]", "[0.7]", "[p01_lesson]\nrandom = 0 1\nreason = no seed", ["differs"]),
        ("[0.1 0.2]", "[0.7 0.7]", "[p01_lesson]\nrandom = 0 1\nreason = no seed", ["differs"]),
        ("[0.1\n 0.2]", "[0.7\n 0.7]", "[p01_lesson]\nrandom = 0 1\nreason = no seed", ["differs"] * 2),
        ("loss: 0.5", "loss: 0.505", "[p01_lesson]\nband = lower 0.01\nreason = small", ["close"]),
        ("loss: 0.5", "loss: 0.4", "[p01_lesson]\nband = lower 0.01\nreason = small", ["better"]),
        ("loss: 0.5", "loss: 0.6", "[p01_lesson]\nband = lower 0.01\nreason = small", ["worse"]),
        ("acc: 0.5", "acc: 0.6", "[p01_lesson]\nband = higher 0.01\nreason = small", ["better"]),
        ("acc: 0.5", "acc: 0.4", "[p01_lesson]\nband = higher 0.01\nreason = small", ["worse"]),
        ("acc: 0.5", "acc: nan", "[p01_lesson]\nband = higher 0.01\nreason = small", ["differs"]),
        ("time 12.5", "time 2.5", "[p01_lesson]\nmachine = yes\nreason = seconds", ["not comparable"]),
        ("time 12.5", "time inf", "[p01_lesson]\nmachine = yes\nreason = seconds", ["differs"]),
        ("size 60000", "size 1500", "[p01_lesson]\ndata = yes\nreason = MNIST has as many", ["differs"]),
        ("dtype int32", "dtype int64", "[p01_lesson]\nright = dtype int64\nreason = E01", ["erratum"]),
        ("dtype int32", "dtype int32", "[p01_lesson]\nright = dtype int64\nreason = E01", ["differs"]),
        ("lstm", "lstm", "[p01_lesson]\nright = rnn\nvariant = yes\nreason = E01", ["erratum"]),
        ("dtype int32", "dtype int16", "[p01_lesson]\nright = dtype int64\nreason = E01", ["differs"]),
        ("a\n......\nc", "a\nb\nb\nc", "", ["same", "same"]),
        ("a\nb\nc", "a\nc", "", ["same", "differs", "same"]),
        ("a\nc", "a\nb\nc\nd", "", ["same", "same"]),
        ("After 0 epoch,w is 1.5", "After 0 epoch,w is 2.5", "", ["differs"]),
        ("Epoch 8, w 1.5\nEpoch 9, w 2.5\nw: 3.5", "Epoch 8, w 1.5\nw: 1.5", "", ["same", *["differs"] * 2]),
        (
            "Epoch 8\nw: 1.5\nEpoch 9\nw: 1.5",
            "Epoch 8\nEpoch 9\nw: 1.5\nw: 1.5",
            "",
            ["same", "differs", "same", "same"],
        ),
    ],
)
def test_verdicts(course, notes, ours, rules, expected):
    assert course(notes, ours, rules) == expected


NOTES_LOG = """......
 32/120 [=======>......................] - ETA: 0s - loss: 0.3005 - accuracy: 0.9375
120/120 [==============================] - 0s 83us/sample - loss: 0.3336 - accuracy: 0.9667
Epoch 2/2

120/120 [==============================] - 0s 142us/sample - loss: 0.3333 - accuracy: 0.9667 - val_loss: 0.4002
Model: "sequential"
_________________________________________________________________
Layer (type)                 Output Shape              Param #
=================================================================
dense (Dense)                multiple                  1,290
=================================================================
Total params: 1,290
Trainable params: 1,290
Non-trainable params: 0
_________________________________________________________________
"""
KERAS_3_LOG = """Epoch 1/2
[1m4/4[0m [32m━━━[0m [1m0s[0m 12ms/step - accuracy: 0.9000 - loss: 0.5000 - val_loss: 0.6
Epoch 2/2
[1m1/4[0m ━ - accuracy: 0.1 - loss: 0.9 4/4 - accuracy: 0.9667 - loss: 0.3333 - val_loss: 0.4002
Model: "sequential"
┏━━━━━━━━━━━━━━━━━━━━━┳━━━━━━━━━━━━━━━━━━━┳━━━━━━━━━━━━┓
┃ Layer (type)        ┃ Output Shape      ┃    Param # ┃
┡━━━━━━━━━━━━━━━━━━━━━╇━━━━━━━━━━━━━━━━━━━╇━━━━━━━━━━━━┩
│ dense (Dense)       │ (None, 10)        │      1,290 │
└─────────────────────┴───────────────────┴────────────┘
 Total params: 3,872 (15.13 KB)
 Trainable params: 1,290 (5.04 KB)
 Non-trainable params: 0 (0.00 B)
 Optimizer params: 2,582 (10.09 KB)
"""


def test_training_logs_and_summaries_are_compared_as_numbers(course):
    assert course(NOTES_LOG, KERAS_3_LOG) == ["same"] * 8
    assert course(NOTES_LOG, KERAS_3_LOG.replace("1,290 │", "1,291 │")).count("differs") == 1
    worse = KERAS_3_LOG.replace("loss: 0.3333", "loss: 0.4444")
    assert course(NOTES_LOG, worse, "[p01_lesson]\nmetric = loss\nband = lower 0.01\nreason = x")[1] == "worse"
    another = NOTES_LOG.replace("Epoch 2/2", "Epoch 9/9")
    assert course(another, KERAS_3_LOG)[:3] == ["differs"] * 3
    assert course(another, worse, flags=["--epochs", "2"])[:3] == ["not comparable"] * 3
    assert (
        course(
            NOTES_LOG,
            KERAS_3_LOG.replace("0.9667", "1.9667"),
            "[p01_lesson]\nmetric = accuracy\nband = higher 1\nreason = x",
        )[0]
        == "differs"
    )


def test_a_layer_that_has_no_parameters_and_is_not_in_the_notes(course):
    more = KERAS_3_LOG.replace("└", "│ dropout (Dropout)   │ (None, 10)        │          0 │\n└")
    assert course(NOTES_LOG, more) == [*["same"] * 8, "differs"]


def test_where_the_log_names_no_epoch_it_is_the_last_of_the_scripts(course):
    script = course.folder / "p01_lesson.py"
    script.write_text(HEADER + "opt = options(__doc__, epochs=2)")
    notes = "......" + NOTES_LOG.split("Epoch 2/2")[1]
    assert course(notes, KERAS_3_LOG) == ["same"] * 8
    assert course(notes, KERAS_3_LOG.replace("Epoch 2/2", "Epoch 3/3"))[:3] == ["differs"] * 3


STAND_IN = HEADER + "import sys\nprint('{}')\nprint('STAND-IN', file=sys.stderr)"
DATA = "[p01_lesson]\n{}\nreason = of the data"


@pytest.mark.parametrize(
    "printed, rule, header, verdict",
    [
        ("w is 0.7", "data = yes", "MNIST", "not comparable"),
        ("w is 0.7", "band = lower 0.01", "MNIST", "not comparable"),
        ("w is 0.7", "close = 0.01", "MNIST", "differs"),  # no data change what the code must give
        ("v is 0.5", "data = yes", "MNIST", "differs"),
        ("w is nan", "data = yes", "MNIST", "differs"),
        ("", "data = yes", "MNIST", "differs"),
        ("w is 0.7", "data = yes", "none", "differs"),  # this script's data cannot be missing
    ],
)
def test_on_stand_in_data_only_what_depends_on_the_data_is_excused(course, capsys, printed, rule, header, verdict):
    course("w is 0.5", "", DATA.format(rule))
    (course.folder / "p01_lesson.py").write_text(STAND_IN.format(printed).replace("MNIST", header))
    assert run_main("p01_lesson") == (verdict == "differs")
    assert f"lines: 1; 1 {verdict}" in capsys.readouterr().out


@pytest.mark.parametrize(
    "flags, ours, expected",
    [
        ("", "Epoch 0, w 1\nEpoch 1, w 2", ["same", "same", "differs"]),
        ("--epochs 2", "Epoch 0, w 1\nEpoch 1, w 2", ["same", "same", "not comparable"]),
        ("--epochs=2", "Epoch 0, w 1\nEpoch 1, w 2", ["same", "same", "not comparable"]),
        ("--epochs 2", "Epoch 0, w 1\nEpoch 1, w 3", ["same", "differs", "not comparable"]),
        ("--epochs 2", "Epoch 0, w 1", ["same", "differs", "not comparable"]),
        ("--epochs 4", "Epoch 0, w 1", ["same", "differs", "differs"]),
        ("--rate 2", "Epoch 0, w 1\nEpoch 1, w 3\nEpoch 2, w 9", ["same", "not comparable", "not comparable"]),
        ("--rate 2", "Epoch 0, w 1\nEpoch 1, w 3", ["same", "not comparable", "differs"]),
        ("--offline --data x", "Epoch 0, w 1\nEpoch 1, w 3\nEpoch 2, w 3", ["same", "differs", "same"]),
    ],
)
def test_flags_excuse_what_they_change_and_nothing_else(course, flags, ours, expected):
    assert course("Epoch 0, w 1\nEpoch 1, w 2\nEpoch 2, w 3", ours, flags=flags.split()) == expected


def test_lines_are_found_by_their_epoch_among_many(course):
    ours = "".join(f"Epoch {i}, loss: {1 / (i + 1)}\nTest_acc: 1.0\n---\n" for i in range(500))
    assert course("......\nEpoch 499, loss: 0.002\nTest_acc: 1.0\n---\n", ours) == ["same"] * 3


def run_main(*arguments):
    return command.main(list(map(str, arguments)))


@pytest.mark.parametrize("notes, status, shown", [("w is 0.5", 0, "= same"), ("w is 0.6", 1, "✗ differs")])
def test_a_script_is_run_and_compared(course, capsys, notes, status, shown):
    course(notes, "")
    assert run_main("class1_basics/p01_lesson.py") == status
    assert shown in capsys.readouterr().out


def test_a_script_that_fails_is_a_difference(course, capsys):
    course("w is 0.5", "")
    (course.folder / "p01_lesson.py").write_text(HEADER + 'print("w is 0.5")\nraise ValueError("no more")\n')
    assert run_main("p01_lesson") == 1
    assert "ValueError: no more" in capsys.readouterr().out


def test_all_ends_with_a_table_and_fast_leaves_out_what_is_slow(course, capsys):
    course("w is 0.5", "")
    slow = course.folder / "p02_slow.py"
    slow.write_text('""":Time: x\n\n:Time: 60 s\n"""\nraise SystemExit("was run")\n')
    (course.folder / "expected/p02_slow.txt").write_text("w is 0.5")
    readme = course.folder.parent / "README.md"
    readme.write_text(readme.read_text() + "[p02_slow](class1_basics/p02_slow.py)")
    assert run_main("--fast") == 0
    assert "p02_slow" not in capsys.readouterr().out
    assert run_main("--all") == 1
    out = capsys.readouterr().out
    assert "every script beside the notes" in out and out.index("p01_lesson") < out.index("p02_slow")


def test_the_recorded_run_is_named_as_such(course, capsys):
    (course.folder / "expected/recorded/p01_lesson.txt").write_text("w is 0.5")
    assert run_main("p01_lesson") == 0
    assert "the notes print no output; beside a recorded run of ours" in capsys.readouterr().out


def test_a_script_for_which_nothing_is_printed_is_run_all_the_same(course, capsys):
    assert run_main("p01_lesson") == 0
    assert "run without comparing" in capsys.readouterr().out
    (course.folder / "p01_lesson.py").write_text(HEADER + "raise SystemExit(3)")
    assert run_main("p01_lesson") == 1
    assert "exit status 3" in capsys.readouterr().out


def test_two_expected_outputs_and_the_flags_that_choose(course, capsys, tmp_path):
    course("w is 0.5", "")
    (course.folder / "expected/p01_lesson --cost 99.txt").write_text("w is 0.4")
    assert [case.flags for case in verdicts.cases(course.folder / "p01_lesson.py")] == [[], ["--cost", "99"]]
    mine = tmp_path / "mine.txt"
    mine.write_text("w is 0.4")
    assert run_main("p01_lesson", "--output", mine) == 1
    assert run_main("p01_lesson", "--output", mine, "--", "--cost", "99") == 0


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16"])
def test_a_saved_output_in_the_encodings_that_shells_write(course, tmp_path, encoding):
    course("每一列 0.5", "")
    mine = tmp_path / "mine.txt"
    mine.write_text("每一列 0.5\r\n", encoding=encoding, newline="")
    assert run_main("p01_lesson", "--output", mine) == 0


def test_standard_input(course, monkeypatch):
    course("w is 0.5", "")
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(b"w is 0.5\n")))
    assert run_main("p01_lesson", "--output", "-") == 0


def files(tmp_path):
    (tmp_path / "binary").write_bytes(bytes(range(256)))
    (tmp_path / "empty").write_bytes(b"\n")


@pytest.mark.parametrize(
    ("name", "found"),
    [
        ("p45", "class1_basics/p45_iris.py"),
        ("class2/p34", "class2_optimizers/p34_sgdm.py"),
        ("p34_sgdm", "class2_optimizers/p34_sgdm.py"),
        ("class2_optimizers/p34_sgdm.py", "class2_optimizers/p34_sgdm.py"),
        ("../class2_optimizers/p34_sgdm.py", "class2_optimizers/p34_sgdm.py"),
        ("beyond", "class5_cnn/beyond_cifar10.py"),
    ],
)
def test_find(name, found, monkeypatch):
    monkeypatch.chdir(ROOT / "tests")
    assert compare.find(name) == ROOT / found


@pytest.mark.parametrize(
    "arguments, message",
    [
        ("", "which script?"),
        ("p99_nothing", "no script p99_nothing"),
        ("README.md", "no script README.md"),
        ("p01_lesson --output nowhere.txt", "cannot read --output nowhere.txt: No such file"),
        ("p01_lesson --output .", "cannot read --output .: Is a directory"),
        ("p01_lesson --output binary", "--output binary is not text"),
        ("p01_lesson --output empty", "--output empty is empty"),
        ("--all --output empty", "--output goes with one script"),
        ("p01_lesson --slow", "unrecognized arguments: --slow"),
    ],
)
def test_wrong_use_ends_with_one_line(course, capsys, monkeypatch, tmp_path, arguments, message):
    files(tmp_path)
    course("w is 0.5", "")
    (course.folder.parent / "README.md").write_text("[a](class1_basics/p01_lesson.py) [b](class1_basics/p02_b.py)")
    monkeypatch.chdir(tmp_path)
    with pytest.raises(SystemExit) as ended:
        run_main(*arguments.split())
    assert ended.value.code == 2
    out, err = capsys.readouterr()
    assert out == "" and err.count("\n") == 1 and message in err


def test_a_pipe_gets_plain_text(course, capsys):
    course("w is 0.5", "")
    run_main("p01_lesson")
    assert not re.search("\x1b", capsys.readouterr().out)


def test_what_is_printed_after_a_summary_is_compared():
    lines = [
        'Model: "sequential"',
        "dense (Dense)                multiple                  3         ",
        "batch_normalization (BatchNo multiple                  24        ",
        "Total params: 27",
        "Trainable params: 15",
        "Non-trainable params: 12",
        "_" * 65,
        "均方误差: 1.5",
    ]
    texts = [text for *_, text in verdicts.entries(lines)]
    assert texts[1:3] == ["dense: 3", "batch_normalization: 24"] and texts[-1] == "均方误差: 1.5" and len(texts) == 7
    keras_3 = [*lines[:-2], "Optimizer params: 10 (44.00 B)", "", lines[-1]]
    keras_3[3] = "Total params: 37"
    assert [text for *_, text in verdicts.entries(keras_3) if text] == texts
