"""The lessons of classes 1 and 2: the numbers they end with, and the optimizers beside those of Keras."""

import difflib
import re
import runpy

from common import ROOT

import keras
import numpy as np
import pytest
import tensorflow as tf


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
