"""compare as a judge: what is wrong with a program or with its output must not pass, and what is right must."""

import re

from common import ROOT
from common.compare import verdicts

import pytest

CASES = [case for script in sorted(ROOT.glob("class*/*.py")) for case in verdicts.cases(script) if case.path]

# script, flags that make it quick, what stands in it, what a learner writes instead (nothing: the line is left out)
WRONG = [
    ("class1_basics/p13_backpropagation", "", "w + 1", "w - 1"),
    ("class1_basics/p13_backpropagation", "", "assign_sub", "assign_add"),
    ("class1_basics/p13_backpropagation", "", "learning_rate=0.2", "learning_rate=0.199"),
    ("class1_basics/p13_backpropagation", "", "epochs=40", "epochs=1"),
    ("class1_basics/p13_backpropagation", "", "epochs=40", "epochs=39"),
    ("class1_basics/p13_backpropagation", "--epochs 3", "w + 1", "w + 2"),
    ("class1_basics/p13_backpropagation", "", "print(f", "print('STAND-IN'); print(f'{w.numpy()}', f"),
    ("class1_basics/p17_constant", "", ", dtype=tf.int64", ""),
    ("class1_basics/p17_constant", "", "[1, 5]", "[1, 6]"),
    ("class1_basics/p17_constant", "", 'print("a.shape:", a.shape)', ""),
    ("class1_basics/p18_convert_to_tensor", "", "dtype=tf.int64", "dtype=tf.int32"),
    ("class1_basics/p19_zeros_ones_fill", "", "tf.zeros([2, 3])", "tf.zeros([3, 2])"),
    ("class1_basics/p19_zeros_ones_fill", "", "tf.ones(4)", "tf.ones(4, tf.int32)"),
    ("class1_basics/p21_random_normal", "", "tf.random.normal([2, 2], mean=0.5, stddev=1)", "tf.zeros([2, 2])"),
    ("class1_basics/p21_random_normal", "", "truncated_normal([2, 2], mean=0.5", "truncated_normal([2, 2], mean=50"),
    ("class1_basics/p22_random_uniform", "", "maxval=1", "maxval=1000"),
    ("class1_basics/p23_cast_reduce_minmax", "", "tf.reduce_max(x2)", "tf.reduce_min(x2)"),
    ("class1_basics/p25_reduce_mean_sum", "", "axis=1", "axis=0"),
    ("class1_basics/p29_add_subtract_multiply_divide", "", "tf.subtract(a, b)", "tf.subtract(b, a)"),
    ("class1_basics/p29_add_subtract_multiply_divide", "", 'print("a*b:", tf.multiply(a, b))', ""),
    ("class1_basics/p30_square_pow_sqrt", "", "tf.pow(a, 3)", "tf.pow(a, 2)"),
    ("class1_basics/p31_matmul", "", "tf.matmul(a, b)", "tf.matmul(b, a)"),
    ("class1_basics/p33_from_tensor_slices", "", "((features, labels))", "((features, labels)).take(3)"),
    ("class1_basics/p33_from_tensor_slices", "", "((features, labels))", "((labels, features))"),
    ("class1_basics/p34_gradient_tape", "", "tf.pow(w, 2)", "tf.pow(w, 3)"),
    ("class1_basics/p35_enumerate", "", "enumerate(seq)", "enumerate(seq, 1)"),
    ("class1_basics/p37_one_hot", "", "classes = 3", "classes = 4"),
    ("class1_basics/p38_forward", "", "tf.matmul(x1, w1) + b1", "tf.matmul(x1, w1)"),
    ("class1_basics/p39_softmax", "", "tf.nn.softmax", "tf.nn.sigmoid"),
    ("class1_basics/p41_argmax", "", "tf.argmax(test, axis=0)", "tf.argmin(test, axis=0)"),
    ("class1_basics/p43_load_iris", "", "load_iris(return_X_y=True)", "load_iris(return_X_y=True); x_data *= 2"),
    ("class1_basics/p45_iris", "--epochs 100", "tf.random.set_seed(116)", ""),
    ("class1_basics/p45_iris", "--epochs 100", "/ len(train)", "/ 5"),
    ("class1_basics/p45_iris", "", "range(opt.epochs)", "range(4)"),
    ("class1_basics/p45_iris", "--epochs 100", 'print("Test_acc:", accuracies[-1])', ""),
    ("class2_optimizers/p04_where", "", "tf.where(tf.greater(a, b), a, b)", "tf.where(tf.greater(b, a), a, b)"),
    ("class2_optimizers/p05_random_state", "", "seed=1", "seed=2"),
    ("class2_optimizers/p06_vstack", "", "np.vstack((a, b))", "np.vstack((b, a))"),
    ("class2_optimizers/p07_mgrid", "", "2:4:0.5", "2:4:1"),
    ("class2_optimizers/p10_learning_rate_decay", "", "(epoch / opt", "(epoch // 2 / opt"),
    ("class2_optimizers/p10_learning_rate_decay", "", "w.assign_sub(learning_rate", "w.assign_sub(opt.learning_rate"),
    ("class2_optimizers/p22_cross_entropy", "", "[1, 0], [0.6, 0.4]", "[0, 1], [0.6, 0.4]"),
    ("class2_optimizers/p23_softmax_cross_entropy", "", "tf.nn.softmax(y)", "y"),
    ("class2_optimizers/p29_regularizationfree", "--epochs 41", "epoch % 20 == 0", "epoch == 0"),
    ("class2_optimizers/p34_sgdm", "--epochs 100", "learning_rate * m_w", "learning_rate * g_w"),
    ("class2_optimizers/p38_rmsprop", "--epochs 100", "tf.square(g_w)", "g_w"),
    ("class2_optimizers/p40_adam", "--epochs 100", "m_w / (1 - opt.beta1**t)", "m_w"),
    ("class3_keras_six_steps/p08_iris_sequential", "--epochs 1", "Dense(3", "Dense(4"),
    ("class3_keras_six_steps/p14_mnist_sequential", "--offline --epochs 1", "Dense(128", "Dense(64"),
    ("class3_keras_six_steps/p14_mnist_sequential", "--offline --epochs 1", "layers.Dense(1", "layers.ReLU(), layers.Dense(1"),  # noqa: E501
    ("class3_keras_six_steps/p14_mnist_sequential", "--offline --epochs 1", "model.summary()", ""),
    ("class3_keras_six_steps/p14_mnist_sequential", "--offline", "epochs=opt.epochs", "epochs=1"),
    ("class5_cnn/receptive_field", "", "return total", "return total + 1"),
    ("class6_rnn/rnn_by_hand", "", "np.tanh", "np.sin"),
    ("class6_rnn/p21_rnn_onehot_4pre1", "--epochs 1", "SimpleRNN(3)", "SimpleRNN(4)"),
    ("class2_optimizers/p19_mse", "slow", "tf.square(y_ - y)", "tf.abs(y_ - y)"),
    ("class2_optimizers/p19_mse", "slow", "seed=23455", "seed=2345"),
    ("class2_optimizers/p20_custom_loss", "slow", "tf.where(y > y_", "tf.where(y < y_"),
]  # fmt: skip


def parameters(wrong):
    script, flags, old, new = wrong
    marks = [pytest.mark.slow] if flags == "slow" else []
    name = f"{script.split('/')[1]}: {new or f'without {old}'}"
    return pytest.param(script, flags.removeprefix("slow"), old, new, marks=marks, id=name)


def failing(rows):
    return [row for row in rows if row.verdict in verdicts.FAILURES]


def rows_of(script, output, flags=(), stand_in=False):
    """The rows of all expected outputs of a script without flags of its own."""
    cases = [case for case in CASES if case.script == ROOT / f"{script}.py" and not case.flags]
    assert cases
    return [row for case in cases for row in verdicts.compare(case, output, flags, stand_in)]


@pytest.mark.parametrize("script, flags, old, new", map(parameters, WRONG))
def test_no_wrong_program_passes(script, flags, old, new, run_script, tmp_path, capsys):
    code = (ROOT / f"{script}.py").read_text(encoding="utf-8")
    start = code.index('"""', 3)
    assert old in code[start:]
    wrong = tmp_path / f"{script.split('/')[1]}.py"
    wrong.write_text(code[:start] + code[start:].replace(old, new, 1), encoding="utf-8")
    output = run_script(wrong, *flags.split())
    assert failing(rows_of(script, output, flags.split(), stand_in="STAND-IN" in capsys.readouterr().err))


@pytest.mark.parametrize(
    "script, output",
    [
        ("class1_basics/p45_iris", "Epoch 3, loss: 9.9"),
        ("class1_basics/p45_iris", ""),
        ("class2_optimizers/p32_sgd", "total_time 3.5"),
        ("class2_optimizers/p29_regularizationfree", "epoch: 0 loss: 1.2\n*******predict*******"),
        ("class3_keras_six_steps/p14_mnist_sequential", "Epoch 5/5\n1875/1875 - loss: 0.04"),
        ("class6_rnn/p15_rnn_onehot_1pre1", "Epoch 100/100\n - accuracy: 1.5 - loss: -1.0"),
    ],
)
@pytest.mark.parametrize("stand_in", [False, True])
def test_no_part_of_an_output_passes_for_the_whole(script, output, stand_in):
    assert failing(rows_of(script, output, (), stand_in))


# ------------------------------------------------------------------------------- right outputs, and one thing wrong


def right_output(case):
    """The lines of the expected output, errata mended, and the whole log of the last epoch."""
    lines = case.path.read_text(encoding="utf-8").splitlines()
    for row in case.rows():
        if row.rule["right"] and row.notes + row.right:
            for number in map(int, row.rule["lines"].split(",")):
                layer = re.fullmatch(r"(\w+): (\d+)", row.rule["right"])
                lines[number - 1] = "{} (Layer)  multiple  {}".format(*layer.groups()) if layer else row.rule["right"]
    epochs = re.search(r"\bepochs=(\d+)", case.script.read_text(encoding="utf-8"))
    if epochs and any(" - loss: " in line for line in lines):
        lines.insert(0, f"Epoch {epochs[1]}/{epochs[1]}")
    return [line for text in lines for line in text.splitlines() or [""] if not verdicts.LEFT_OUT.fullmatch(line)]


RIGHT = {" ".join([case.script.stem, *case.flags, *["(recorded)"] * case.recorded]): case for case in CASES}


def failures(case, lines):
    return [row for row in verdicts.compare(case, "\n".join(lines)) if row.verdict in verdicts.FAILURES]


@pytest.mark.parametrize("case", RIGHT.values(), ids=RIGHT)
def test_the_right_output_passes_and_no_line_of_it_can_be_left_out(case):
    lines = right_output(case)
    assert not [(row.notes, row.ours, row.why) for row in failures(case, lines)]
    for number, _, text in verdicts.entries(lines):
        if text.strip(" .") and " - loss: " not in lines[number - 1]:  # of a log the line before may do
            assert failures(case, lines[: number - 1] + lines[number:]), f"without {text!r}"
    log = [line for line in lines if " - loss: " in line]
    assert not log or failures(case, [line for line in lines if line not in log])


@pytest.mark.parametrize("case", RIGHT.values(), ids=RIGHT)
def test_no_number_can_be_wrong_and_headings_are_not_enough(case):
    lines = right_output(case)
    rules = {row.right: row.rule for row in case.rows()}
    with_numbers = set()
    for number, _, text in verdicts.entries(lines):
        rule, line = rules.get(text, verdicts.NO_RULE), lines[number - 1]
        for value in verdicts.skeleton(text)[1] if text.strip(" .") and not rule["machine"] else ():
            with_numbers.add(line)
            wrong = "0.0" if rule["band"].startswith("higher") else "123456.7" if "." in value else "123456"
            label = text.removesuffix(value) if text.endswith(value) and text.removesuffix(value) in line else ""
            printed = next((form for form in (f"{label}{value}", f"{label}{float(value):,.0f}") if form in line), None)
            if printed:  # not so a total in which Keras counts the optimizer's variables, too
                changed = f"{label}{wrong}".join(line.rsplit(printed, 1))
                assert failures(case, [*lines[: number - 1], changed, *lines[number:]]), changed
    if with_numbers:
        assert failures(case, [line for line in lines if line not in with_numbers])
