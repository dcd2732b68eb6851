"""Every script: its header, that it runs, and the numbers it ends with."""

import difflib
import itertools
import re
import runpy
import shutil
import subprocess
import sys

from common import ROOT
from common.compare import in_order

import keras
import numpy as np
import pytest
import tensorflow as tf
from conftest import NETWORKS

SCRIPTS = sorted(ROOT.glob("class*/*.py"))
NAMES = [str(path.relative_to(ROOT)) for path in SCRIPTS]
TINY = {  # flags with which a script takes seconds
    "class1_basics/p45|class2_optimizers/(p19|p20|p29|p3[2468]|p40|compare)": "--epochs 2",
    "class3_keras_six_steps/p(08|11)": "--epochs 1",
    "class3_keras_six_steps/p13|class4_extensions/p11|class5_cnn/p24": "--offline --limit 64",
    "class3_keras_six_steps/p1[45]|class4_extensions/(p04|p13|p16|p19|p23|digit)": "--offline --limit 64 --epochs 1",
    "class4_extensions/p08": "--folder {folder}/digits --epochs 1",
    "class4_extensions/p28": "one of the {folder}/digits",
    "class5_cnn/compare_networks": "--networks LeNet5 --offline --limit 64 --epochs 1",
    "class5_cnn/compare_batch": "--offline --limit 64 --batch-size 32 --epochs 1",
    r"class6_rnn/p[123]\d_rnn_(one|emb)": "--epochs 1",
    "class6_rnn/p.*stock": "--offline --batch-size 1024 --epochs 1",
    "class6_rnn/compare": "--offline --batch-size 1024 --epochs 1 --seeds 1",
}
CHINESE = re.compile("[\u4e00-\u9fff]")


@pytest.mark.parametrize("path", SCRIPTS, ids=NAMES)
def test_header(path):
    head, *opening = path.read_text(encoding="utf-8").split('"""')[1].strip().split("\n\n")
    number = next(number for number, part in enumerate(opening) if part.startswith(":Notes:"))
    opening, fields = opening[:number], opening[number]
    assert 1 <= len(opening) <= 2
    title, line = head.split("\n")
    assert len(line) == len(title) and set(line) == {"="}
    assert CHINESE.search(opening[0]) and "\n" not in opening[0]
    for words in opening[1:2]:  # what happens, why, what to look at: in English, then in Chinese
        english = list(itertools.takewhile(lambda line: not CHINESE.search(line), words.split("\n")))
        assert english and all(CHINESE.search(line) for line in words.split("\n")[len(english) :])
    found = dict(re.match(r":(\w+): (.+)", field).groups() for field in fields.split("\n") if field.startswith(":"))
    assert list(found) == ["Notes", "Data", "Expect", "Time"]
    assert re.match(r"[\d.]+ s", found["Time"])


@pytest.mark.parametrize("path", [path for path in SCRIPTS if path.parent.name[:6] >= "class3"], ids=lambda p: p.stem)
def test_a_script_makes_the_calls_of_keras_itself(path):
    """Where it compiles a model it also fits it, and sums it up at the end, for everybody to see."""
    code = path.read_text(encoding="utf-8")
    if "model.compile(" in code:
        assert code.index("model.compile(") < code.index("model.fit(") < code.index("model.summary()")
        assert len(code.split('"""')[1].strip().split("\n\n")) >= 4  # and has its opening words


def test_helpers_make_none_of_them():
    calls = re.compile(r"\b(model|network)\.(compile|fit|summary|load_weights|predict|evaluate)\(")
    for helper in (ROOT / "common").rglob("*.py"):
        assert not calls.search(helper.read_text(encoding="utf-8")), helper


@pytest.mark.parametrize("path", SCRIPTS, ids=NAMES)
def test_style(path):
    code = path.read_text(encoding="utf-8")
    assert "def main" not in code and "__main__" not in code
    imports = re.findall(r"^(?:import|from) (\w+(?:\.quiet)?)", code, re.MULTILINE)
    assert not any(name.startswith("class") for name in imports)
    if "tensorflow" in imports or "keras" in imports:
        assert imports.index("common.quiet") < min(
            i for i, name in enumerate(imports) if name in ("tensorflow", "keras")
        )
    elif "common.quiet" in imports:  # because of a helper that imports Keras
        assert "checkpoints" in code


def test_readme_lists_every_script_once_in_both_languages():
    assert sorted(in_order()) == SCRIPTS
    for readme in ("README.md", "README.zh-CN.md"):
        text = (ROOT / readme).read_text(encoding="utf-8")
        assert sorted(re.findall(r"\]\((class\d_\w+/\w+\.py)\)", text)) == NAMES, readme


def in_this_process(run_script, kept):
    """`subprocess.run` for the scripts that run others: in this process, and each but once, whatever its flags."""

    def run(command, env):
        _, script, *flags = command
        left = kept / script.stem  # among its checkpoints
        if not left.exists():
            with pytest.MonkeyPatch.context() as patch:
                patch.setenv("COURSE_CHECKPOINTS", str(left))
                run_script(script, *flags)
        shutil.copytree(left, env["COURSE_CHECKPOINTS"], dirs_exist_ok=True)
        return subprocess.CompletedProcess(command, 0)

    return run


@pytest.mark.parametrize("path", SCRIPTS, ids=lambda path: path.stem)
def test_runs(path, request, run_script, tmp_path, monkeypatch):
    """Every script to its end, with a few samples and steps: that nothing is amiss, not that it learns."""
    name = path.relative_to(ROOT).as_posix()
    if path.stem in NETWORKS:  # with 64 images
        output, _, sizes = request.getfixturevalue("trained")(path.stem)
    else:
        flags = next((flags for names, flags in TINY.items() if re.match(names, name)), "").format(folder=tmp_path)
        if "digits" in flags:
            run_script("datasets/make_digits.py", "64", "--offline", "--folder", str(tmp_path / "digits"))
        if "p28" in name:
            run_script("class4_extensions/p16_checkpoint.py", "--offline", "--epochs", "1")
            flags = str(next(tmp_path.rglob("*.jpg")))
        monkeypatch.setattr(subprocess, "run", in_this_process(run_script, tmp_path / "kept"))
        output = run_script(name, *flags.split())
        sizes = [figure.stat().st_size for figure in run_script.figures]
    assert output and all(size > 5000 for size in sizes)
    assert bool(sizes) == ("figures." in path.read_text(encoding="utf-8"))


@pytest.mark.parametrize("path", SCRIPTS, ids=lambda path: path.stem)
def test_answers_help_and_refuses_what_it_does_not_know(path, capsys, monkeypatch):
    monkeypatch.setattr("sys.argv", [str(path), "--help"])
    with pytest.raises(SystemExit, match="0"):
        runpy.run_path(str(path))
    assert path.read_text(encoding="utf-8").split('"""')[1].strip() in capsys.readouterr().out
    monkeypatch.setattr("sys.argv", [str(path), "--nonsense"])
    with pytest.raises(SystemExit, match="2"):
        runpy.run_path(str(path))
    out, err = capsys.readouterr()
    assert out == "" and len(err.splitlines()) == 1 and "--nonsense" in err


FLAGS_FIRST = """
import contextlib, io, runpy, sys
for script in sys.argv[1:]:
    for flag in ("--help", "--nonsense"):
        sys.argv = [script, flag]
        with contextlib.suppress(SystemExit), contextlib.redirect_stdout(io.StringIO()):
            runpy.run_path(script) if script.endswith(".py") else runpy.run_module(script, run_name="__main__")
    slow = {"tensorflow", "keras", "matplotlib", "sklearn", "pandas", "scipy"} & set(sys.modules)
    if slow:
        sys.exit(f"{script} --help imports {slow}")
"""


def test_help_and_wrong_flags_are_answered_before_anything_that_takes_seconds_is_imported():
    programs = [*map(str, SCRIPTS), "common.compare", "common.datasets"]
    done = subprocess.run([sys.executable, "-c", FLAGS_FIRST, *programs], cwd=ROOT, capture_output=True)
    assert done.returncode == 0, done.stderr[-500:]
    assert done.stderr.count(b"--nonsense") == len(programs)


def test_p45_without_shuffling_is_tested_on_the_class_it_saw_last(run_script):
    run_script("class1_basics/p45_iris.py", "--no-shuffle", "--epochs", "1")
    assert set(run_script.variables["y_test"].tolist()) == {2}
    assert run_script.variables["accuracies"] == [1.0]  # after one epoch: it calls every flower class 2


def test_p29_the_boundary_of_one_batch_is_that_of_single_points(run_script):
    run_script("class2_optimizers/p29_regularizationfree.py", "--epochs", "40")
    lesson = run_script.variables
    singly = [float(lesson["predict"](point[None])[0, 0]) for point in lesson["grid"][::97]]
    np.testing.assert_allclose(lesson["outputs"].ravel()[::97], singly, rtol=1e-4, atol=1e-6)


def test_p29_regularization_keeps_the_weights_small(run_script):
    sizes = []
    for name in ("free", "contain"):
        run_script(f"class2_optimizers/p29_regularization{name}.py", "--epochs", "60")
        sizes.append(sum(float(tf.nn.l2_loss(run_script.variables[w])) for w in ("w1", "w2")))
    assert sizes[1] < 0.8 * sizes[0]


def test_p29_without_a_price_is_the_program_without_regularization_and_l1_is_the_sum_of_sizes(run_script):
    ends = []
    for name, *flags in (("free",), ("contain", "--regularizer", "0")):
        run_script(f"class2_optimizers/p29_regularization{name}.py", "--epochs", "2", *flags)
        ends.append(run_script.variables["w1"].numpy())
    np.testing.assert_allclose(*ends, rtol=1e-5)
    run_script("class2_optimizers/p29_regularizationcontain.py", "--l1", "--epochs", "1", "--learning-rate", "1e-9")
    lesson = run_script.variables
    sizes = sum(float(tf.reduce_sum(abs(lesson[w]))) for w in ("w1", "w2"))
    assert float(lesson["penalty"]) == pytest.approx(sizes, rel=1e-4)


def test_p17_without_dtype_prints_what_the_notes_print(run_script):
    notes = ROOT / "class1_basics/expected/p17_constant.txt"
    assert run_script("class1_basics/p17_constant.py", "--no-dtype") == notes.read_text(encoding="utf-8")


def test_a_loss_from_logits_gives_the_same_numbers(run_script):
    ends = []
    for flags in ([], ["--from-logits"]):
        run_script("class3_keras_six_steps/p08_iris_sequential.py", "--epochs", "3", *flags)
        model = run_script.variables["model"]
        ends.append(model.get_weights())
        assert model.layers[-1].activation.__name__ == ("linear" if flags else "softmax")
    for one, other in zip(*ends, strict=True):
        np.testing.assert_allclose(one, other, rtol=1e-4, atol=1e-6)


def test_complexity_of_other_layers(run_script):
    out = run_script("class2_optimizers/network_complexity.py", "--layers", "784,128,10")
    assert "= 101770" in out and "= 101632" in out
    model = keras.Sequential([keras.Input((784,)), keras.layers.Dense(128), keras.layers.Dense(10)])
    assert model.count_params() == 101770


# The notes' momentum averages with (1 - β) g where Keras adds g: the same as a rate of lr (1 - β). Keras has its
# epsilon elsewhere (under the root, or before the bias correction), so both are compared with next to none.
OPTIMIZERS = {
    "p32_sgd": lambda: keras.optimizers.SGD(0.1),
    "p34_sgdm": lambda: keras.optimizers.SGD(0.1 * (1 - 0.9), momentum=0.9),
    "p36_adagrad": lambda: keras.optimizers.Adagrad(0.1, initial_accumulator_value=0.0, epsilon=0.0),
    "p38_rmsprop": lambda: keras.optimizers.RMSprop(0.1, rho=0.9, epsilon=0.0),
    "p40_adam": lambda: keras.optimizers.Adam(0.1, beta_1=0.9, beta_2=0.999, epsilon=0.0),
}


def keras_weights(script, train):
    """w1 and b1 after 13 epochs of 4 batches, updated by Keras's optimizer."""
    tf.random.set_seed(116)
    variables = [
        tf.Variable(tf.random.truncated_normal([4, 3], stddev=0.1, seed=1)),
        tf.Variable(tf.random.truncated_normal([3], stddev=0.1, seed=1)),
    ]
    optimizer = OPTIMIZERS[script]()
    for _ in range(13):
        for features, labels in train:
            with tf.GradientTape() as tape:
                probabilities = tf.nn.softmax(features @ variables[0] + variables[1])
                loss = tf.reduce_mean(keras.losses.mean_squared_error(tf.one_hot(labels, 3), probabilities))
            optimizer.apply(tape.gradient(loss, variables), variables)
    assert int(optimizer.iterations) == 52
    return variables


@pytest.mark.parametrize("script", OPTIMIZERS)
def test_optimizers_equal_keras_after_52_updates(script, run_script):
    epsilon = [] if script in ("p32_sgd", "p34_sgdm") else ["--epsilon", "1e-30"]
    run_script(f"class2_optimizers/{script}.py", "--epochs", "13", *epsilon)
    ours = run_script.variables
    w1, b1 = keras_weights(script, ours["train"])
    np.testing.assert_allclose(ours["w1"], w1, rtol=0, atol=2e-5)
    np.testing.assert_allclose(ours["b1"], b1, rtol=0, atol=2e-5)


def test_without_momentum_sgdm_is_sgd(run_script):
    ends = []
    for script, *flags in (("p32_sgd",), ("p34_sgdm", "--beta", "0")):
        run_script(f"class2_optimizers/{script}.py", "--epochs", "2", *flags)
        ends.append(run_script.variables["w1"].numpy())
    np.testing.assert_allclose(*ends, rtol=1e-6)


@pytest.mark.parametrize("script", list(OPTIMIZERS)[1:])
def test_lines_that_differ_from_p32_are_marked(script):
    def lesson(name):
        return (ROOT / f"class2_optimizers/{name}.py").read_text(encoding="utf-8").split('"""')[2].splitlines()

    added = [line[2:] for line in difflib.ndiff(lesson("p32_sgd"), lesson(script)) if line.startswith("+ ")]
    marked = [line for line in lesson(script) if re.search(r"# <- \w+(: .+)?$", line)]
    assert added == marked and added


def test_compare_optimizers_gives_what_the_five_scripts_give(run_script):
    table = run_script("class2_optimizers/compare_optimizers.py", "--epochs", "3").splitlines()
    for row, script in zip(table[1:6], OPTIMIZERS, strict=True):
        run_script(f"class2_optimizers/{script}.py", "--epochs", "3")
        loss, accuracy = map(float, row.split()[-2:])
        assert loss == pytest.approx(run_script.variables["losses"][-1], abs=2e-4)
        assert accuracy == pytest.approx(run_script.variables["accuracies"][-1], abs=1e-3)


def test_the_dots_can_be_made_again(tmp_path):
    made = tmp_path / "make_dots.py"
    made.write_bytes((ROOT / "datasets/make_dots.py").read_bytes())
    runpy.run_path(str(made))
    assert (tmp_path / "dot.csv").read_bytes() == (ROOT / "datasets/dot.csv").read_bytes()
