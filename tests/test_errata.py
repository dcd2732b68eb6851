"""Every erratum of ERRATA.md, proved by running what the notes print and what is right."""

import re
import sys

from common import ROOT, datasets

import keras
import matplotlib.pyplot as plt
import numpy as np
import pytest
import tensorflow as tf
from keras import layers
from PIL import Image, ImageColor
from sklearn.datasets import load_iris
from sklearn.preprocessing import MinMaxScaler
from tensorflow.keras.preprocessing.image import ImageDataGenerator


def test_every_erratum_has_a_test_and_every_test_an_erratum():
    listed = re.findall(r"^\| (E\d+) \|", (ROOT / "ERRATA.md").read_text(encoding="utf-8"), re.MULTILINE)
    tested = [name[5:8].upper() for name in globals() if re.match(r"test_e\d\d_", name)]
    assert sorted(listed) == [f"E{number:02}" for number in range(1, len(listed) + 1)]
    assert sorted(set(tested)) == sorted(listed)


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
    y_, y = y_[:, :1], y[:, :1]  # p29 has one output
    one = tf.reduce_mean(tf.square(y_ - y))
    assert float(tf.reduce_mean(tf.square(tf.reduce_sum(y_ - y, axis=1)))) == pytest.approx(float(one))


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


@pytest.mark.parametrize("script", ["p36_adagrad", "p38_rmsprop", "p40_adam"])
def test_e27_a_gradient_of_0(script, run_script, monkeypatch):
    (x, y), test = datasets.iris()
    x[:, 0] = 0  # the weights of this input have gradients of exactly 0
    monkeypatch.setattr("common.datasets.iris", lambda: ((x, y), test))
    assert "nan" not in run_script(f"class2_optimizers/{script}.py", "--epochs", "1")
    assert "nan" not in run_script("class2_optimizers/p34_sgdm.py", "--epochs", "1")  # which divides by nothing
    run_script(f"class2_optimizers/{script}.py", "--epochs", "1", "--epsilon", "1e-300")  # 0 in float32
    assert np.isnan(run_script.variables["w1"][0]).all() and np.isnan(run_script.variables["losses"][0])


def test_e27_where_keras_adds_epsilon():
    def first_step(optimizer):
        w = tf.Variable(0.0)
        optimizer.apply([tf.constant(g)], [w])
        return pytest.approx(-float(w), rel=1e-4)

    g, e = 1e-5, 1e-7
    v = 0.1 * g**2  # RMSProp's after one step
    assert g / np.sqrt(v + e) == first_step(keras.optimizers.RMSprop(1.0, rho=0.9)) == 0.03162
    assert g / (np.sqrt(v) + e) == pytest.approx(3.07, abs=0.01)  # p38
    assert g / np.sqrt(g**2 + e) == first_step(keras.optimizers.Adagrad(1.0, initial_accumulator_value=0.0))
    v = 0.001 * g**2  # Adam's
    assert g / ((np.sqrt(v) + e) / np.sqrt(0.001)) == first_step(keras.optimizers.Adam(1.0))
    assert g / (np.sqrt(v / 0.001) + e) == pytest.approx(0.99, abs=0.001)  # p40


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

    def run(value, val_loss, **remedy):
        model.layers[0].kernel.assign([[value]])
        callback = keras.callbacks.ModelCheckpoint(path, save_weights_only=True, save_best_only=True, **remedy)
        callback.set_model(model)
        callback.on_epoch_end(0, {"val_loss": val_loss})
        model.load_weights(path)
        return float(model.layers[0].kernel[0, 0])

    assert run(1.0, val_loss=0.1) == 1.0
    assert run(2.0, val_loss=0.9) == 2.0  # the worse one
    assert run(3.0, val_loss=0.95, initial_value_threshold=0.9) == 2.0
    assert run(4.0, val_loss=0.8, initial_value_threshold=0.9) == 4.0


def test_e30_p16_keeps_the_best_epoch_of_three_runs(run_script, monkeypatch, tmp_path):
    fit, steps = keras.Model.fit, []
    path = tmp_path / "checkpoints/p16_checkpoint/mnist.weights.h5"

    def run(worse):
        def spy(model, *data, callbacks, **more):
            steps.append(int(model.optimizer.iterations))
            spoil = keras.callbacks.LambdaCallback(on_epoch_end=lambda _, logs: worse and logs.update(val_loss=9.0))
            return fit(model, *data, callbacks=[spoil, *callbacks], **more)

        monkeypatch.setattr(keras.Model, "fit", spy)
        out = run_script("class4_extensions/p16_checkpoint.py", "--offline", "--epochs", "2")
        assert ("load the model" in out) == (len(steps) > 1)
        lesson = run_script.variables
        lesson["model"].load_weights(path)
        return path.read_bytes(), lesson["model"].evaluate(lesson["x_test"], lesson["y_test"], verbose=0)[0]

    first = run(worse=False)
    assert run(worse=True) == first  # whose first epoch would have replaced it
    third = run(worse=False)
    assert third[1] < first[1]
    assert steps == [0, 94, 94]  # two epochs of 47 steps: Adam goes on, too


def test_e30_p16_says_what_is_wrong_with_a_file_that_it_cannot_load(run_script, tmp_path, capsys):
    path = tmp_path / "checkpoints/p16_checkpoint/mnist.weights.h5"
    path.parent.mkdir(parents=True)
    model = keras.Sequential([keras.Input((28, 28)), keras.layers.Flatten(), keras.layers.Dense(10)])
    model.save_weights(path)
    good = path.read_bytes()
    for content in (good, b"", b"text", good[:3000], good.replace(b"SNOD", bytes(4))):  # SNOD: a list of names
        path.write_bytes(content)
        with pytest.raises(SystemExit, match="2"):
            run_script("class4_extensions/p16_checkpoint.py", "--offline", "--epochs", "1")
        (line,) = [line for line in capsys.readouterr().err.splitlines() if "error" in line]
        assert "mnist.weights.h5 is damaged, or of another network; move it away to train anew" in line
        assert path.read_bytes() == content


def test_e31_255_is_white():
    assert Image.new("L", (1, 1), 255).convert("RGB").getpixel((0, 0)) == (255, 255, 255)
    assert ImageColor.getcolor("white", "L") == 255 and ImageColor.getcolor("black", "L") == 0


def test_e49_accuracy_is_one_of_three_by_the_shapes():
    def accuracy(y_, y):
        model = keras.Sequential([keras.Input((len(y[0]),)), layers.Activation("linear")])  # puts out what it is given
        model.compile(loss="mse", metrics=["accuracy"])
        return model.evaluate(np.array(y), np.array(y_), verbose=0)[1]

    assert accuracy([[2.0], [3.0]], [[2.0], [3.0]]) == 0  # equal numbers
    assert accuracy([[1.0], [0.0]], [[0.6], [0.4]]) == 1  # unequal ones
    assert accuracy([[0, 1, 0]], [[0.256, 0.695, 0.048]]) == 1  # categorical_accuracy
    assert accuracy([[1]], [[0.256, 0.695, 0.048]]) == 1  # sparse_categorical_accuracy


def test_e50_subplots_are_counted_over_the_whole_grid():
    place = plt.figure().add_subplot(2, 2, 3).get_subplotspec()
    assert (place.rowspan.start, place.colspan.start) == (1, 0)
    with pytest.raises(ValueError, match="1 <= num <= 4"):
        plt.subplot(2, 2, 5)
    plt.close()


@pytest.mark.parametrize("name", ["normal", "truncated_normal", "uniform"])
def test_e51_random_tensors_want_a_list(name):
    with pytest.raises(tf.errors.InvalidArgumentError, match="shape must be a vector"):
        getattr(tf.random, name)(4)
    assert getattr(tf.random, name)([4]).shape == tf.zeros(4).shape == tf.ones(4).shape == tf.fill(4, 9).shape == (4,)


def test_e52_softmax_of_a_column():
    column = [[1.01], [2.01], [-0.66]]
    assert tf.nn.softmax(column).numpy().ravel().tolist() == [1, 1, 1]
    assert tf.nn.softmax(column, axis=0).numpy().ravel() == pytest.approx([0.25598, 0.69583, 0.04819], abs=1e-5)


def test_e53_a_formula_does_not_fix_the_legend():
    def left_edge(y):
        plt.figure()
        plt.plot(y, label="$Loss$")
        legend = plt.legend()
        plt.gcf().canvas.draw()
        plt.close()
        return legend.get_window_extent().x0

    rising = np.linspace(0, 1, 50) ** 4
    assert left_edge(rising[::-1]) - left_edge(rising) > 300  # pixels


def test_e54_the_chain_rule_begins_at_the_output():
    order, outputs = [], [tf.constant(0.5)]

    def sigmoid(layer):
        @tf.custom_gradient
        def function(x):
            y = tf.sigmoid(x)
            return y, lambda upstream: order.append(layer) or upstream * y * (1 - y)

        return function

    with tf.GradientTape() as tape:
        tape.watch(outputs[0])
        for layer in range(1, 11):
            outputs.append(sigmoid(layer)(outputs[-1]))
    gradients = tape.gradient(outputs[-1], outputs[:-1])  # with respect to what each layer is given
    assert order == list(range(10, 0, -1))
    assert gradients[0] < 1e-6 and gradients[-1] > 0.2


def test_e55_standardized_is_not_normal():
    x = load_iris().data[:, 2]
    z = (x - x.mean()) / x.std()
    assert abs(z.mean()) < 1e-9 and z.std() == pytest.approx(1)
    counts = np.histogram(z, bins=6)[0]
    assert counts.tolist() == np.histogram(x, bins=6)[0].tolist()  # the same shape
    assert counts[1:3].max() < counts[0] and counts[1:3].max() < counts[3]  # a valley between two humps


def test_e56_rows_come_first():
    image = Image.new("L", (28, 14))
    assert image.size == (28, 14) and np.array(image).shape == (14, 28)


def test_e57_the_alexnet_of_2012():
    def parameters(size, inputs, outputs):
        return size * size * inputs * outputs + outputs

    convolutions = [(11, 3, 96), (5, 48, 256), (3, 256, 384), (3, 192, 384), (3, 192, 256)]  # in two groups
    dense = [(1, 6 * 6 * 256, 4096), (1, 4096, 4096), (1, 4096, 1000)]
    assert sum(parameters(*layer) for layer in convolutions + dense) == 60_965_224  # the paper: 60 million


def test_e58_vgg16_has_more_parameters_than_alexnet8():
    def total(name):
        text = (ROOT / f"class5_cnn/expected/{name}.txt").read_text(encoding="utf-8")
        return int(re.search(r"Total params: ([\d,]+)", text)[1].replace(",", ""))

    assert total("p34_cifar10_alexnet8") == 9_639_178 < total("p36_cifar10_vgg16") == 15_262_026
    assert 2 * 3 * 3 < 5 * 5


def test_e59_batch_normalization_is_of_2015():
    assert "Ioffe and Szegedy, 2015" in layers.BatchNormalization.__doc__


@pytest.mark.parametrize("lowest", [0.0, 88.0, 500.0])
def test_e60_prices_above_those_of_training_lie_above_1(lowest):
    scaler = MinMaxScaler().fit([[lowest], [788.80]])
    assert scaler.transform([[788.80], [858.0], [1250.0]]).ravel().tolist() == pytest.approx(
        [1, *((price - lowest) / (788.80 - lowest) for price in (858, 1250))]
    )
    assert scaler.transform([[858.0]]) > 1


def test_e32_two_3x3_kernels_cannot_be_every_5x5_kernel():
    random = np.random.RandomState(0)
    a, b = random.normal(size=(2, 3, 3))
    # the 5 x 5 kernel that the two make together is linear in each of them: its columns are the other one, shifted
    shifted = [[np.pad(k, ((i, 2 - i), (j, 2 - j))) for i in range(3) for j in range(3)] for k in (b, a)]
    together = np.tensordot(a.ravel(), shifted[0], axes=1)
    x = random.normal(size=(1, 9, 9, 1))
    twice = tf.nn.conv2d(tf.nn.conv2d(x, a[..., None, None], 1, "VALID"), b[..., None, None], 1, "VALID")
    once = tf.nn.conv2d(x, together[..., None, None], 1, "VALID")
    np.testing.assert_allclose(twice, once, atol=1e-10)
    assert np.linalg.matrix_rank(np.reshape(shifted, (18, 25))) == 17 < 25
    one, kink = layers.Conv2D(1, 5), keras.Sequential([layers.Conv2D(4, 3, activation="relu"), layers.Conv2D(1, 3)])
    np.testing.assert_allclose(one(x) + one(-x), 2 * one(0 * x), atol=1e-4)  # of any single layer
    assert not np.allclose(kink(x) + kink(-x), 2 * kink(0 * x), atol=1e-2)


def test_e33_the_cost_squares_the_side_of_the_output():
    n, x = 3, 10
    network = keras.Sequential([keras.Input((x, x, 1)), layers.Conv2D(1, n, use_bias=False)])
    _, rows, columns, _ = network.output_shape
    assert network.count_params() * rows * columns == n**2 * (x - (n - 1)) ** 2 == 576
    assert n**2 * (x - (n - 1) ** 2) == 54


def test_e34_the_formulas_of_padding_give_the_size_of_the_output():
    layer = layers.Conv2D(1, 3, padding="same")
    output = layer(tf.zeros([1, 5, 5, 1]))
    assert output.shape[1] == 5 / 1  # what the notes' formula gives, and call padding
    rows_of_zeros = (output.shape[1] - 1) * 1 + 3 - 5
    padded = tf.pad(tf.ones([1, 5, 5, 1]), [[0, 0], [1, 1], [1, 1], [0, 0]])
    ones = tf.ones([3, 3, 1, 1])
    np.testing.assert_array_equal(
        tf.nn.conv2d(tf.ones([1, 5, 5, 1]), ones, 1, "SAME"), tf.nn.conv2d(padded, ones, 1, "VALID")
    )
    assert padded.shape[1] - 5 == rows_of_zeros == 2
    valid = layers.Conv2D(1, 3, padding="valid")(tf.zeros([1, 5, 5, 1]))
    assert valid.shape[1] == (5 - 3 + 1) / 1  # the other formula


def test_e35_batch_normalization_does_not_make_a_normal_distribution():
    x = np.float32([[0], [1]] * 500)  # two values only
    y = layers.BatchNormalization()(x, training=True).numpy()
    assert abs(y.mean()) < 1e-4 and y.std() == pytest.approx(1, abs=0.01)
    assert len(np.unique(y)) == 2


def test_e36_pooling_with_same_fills_in_no_zeros():
    x = -tf.ones([1, 3, 3, 1])
    for layer in (layers.MaxPooling2D, layers.AveragePooling2D):
        assert np.unique(layer(2, padding="same")(x)).tolist() == [-1]
        with_zeros = layer(2)(tf.pad(x, [[0, 0], [0, 1], [0, 1], [0, 0]]))
        assert np.unique(with_zeros).size > 1


def test_e37_training_false_uses_averages_that_only_training_makes():
    x = np.random.RandomState(0).normal(5, 2, (1000, 1)).astype("float32")  # the whole training set
    layer = layers.BatchNormalization()
    block = keras.Sequential([layer])
    for _ in range(50):
        hard_wired = block(x, training=False)  # as in the notes' ConvBNRelu, whatever fit asks for
    assert float(layer.moving_mean[0]) == 0 and float(layer.moving_variance[0]) == 1
    np.testing.assert_allclose(hard_wired, x / np.sqrt(1.001), rtol=1e-5)
    assert abs(np.mean(hard_wired)) > 4
    with_statistics_of_the_set = (x - x.mean()) / np.sqrt(x.var() + 0.001)
    assert abs(hard_wired - with_statistics_of_the_set).numpy().max() > 4
    block(x, training=True)
    assert float(layer.moving_mean[0]) > 0


def test_e38_block_list_counts_resnet_blocks_of_two_convolutions():
    def parameters(block_list, convolutions):
        """Of four stages with so many convolutions in a block, each with its BN; and 1 x 1 where the depth changes."""
        total, depth = 0, 64
        for stage, blocks in enumerate(block_list):
            width = 64 * 2**stage
            for _ in range(blocks):
                sources = [depth] + [width] * (convolutions - 1)
                total += sum(9 * source * width + 4 * width for source in sources)
                total += (depth * width + 4 * width) * (depth != width)
                depth = width
        return total

    assert parameters([2, 2, 2, 2], convolutions=2) == 11176448  # the line `sequential` of the notes' summary
    assert parameters([2, 2, 2, 2], convolutions=1) != 11176448
    assert 1 + sum([2, 2, 2, 2]) * 2 + 1 == 18


def stock_network(layer):
    """Parameters of the notes' network for the stock with recurrent layers of this kind."""
    network = keras.Sequential(
        [
            keras.Input((60, 1)),
            *(layer(80, return_sequences=True), layers.Dropout(0.2)),
            *(layer(100), layers.Dropout(0.2), layers.Dense(1)),
        ]
    )
    return network.count_params()


def notes_of_class_6(name):
    return (ROOT / f"class6_rnn/expected/{name}.txt").read_text(encoding="utf-8")


@pytest.mark.parametrize("samples", [1, 5])
def test_e39_a_memory_is_refreshed_once_per_time_step(samples):
    states = layers.SimpleRNN(3, return_sequences=True)(np.zeros((samples, 4, 5)))
    assert states.shape == (samples, 4, 3)


def test_e40_without_a_validation_set_there_is_nothing_to_draw_of_it():
    model = keras.Sequential([layers.SimpleRNN(3), layers.Dense(5, activation="softmax")])
    model.compile("adam", "sparse_categorical_crossentropy", metrics=["sparse_categorical_accuracy"])
    history = model.fit(np.eye(5)[:, None], np.array([1, 2, 3, 4, 0]), verbose=0)
    assert set(history.history) == {"loss", "sparse_categorical_accuracy"}
    assert "val_" not in notes_of_class_6("p21_rnn_onehot_4pre1")


def test_e41_an_embedding_of_100_counts_from_0_to_99():
    with tf.device("CPU"):
        assert layers.Embedding(100, 3)(np.array([[0, 99]])).shape == (1, 2, 3)
        assert layers.Embedding(101, 3)(np.array([[1, 100]])).shape == (1, 2, 3)
        with pytest.raises(tf.errors.InvalidArgumentError, match=r"= 100 is not in \[0, 100\)"):
            layers.Embedding(100, 3)(np.array([[1, 100]]))


@pytest.mark.parametrize("shape", [(), (4,), (2, 4), (2, 4, 3)])
def test_e42_an_embedding_takes_any_shape(shape):
    embedded = layers.Embedding(5, 2)(np.zeros(shape, dtype="int32"))
    assert embedded.shape == (*shape, 2)
    if len(shape) != 2:
        with pytest.raises(ValueError, match="expected ndim=3"):
            layers.SimpleRNN(3)(embedded)


def test_e43_the_rnn_of_the_stock_is_an_lstm():
    notes = notes_of_class_6("p38_rnn_stock")
    assert "lstm (LSTM)" in notes and "RNN (" not in notes
    assert f"Total params: {stock_network(layers.LSTM):,}\n" in notes
    assert stock_network(layers.SimpleRNN) == 24_761


def test_e44_days_and_windows_of_the_two_sets():
    days = np.arange(2426)
    windows = {}
    for name, days_of_set in (("training", days[0 : 2426 - 300]), ("test", days[2426 - 300 :])):
        windows[name] = [days_of_set[i - 60 : i] for i in range(60, len(days_of_set))]
    assert len(days[0 : 2426 - 300]) == 2126
    assert "2066/2066" in notes_of_class_6("p47_lstm_stock")  # what fit was given: the windows of the 2126 days
    assert (len(windows["training"]), len(windows["test"])) == (2066, 240)


@pytest.mark.parametrize("name", ["LSTM", "GRU"])
def test_e45_a_missing_comma_between_layers(name):
    lines = [f"{name}(80, return_sequences=True),", "Dropout(0.2),", f"{name}(100)", "Dropout(0.2),", "Dense(1)"]
    with pytest.raises(SyntaxError, match="invalid syntax"):
        compile("[" + "\n".join(lines) + "]", "notes", "eval")
    lines[2] += ","
    compile("[" + "\n".join(lines) + "]", "notes", "eval")


def test_e46_keras_has_another_gru():
    random = np.random.RandomState(0)
    x, h = random.normal(size=4), random.normal(size=3)

    def sigmoid(a):
        return 1 / (1 + np.exp(-a))

    def memory(layer):
        return layer.cell(x[None].astype("float32"), [h[None].astype("float32")])[0].numpy()[0]

    def notes(w_z, w_r, w):
        z, r = sigmoid(w_z @ np.append(h, x)), sigmoid(w_r @ np.append(h, x))
        return (1 - z) * h + z * np.tanh(w @ np.append(r * h, x))

    agree = []
    for arguments in ({}, {"use_bias": False}, {"use_bias": False, "reset_after": False}):
        layer = layers.GRU(3, **arguments)
        layer.build((None, 1, 4))
        layer.set_weights([random.normal(size=weight.shape) for weight in layer.get_weights()])
        kernel, recurrent_kernel = layer.get_weights()[:2]
        w_z, w_r, w = np.split(np.vstack((recurrent_kernel, kernel)).T, 3)
        agree.append([np.allclose(memory(layer), notes(sign * w_z, w_r, w), atol=1e-5) for sign in (1, -1)])
    assert agree == [[False, False], [False, False], [False, True]]
    layer = layers.GRU(3)
    layer.build((None, 1, 4))
    assert layer.get_weights()[2].shape == (2, 9)  # two biases each for z, r and the candidate


def test_e47_the_output_of_the_gru_is_the_lstm_s():
    def results(name):
        text = notes_of_class_6(name)
        return re.findall(r"val_loss.*|\(.*\) .*\d|.*params.*|.*误差.*", text)

    assert results("p56_gru_stock") == results("p47_lstm_stock") == results("p38_rnn_stock")
    assert "lstm (LSTM)" in notes_of_class_6("p56_gru_stock")
    assert stock_network(layers.GRU) == 74_621 and stock_network(layers.LSTM) == 98_741


def test_e48_the_gradient_of_an_lstm_vanishes_too():
    keras.utils.set_random_seed(0)
    lstm = layers.LSTM(80)
    x = tf.random.stateless_normal([1, 200, 1], seed=[0, 0])
    with tf.GradientTape() as tape:
        tape.watch(x)
        output = tf.reduce_sum(lstm(x))
    gradient = np.abs(tape.gradient(output, x).numpy().ravel())
    assert gradient[-1] > 1e-3
    assert gradient[0] < 1e-9 * gradient[-1]
    tf.random.set_seed(None)
