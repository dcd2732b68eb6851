"""Class 6 without the stock: the formulas worked out by hand, and the letters."""

import re
import runpy
import sys

from common import ROOT

import keras
import numpy as np
import pytest
import tensorflow as tf
from keras import layers

LETTERS = {
    "p15_rnn_onehot_1pre1": ("a,b,c,d,e", 47, [27, 20]),
    "p21_rnn_onehot_4pre1": ("abcd,bcde,cdea,deab,eabc,aaaa", 47, [27, 20]),
    "p27_rnn_embedding_1pre1": ("a,b,c,d,e", 48, [10, 18, 20]),
    "p32_rnn_embedding_4pre1": ("abcd,opqr,vwxy,zzaa", 468, [52, 130, 286]),
}
# what the notes print after 100 epochs (nothing for p15: what TensorFlow 2.1 gives for their program)
LOSSES = {
    "p15_rnn_onehot_1pre1": 0.4303,
    "p21_rnn_onehot_4pre1": 0.2572,
    "p27_rnn_embedding_1pre1": 0.6305,
    "p32_rnn_embedding_4pre1": 0.1948,
}


@pytest.fixture(scope="module")
def hand(tmp_path_factory):
    """The variables of the three scripts by hand."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("common.OUTPUTS", tmp_path_factory.mktemp("hand"))
        patch.setattr(sys, "argv", ["pytest"])
        return {name: runpy.run_path(str(ROOT / f"class6_rnn/{name}_by_hand.py")) for name in ("rnn", "lstm", "gru")}


def random_weights(layer, shape, scale=1.0, seed=3):
    """A layer built for inputs of a shape, its weights and biases random."""
    random = np.random.RandomState(seed)
    layer.build(shape)
    layer.set_weights([random.normal(scale=scale, size=w.shape) for w in layer.get_weights()])
    return layer


# %% by hand


@pytest.mark.parametrize("seed", ["0", "1"])
@pytest.mark.parametrize(
    "script, equal",
    [
        ("rnn_by_hand", [True] * 3),
        ("lstm_by_hand", [True] * 2),
        ("gru_by_hand", [False, False, True, False, False, True, False, True, False]),
    ],
)
def test_what_the_scripts_say_of_keras(script, equal, seed, run_script):
    out = run_script(f"class6_rnn/{script}.py", "--seed", seed)
    differences = [float(number) for number in re.findall(r" differs? .*by (\S+)", out)]
    assert [difference <= 1e-6 for difference in differences] == equal
    assert all(difference > 0.01 for difference in differences if difference > 1e-6)


def test_the_matrices_of_the_four_steps_are_any(run_script):
    for seed in ("0", "5"):
        lines = run_script("class6_rnn/rnn_by_hand.py", "--seed", seed).splitlines()
        assert lines[7].endswith("刷新为[-0.9 0.2 0.2]") and lines[12] == "71%的可能是字母a"


def test_formulas_equal_keras_over_60_steps(hand):
    """As large as the layers of the stock, with weights as large as theirs are at first."""
    x = np.random.RandomState(1).normal(size=(60, 8)).astype("float32")
    rnn, lstm, gru = hand["rnn"]["rnn"], hand["lstm"], hand["gru"]

    def swapped(layer):
        w_z, w_r, w = gru["from_keras"](layer)
        return -w_z, w_r, w

    for layer, formulas in (
        (layers.SimpleRNN(80, return_sequences=True), lambda layer: rnn(x, *layer.get_weights())),
        (layers.LSTM(80, return_sequences=True), lambda layer: lstm["lstm"](x, *lstm["from_keras"](layer))[-1]),
        (layers.GRU(80, return_sequences=True), lambda layer: gru["keras_gru"](x, *layer.get_weights())),
        (
            layers.GRU(80, return_sequences=True, reset_after=False, use_bias=False),
            lambda layer: gru["gru"](x, *swapped(layer))[-1],
        ),
    ):
        random_weights(layer, (None, 60, 8), scale=0.1)
        np.testing.assert_allclose(formulas(layer), layer(x[None])[0], rtol=0, atol=1e-6)


@pytest.mark.parametrize(
    "arguments, difference",
    [({}, "biases"), ({"use_bias": False}, "reset gate"), ({"use_bias": False, "reset_after": False}, "update gate")],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_each_difference_between_the_notes_gru_and_keras_matters(arguments, difference, hand):
    lesson = hand["gru"]
    x = np.random.RandomState(1).normal(size=(8, 2))
    layer = random_weights(layers.GRU(3, return_sequences=True, **arguments), (None, 8, 2))
    w_z, w_r, w = lesson["from_keras"](layer)
    for sign in (1, -1):
        apart = np.abs(lesson["gru"](x, sign * w_z, w_r, w)[-1] - layer(x[None])[0]).max()
        assert (apart < 1e-6) == (difference == "update gate" and sign == -1)


def test_a_single_unit_has_no_order_of_reset_gate_and_matrix(hand):
    lesson = hand["gru"]
    x = np.random.RandomState(1).normal(size=(8, 2))
    layer = random_weights(layers.GRU(1, return_sequences=True, use_bias=False), (None, 8, 2))
    w_z, w_r, w = lesson["from_keras"](layer)
    np.testing.assert_allclose(lesson["gru"](x, -w_z, w_r, w)[-1], layer(x[None])[0], rtol=0, atol=1e-6)


def test_what_the_figures_show(hand):
    x, c, h = (hand["lstm"][name] for name in "xch")
    for first, last in ((3, 12), (12, 24)):  # from one `write` to the next
        np.testing.assert_allclose(c[first:last], np.tanh(x[first, 0]), atol=0.01)
    np.testing.assert_allclose(h, np.where(x[:, 2], np.tanh(c), 0), atol=0.001)

    x, h = (hand["gru"][name] for name in "xh")
    values = [0.0]
    for value, write, add in x:
        values.append(np.tanh(value + (add > 0) * values[-1]) if write > 0 else values[-1])
    np.testing.assert_allclose(h, values[1:], atol=0.01)


# %% letters


def by_hand(network, x, rnn, softmax):
    """The network's probabilities, from its weights and the formulas of rnn_by_hand.py."""
    *table, w_xh, w_hh, b_h, w_hy, b_y = network.get_weights()
    memories = np.array([rnn(table[0][sample] if table else sample, w_xh, w_hh, b_h)[-1] for sample in x])
    return softmax(memories @ w_hy + b_y)


def weights_of_tensorflow_2_1(shapes):
    """What Keras in TensorFlow 2.1 drew for layers of these shapes after `tf.random.set_seed(7)`."""
    weights = []
    tf.random.set_seed(7)
    for number, shape in enumerate(shapes):
        if len(shape) == 1:
            weights.append(np.zeros(shape))
        elif len(shapes) == 6 and number == 0:  # the Embedding's table
            weights.append(tf.random.uniform(shape, -0.05, 0.05).numpy())
        elif shape[0] == shape[1]:  # the memory's matrix: orthogonal
            q, r = tf.linalg.qr(tf.random.normal(shape))
            weights.append((q * tf.sign(tf.linalg.diag_part(r))).numpy())
        else:
            limit = np.sqrt(6 / sum(shape))
            weights.append(tf.random.uniform(shape, -limit, limit).numpy())
    return weights


def after_99_steps(model, optimizer, x, y):
    """Loss and accuracy after 99 steps with all samples in each: what Keras prints for epoch 100."""
    model.compile(optimizer, "sparse_categorical_crossentropy", metrics=["accuracy"], steps_per_execution=99)
    model.fit(tf.data.Dataset.from_tensors((x, y)).repeat(99), shuffle=False, verbose=0)
    return model.evaluate(x, y, batch_size=len(x), verbose=0)


@pytest.mark.parametrize("script", LETTERS)
def test_letters(script, hand, run_script):
    words, parameters, of_layers = LETTERS[script]
    out = run_script(f"class6_rnn/{script}.py", "--epochs", "2", "--predict", words)
    lesson = run_script.variables
    model, letters, x, y = (lesson[name] for name in ("model", "LETTERS", "x_train", "y_train"))

    assert f"Trainable params: {parameters} (" in out
    assert [layer.count_params() for layer in model.layers] == of_layers

    formulas = hand["rnn"]["rnn"], hand["rnn"]["softmax"]
    np.testing.assert_allclose(model(x), by_hand(model, x, *formulas), rtol=0, atol=1e-6)
    asked = np.array([lesson["encode"](word) for word in words.split(",")])
    answers = [letters[i] for i in by_hand(model, asked, *formulas).argmax(axis=1)]
    assert re.findall("^([a-z]+)->([a-z])$", out, re.MULTILINE) == list(zip(words.split(","), answers, strict=True))

    assert x.shape == {"p15": (5, 1, 5), "p21": (5, 4, 5), "p27": (5, 1), "p32": (22, 4)}[script[:3]]
    assert x.ndim == 2 or (np.sort(x, axis=2) == [0, 0, 0, 0, 1]).all()
    numbers = np.c_[x.argmax(axis=2) if x.ndim == 3 else x, y]
    assert (np.diff(numbers) % len(letters) == 1).all()  # each letter is the one after that before it
    assert len(set(y.tolist())) == len(y) and letters == "abcdefghijklmnopqrstuvwxyz"[: len(letters)]

    # from the first weights of TensorFlow 2.1 the training ends at the notes' loss
    assert len(x) <= lesson["opt"].batch_size == 32
    if isinstance(model.layers[0], layers.Embedding):
        # makes its gradient a dense tensor: of one in parts Keras 3's Adam squares each part for itself (MIGRATION.md)
        model.layers[0].embeddings.regularizer = keras.regularizers.L2(0.0)
    model.set_weights(weights_of_tensorflow_2_1([w.shape for w in model.get_weights()]))
    loss, accuracy = after_99_steps(model, keras.optimizers.Adam(lesson["opt"].learning_rate), x, y)
    assert loss == pytest.approx(LOSSES[script], abs=1e-4) and accuracy == 1


def test_p27_shows_that_encoding_picks_a_row(run_script):
    out = run_script("class6_rnn/p27_rnn_embedding_1pre1.py", "--epochs", "1").splitlines()
    numbers = {line[0]: re.findall(r"-?\d+\.[\de-]+", line) for line in out if re.match(r"[a-e] \[", line)}
    assert list(numbers) == list("abcde") and all(len(row) == 2 for row in numbers.values())
    (code,) = (line for line in out if line.startswith("the code of c: "))
    np.testing.assert_allclose(
        [float(n) for n in re.findall(r"-?\d+\.[\de-]+", code)], [float(n) for n in numbers["c"]], rtol=1e-6
    )


@pytest.mark.slow
@pytest.mark.parametrize("script", LETTERS)
def test_after_100_epochs_every_letter_is_known(script, run_script):
    out = run_script(f"class6_rnn/{script}.py")
    lesson = run_script.variables
    assert (lesson["model"].predict(lesson["x_train"]).argmax(axis=1) == lesson["y_train"]).all()
    expected = (ROOT / f"class6_rnn/{script}.py").read_text(encoding="utf-8").split(":Expect:")[1].split("\n")[0]
    near = float(re.search(r"loss near ([\d.]+)", expected)[1])
    assert lesson["opt"].seed == 7 and lesson["checkpoint"].history["loss"][-1] == pytest.approx(near, abs=0.01)
    promised = re.findall("[a-z]+->[a-z]", expected)
    assert promised and set(promised) <= set(re.findall("^[a-z]+->[a-z]$", out, re.MULTILINE))


@pytest.mark.parametrize("script", LETTERS)
@pytest.mark.parametrize("wrong", ["f1", "a,", "A", "ab", "abcde", "二", " a", "ab,cd", ""])
def test_letters_that_are_none_are_one_line_of_error_before_the_training(script, wrong, run_script, capsys):
    with pytest.raises(SystemExit) as stopped:
        run_script(f"class6_rnn/{script}.py", "--predict", wrong)
    assert stopped.value.code == 2
    (line,) = capsys.readouterr().err.splitlines()
    assert line.split("error: ")[1].startswith("--predict: ") and "; e.g. --predict a" in line
