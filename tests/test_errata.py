"""Every erratum of ERRATA.md, proved by running what the notes print and what is right."""

import re
import sys

from common import ROOT

import keras
import numpy as np
import pytest
import tensorflow as tf
from PIL import Image, ImageColor
from sklearn.datasets import load_iris
from tensorflow.keras.preprocessing.image import ImageDataGenerator


def test_every_erratum_has_a_test_and_every_test_an_erratum():
    listed = re.findall(r"^\| (E\d+) \|", (ROOT / "ERRATA.md").read_text(encoding="utf-8"), re.MULTILINE)
    tested = [name[5:8].upper() for name in globals() if re.match(r"test_e\d\d_", name)]
    assert listed == sorted(listed) and len(set(listed)) == len(listed)
    assert sorted(tested) == listed


def printed(value):
    """What `print` shows of a value."""
    return str(value)


def test_e01_the_rule_holds_for_every_iris():
    x, y = load_iris(return_X_y=True)
    rule = (x[:, 0] > x[:, 1]) & (x[:, 2] / x[:, 3] > 2)
    assert [int(rule[y == label].sum()) for label in range(3)] == [50, 50, 50]


def test_e02_mse_of_y_with_itself():
    y, y_ = np.array([0.2, 0.7, 0.1]), np.array([0.0, 1.0, 0.0])
    assert ((y - y) ** 2).sum() / len(y) == 0
    assert ((y - y_) ** 2).sum() / len(y) == pytest.approx(float(keras.losses.mean_squared_error(y_, y)))
    assert len(range(0, len(y) + 1)) == len(y) + 1


def test_e03_first_step_of_the_table():
    assert 5 - 0.2 * (2 * 4 + 2) == pytest.approx(3)
    assert 5 - 0.2 * (2 * 5 + 2) == pytest.approx(2.6)


def test_e04_missing_comma():
    with pytest.warns(SyntaxWarning, match="perhaps you missed a comma"), pytest.raises(TypeError):
        eval("[[1,2,3],[4,5,6][7,8,9]]")
    assert tf.rank([[1, 2, 3], [4, 5, 6], [7, 8, 9]]) == 2


@pytest.mark.parametrize("name", ["int", "float"])
def test_e05_types_without_width(name):
    assert not hasattr(tf, name)
    assert hasattr(tf, f"{name}32") and hasattr(tf, f"{name}64")


def test_e06_dtype_of_a_constant():
    notes = (ROOT / "class1_basics/expected/p17_constant.txt").read_text(encoding="utf-8").splitlines()
    for dtype, matches in ((tf.int64, False), (None, True)):
        a = tf.constant([1, 5], dtype=dtype)
        assert (notes[:2] == ["a: " + printed(a), "a.dtype: " + printed(a.dtype)]) is matches


def test_e07_tensors_of_different_shapes_are_added():
    total = tf.ones([1, 3]) + tf.constant([1.0, 2.0, 3.0])
    assert total.shape == (1, 3)
    assert (tf.ones([2, 1]) * tf.ones([3])).shape == (2, 3)


def test_e08_softmax_with_the_printed_index():
    y = np.array([1.01, 2.01, -0.66])
    as_printed = [np.exp(y[i]) / sum(np.exp(y[i]) for _ in y) for i in range(3)]
    right = [np.exp(y[i]) / sum(np.exp(y[j]) for j in range(3)) for i in range(3)]
    assert as_printed == pytest.approx([1 / 3] * 3)
    assert right == pytest.approx(tf.nn.softmax(y).numpy())


def test_e09_types_of_the_irises():
    x, y = load_iris(return_X_y=True)
    assert x.dtype == np.float64 and x.dtype.kind == "f"  # Java's long would be kind "i"
    assert y.dtype == np.dtype(int)
    assert y.dtype == np.int64 or (sys.platform == "win32" and np.lib.NumpyVersion(np.__version__) < "2.0.0")


def test_e10_mean_of_squares_is_not_the_mean_of_sums():
    y_ = tf.one_hot([0, 1, 2, 1], depth=3)
    y = tf.nn.softmax(tf.reshape(tf.range(12.0), [4, 3]) % 5)
    code = tf.reduce_mean(tf.square(y_ - y))
    assert float(tf.reduce_mean(tf.reduce_sum(tf.square(y_ - y), axis=1))) == pytest.approx(3 * float(code))
    assert float(tf.reduce_mean(tf.square(tf.reduce_sum(y_ - y, axis=1)))) == pytest.approx(0, abs=1e-12)
    assert code > 0.1


def test_e11_elements_of_from_tensor_slices():
    features, label = next(iter(tf.data.Dataset.from_tensor_slices(([[1.0], [2.0]], [1, 2]))))
    assert features.shape == (1,) and label.shape == ()


def test_e12_what_print_d_shows():
    notes = (ROOT / "class2_optimizers/expected/p04_where.txt").read_text(encoding="utf-8").splitlines()
    a, b = tf.constant([1, 2, 3, 1, 1]), tf.constant([0, 1, 3, 4, 5])
    d = tf.where(tf.greater(a, b), b, a)
    assert notes[1] == ""
    assert printed(d) == "tf.Tensor([0 1 3 1 1], shape=(5,), dtype=int32)"


def test_e13_rand_needs_an_instance():
    with pytest.raises((TypeError, AttributeError)):
        np.random.RandomState.rand(2, 3)
    assert np.random.RandomState(1).rand(2, 3).shape == (2, 3)


def test_e14_vstack_takes_one_tuple():
    a, b = np.array([1, 2, 3]), np.array([4, 5, 6])
    with pytest.raises(TypeError):
        np.vstack(a, b)
    assert np.vstack((a, b)).shape == (2, 3)


def test_e15_arrays_are_printed_without_commas():
    notes = (ROOT / "class2_optimizers/expected/p06_vstack.txt").read_text(encoding="utf-8")
    c = np.vstack(([1, 2, 3], [4, 5, 6]))
    assert "[[1, 2, 3]" in notes
    assert "," not in printed(c) and printed(c.tolist()) == "[[1, 2, 3], [4, 5, 6]]"


def test_e16_rows_of_the_second_grid():
    notes = (ROOT / "class2_optimizers/expected/p07_mgrid.txt").read_text(encoding="utf-8")
    x, y = np.mgrid[1:5:1, 2:4:0.5]
    assert notes.count("[3. 3. 3. 3.]]") == 1 and "4. 4. 4." not in notes
    assert x.shape == y.shape == (4, 4)
    assert x[:, 0].tolist() == [1, 2, 3, 4]


def test_e17_the_decay_is_an_exponent():
    notes = (ROOT / "class2_optimizers/expected/p10_learning_rate_decay.txt").read_text(encoding="utf-8")
    rate = float(re.search(r"After 2 epoch.*lr is ([\d.]+)", notes)[1])
    assert rate == pytest.approx(0.2 * 0.99 ** (2 / 1), abs=1e-6)
    assert rate != pytest.approx(0.2 * 0.99 * (2 / 1), abs=1e-2)


def test_e18_the_rate_changes_in_every_round():
    rates = [0.2 * 0.99 ** (epoch / 2) for epoch in range(4)]
    assert len(set(rates)) == 4
    schedule = keras.optimizers.schedules.ExponentialDecay(0.2, decay_steps=2, decay_rate=0.99, staircase=True)
    assert len({float(schedule(epoch)) for epoch in range(4)}) == 2


def derivative(function, x):
    x = tf.Variable(x, dtype=tf.float64)
    with tf.GradientTape() as tape:
        y = function(x)
    return float(tape.gradient(y, x))


def test_e19_the_derivative_of_sigmoid_reaches_a_quarter():
    assert derivative(tf.nn.sigmoid, 0.0) == 0.25
    assert 0 < derivative(tf.nn.sigmoid, -30.0) < derivative(tf.nn.sigmoid, 1.0) < 0.25


def test_e20_outputs_of_sigmoid_are_positive_and_no_integers():
    y = tf.nn.sigmoid(tf.linspace(-5.0, 5.0, 11)).numpy()
    assert (y > 0).all() and (y != np.round(y)).all()


def test_e21_the_derivative_of_relu_at_0():
    assert derivative(tf.nn.relu, 0.0) == 0
    assert derivative(lambda x: tf.nn.leaky_relu(x, alpha=0.2), 0.0) == pytest.approx(0.2)


def test_e22_l2_loss_is_half_the_sum_of_squares():
    assert float(tf.nn.l2_loss([3.0, 4.0])) == 12.5 == (3**2 + 4**2) / 2


def test_e23_biases_and_weights_of_the_hidden_layer():
    layer = keras.layers.Dense(11)
    layer.build((None, 2))
    assert [weight.shape for weight in layer.weights] == [(2, 11), (11,)]


def test_e24_loss_is_printed_every_20_epochs():
    notes = (ROOT / "class2_optimizers/expected/p29_regularizationcontain.txt").read_text(encoding="utf-8")
    assert [int(epoch) for epoch in re.findall(r"epoch: (\d+)", notes)] == list(range(0, 400, 20))


def test_e25_the_grid_has_steps_of_a_tenth():
    xx, _ = np.mgrid[-3:3:0.1, -3:3:0.1]
    assert xx.shape == (60, 60)
    assert np.arange(-3, 3, 0.01).size == 600


def test_e26_adagrad_sums_the_squares_of_all_gradients():
    gradients = [3.0, 1.0]
    w = tf.Variable(0.0)
    optimizer = keras.optimizers.Adagrad(1.0, initial_accumulator_value=0.0, epsilon=0.0)
    for g in gradients:
        before = float(w)
        optimizer.apply([tf.constant(g)], [w])
    assert before - float(w) == pytest.approx(1 / np.sqrt(3**2 + 1**2))
    assert before - float(w) != pytest.approx(1 / np.sqrt(2 * 1**2), rel=0.1)


def test_e27_a_gradient_of_0(run_script):
    with np.errstate(invalid="ignore"):
        assert np.isnan(np.float32(0) / np.sqrt(np.float32(0)))
    # steps this large drive softmax to exact zeros and ones, where the gradient vanishes
    flags = ("--learning-rate", "1000", "--beta", "0.5", "--epochs", "60")
    assert "loss: nan" not in run_script("class2_optimizers/p38_rmsprop.py", *flags)
    assert "loss: nan" in run_script("class2_optimizers/p38_rmsprop.py", *flags, "--epsilon", "1e-300")


def test_e28_the_first_digit_is_printed_first(run_script):
    notes = (ROOT / "class3_keras_six_steps/expected/p13_mnist_datasets.txt").read_text(encoding="utf-8")
    out = run_script("class3_keras_six_steps/p13_mnist_datasets.py", "--offline").splitlines()
    assert notes.startswith("y_train[0]:")
    assert out[0] == "x_train[0]:" and out.index("y_train[0]:") > 28


def test_e29_fit_of_the_generator_changes_nothing():
    images, labels = np.random.RandomState(0).rand(8, 28, 28, 1), np.arange(8)

    def batch(fit):
        generator = ImageDataGenerator(rotation_range=45, width_shift_range=0.15, zoom_range=0.5)
        if fit:
            generator.fit(images)
        return next(generator.flow(images, labels, batch_size=8, seed=1))[0]

    np.testing.assert_array_equal(batch(fit=True), batch(fit=False))


def test_e30_the_first_epoch_after_a_restart_replaces_better_weights(tmp_path):
    path = tmp_path / "mnist.weights.h5"
    model = keras.Sequential([keras.Input((1,)), keras.layers.Dense(1)])

    def run(value, val_loss):
        model.layers[0].kernel.assign([[value]])
        callback = keras.callbacks.ModelCheckpoint(path, save_weights_only=True, save_best_only=True)
        callback.set_model(model)
        callback.on_epoch_end(0, {"val_loss": val_loss})
        model.load_weights(path)
        return float(model.layers[0].kernel[0, 0])

    assert run(1.0, val_loss=0.1) == 1.0
    assert run(2.0, val_loss=0.9) == 2.0  # the worse one


def test_e31_255_is_white():
    assert Image.new("L", (1, 1), 255).convert("RGB").getpixel((0, 0)) == (255, 255, 255)
    assert ImageColor.getcolor("white", "L") == 255 and ImageColor.getcolor("black", "L") == 0
