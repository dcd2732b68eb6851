"""The concept scripts of class 5: their arithmetic beside other implementations; their comparisons can fail."""

import math
import re

import keras
import numpy as np
import pytest
import tensorflow as tf
from keras import layers
from scipy import signal

CLASS = "class5_cnn/"


def variables(run_script, name, *flags):
    run_script(f"{CLASS}{name}.py", *flags)
    return run_script.variables


@pytest.mark.parametrize(
    "name, comparisons",
    [
        ("cross_correlation", 10),
        ("padding", 5),
        ("receptive_field", 5),
        ("batch_normalization", 4),
        ("pooling", 8),
        ("dropout", 4),
    ],
)
def test_hand_and_tensorflow_agree(name, comparisons, run_script):
    out = run_script(f"{CLASS}{name}.py")
    verdicts = re.findall(r"(?:agrees?|layers|counts|errors|changed): (True|False)", out)
    assert verdicts == ["True"] * comparisons
    assert len(run_script.figures) == 1


class Wrong:
    """Layers that do something else than they are asked for."""

    class Conv2D(layers.Conv2D):
        def __init__(self, filters, kernel_size, **arguments):
            super().__init__(filters, kernel_size - 1, **arguments)

    class BatchNormalization(layers.BatchNormalization):
        def __init__(self, **arguments):
            super().__init__(momentum=0.5, epsilon=0.5)

    class Dropout(layers.Dropout):
        def __init__(self, rate, **arguments):
            super().__init__(2 * rate, **arguments)

        def call(self, inputs, training=False):
            return super().call(inputs, training=True)

    MaxPooling2D = layers.AveragePooling2D


@pytest.mark.parametrize(
    "name, broken, flags, differences",
    [
        ("receptive_field", "Conv2D", [], 5),
        ("batch_normalization", "BatchNormalization", ["--batches", "20"], 4),
        ("pooling", "MaxPooling2D", [], 1),
        ("dropout", "Dropout", ["--steps", "50"], 3),
    ],
)
def test_a_layer_that_does_something_else_is_noticed(name, broken, flags, differences, run_script, monkeypatch):
    monkeypatch.setattr(layers, broken, getattr(Wrong, broken))
    out = run_script(f"{CLASS}{name}.py", *flags)
    assert len(re.findall(r"(?:agree|errors|changed): False", out)) >= differences


def test_a_convolution_that_computes_something_else_is_noticed(run_script, monkeypatch):
    conv2d = tf.nn.conv2d
    monkeypatch.setattr(tf.nn, "conv2d", lambda x, *more, **named: conv2d(x[:, ::-1], *more, **named))
    assert run_script(f"{CLASS}cross_correlation.py").count("agree: False") == 3


def test_a_formula_that_rounds_down_is_noticed(run_script, monkeypatch):
    monkeypatch.setattr(math, "ceil", math.floor)
    out = run_script(f"{CLASS}padding.py", "--sizes", "5,7", "--kernels", "2,3", "--strides", "2,3")
    assert int(re.search(r"disagree: (\d+)", out)[1]) > 5
    assert "agree: False" in out


def test_cross_correlation_by_hand_is_that_of_scipy(run_script):
    cross_correlate = variables(run_script, "cross_correlation")["cross_correlate"]
    random = np.random.RandomState(1)
    x, kernel = random.normal(size=(7, 6, 3)), random.normal(size=(3, 2, 3))
    scipy = sum(signal.correlate2d(x[..., c], kernel[..., c], mode="valid") for c in range(3)) + 0.5
    np.testing.assert_allclose(cross_correlate(x, kernel, 0.5), scipy)


def test_convolution_proper_runs_through_the_kernel_backwards(run_script):
    lesson = variables(run_script, "cross_correlation")
    nine, kernel, places = lesson["nine"], lesson["turned"], [(0, 0), (0, 1), (1, 0), (1, 1)]
    sums = [sum(nine[i + 1 - a, j + 1 - b] * kernel[a, b] for a, b in places) for i, j in places]
    assert lesson["convolution"].ravel().tolist() == sums == [19, 25, 37, 43]


def test_padding_formulas_hold_for_convolution_and_pooling(run_script):
    lesson = variables(run_script, "padding", "--sizes", "5", "--kernels", "3", "--strides", "1")
    for size in range(1, 12):
        for kernel in range(1, 6):
            for stride in range(1, 5):
                for padding in ("SAME", "VALID"):
                    by_hand = lesson["output_size"](size, kernel, stride, padding)
                    x = tf.random.normal([1, size, size, 1])
                    if by_hand == 0:
                        assert kernel > size
                        continue
                    weights = tf.random.normal([kernel, kernel, 1, 1])
                    real = tf.nn.conv2d(x, weights, stride, padding)
                    assert real.shape == tf.nn.max_pool2d(x, kernel, stride, padding).shape == (1, by_hand, by_hand, 1)
                    before, after = lesson["zeros"](size, kernel, stride, padding)
                    padded = tf.pad(x, [[0, 0], [before, after], [before, after], [0, 0]])
                    by_zeros = tf.nn.conv2d(padded, weights, stride, "VALID")
                    np.testing.assert_allclose(by_zeros, real, atol=1e-5)


def test_padding_says_0_where_the_kernel_does_not_fit(run_script):
    out = run_script(f"{CLASS}padding.py", "--sizes", "3", "--kernels", "5", "--strides", "1")
    assert "   3      5      1 |    3     3     0     0 |" in out and "disagree: 0" in out
    with pytest.raises(ValueError, match="zero or negative|output size would be negative"):  # Keras 3.15; 3.12
        layers.Conv2D(1, 5)(tf.zeros([1, 3, 3, 1]))


def test_the_example_network_needs_36_pixels(run_script):
    lesson = variables(run_script, "padding", "--sizes", "5", "--kernels", "3", "--strides", "1")
    assert lesson["sides"][-1] == 1
    for size, fits in ((28, False), (32, False), (35, False), (36, True)):
        try:
            network = keras.models.clone_model(lesson["network"], input_tensors=keras.Input((size, size, 3)))
            side = network.output_shape[1]
        except ValueError as error:
            assert "negative" in str(error)
            side = 0  # as Keras 3.12 says, which Python 3.10 has
        assert side == fits


def test_the_costs_are_those_that_tensorflow_counts(run_script):
    lesson = variables(run_script, "receptive_field")
    for x in (5, 9, 10, 17):
        for kernels in (lesson["TWO_3"], lesson["ONE_5"]):
            network = lesson["network"](x, kernels)
            graph = tf.function(network).get_concrete_function(tf.TensorSpec([1, x, x, 1])).graph
            counted = tf.compat.v1.profiler.profile(
                graph,
                cmd="scope",
                options=tf.compat.v1.profiler.ProfileOptionBuilder(
                    tf.compat.v1.profiler.ProfileOptionBuilder.float_operation()
                )
                .with_empty_output()
                .build(),
            )
            assert counted.total_float_ops == 2 * lesson["cost"](x, kernels)  # a multiply-add is two operations


def test_the_costs_cross_at_10_and_nowhere_above(run_script):
    difference = 9 * np.poly1d([1, -2]) ** 2 + 9 * np.poly1d([1, -4]) ** 2 - 25 * np.poly1d([1, -4]) ** 2
    np.testing.assert_allclose(np.sort(difference.roots), [22 / 7, 10])
    lesson = variables(run_script, "receptive_field")
    assert lesson["equal"] == [10] and lesson["above"] == list(range(11, 1001))
    assert [difference(x) for x in (5, 32)] == [lesson["cost"](x, (3, 3)) - lesson["cost"](x, (5,)) for x in (5, 32)]


def test_batch_normalization_in_training_and_at_inference(run_script):
    lesson = variables(run_script, "batch_normalization")
    mean, variance = tf.nn.moments(lesson["batch"], axes=[0, 1, 2])
    tensorflow = tf.nn.batch_normalization(lesson["batch"], mean, variance, None, None, 0.001)
    np.testing.assert_allclose(lesson["by_hand"], tensorflow, atol=1e-4)
    fresh, trained = (lesson["outputs"][number] for number in (0, 500))
    np.testing.assert_allclose(fresh, lesson["batch"] / np.sqrt(1.001), atol=1e-5)
    assert abs(trained.mean((0, 1, 2))).max() < 0.05 and abs(trained.std((0, 1, 2)) - 1).max() < 0.1
    shift = np.array([5, -3, 1])
    np.testing.assert_allclose(lesson["means"][100], shift * (1 - 0.99**100), atol=0.05)


def test_dropout_at_rate_0_drops_nothing(run_script):
    out = run_script(f"{CLASS}dropout.py", "--rate", "0", "--steps", "20")
    assert "dropped: 0.000" in out and "the others times: 1.0 by hand 1.0000" in out and "False" not in out


def test_batch_normalization_with_momentum_0_takes_the_last_batch(run_script):
    out = run_script(f"{CLASS}batch_normalization.py", "--momentum", "0", "--batches", "20")
    assert "False" not in out.split("so the output")[0].split("training=")[0]
    np.testing.assert_allclose(run_script.variables["means"][-1], run_script.variables["another"].mean((0, 1, 2)))


def test_dropout_at_another_rate(run_script):
    out = run_script(f"{CLASS}dropout.py", "--rate", "0.5", "--seed", "3", "--steps", "300")
    assert "the others times: 2.0 by hand 2.0000" in out and "False" not in out
    shares = run_script.variables["real"], run_script.variables["by_hand"]
    assert sum(shares[1]) == pytest.approx(1)
    assert abs(shares[0] - shares[1]).max() < 0.1


@pytest.mark.parametrize(
    "name, flags, message",
    [
        ("batch_normalization", ["--momentum", "1"], "--momentum: '1' is not a number from 0 to below 1"),
        ("dropout", ["--rate", "1.5"], "--rate: '1.5' is not a number from 0 to below 1"),
        ("padding", ["--sizes", "5,x"], "'x' is not a whole number above 0"),
        ("cross_correlation", ["--seed", "1"], "unrecognized arguments: --seed 1"),
        ("pooling", ["--rate", "0.5"], "unrecognized arguments: --rate 0.5"),
        ("receptive_field", ["32"], "unrecognized arguments: 32"),
    ],
)
def test_flags_that_make_no_sense(name, flags, message, run_script, capsys):
    with pytest.raises(SystemExit) as ended:
        run_script(f"{CLASS}{name}.py", *flags)
    err = capsys.readouterr().err
    assert ended.value.code == 2 and message in err and err.count("\n") == 1
