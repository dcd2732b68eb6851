"""The helpers around `model.fit`: the order of the samples, and the summary in the notes' form."""

from types import SimpleNamespace

from common import figures, training

import keras
import matplotlib.pyplot as plt
import numpy as np
import pytest
import tensorflow as tf


class Recorder(keras.Model):
    """A model that learns nothing and writes down what it is shown."""

    def __init__(self):
        super().__init__()
        self.seen = []
        self.compile()

    def call(self, x, training=None):
        return x

    def train_step(self, data):
        tf.py_function(lambda x, y: self.seen.append((x.numpy().ravel(), y.numpy().ravel())), data, [])
        return {"loss": tf.constant(0.0)}

    def test_step(self, data):
        return {"loss": tf.constant(0.0)}


def batches(seed, epochs=3):
    x, y = np.arange(10.0, dtype="float32")[:, None], np.arange(10) * 2
    model = Recorder()
    training.fit(model, (x, y), (x, y), SimpleNamespace(epochs=epochs, batch_size=4, seed=seed))
    return model.seen


def test_every_epoch_shows_every_sample_once_in_another_order(capsys):
    seen = batches(seed=1)
    assert [len(x) for x, _ in seen] == [4, 4, 2] * 3
    orders = [np.concatenate([x for x, _ in seen[i : i + 3]]) for i in (0, 3, 6)]
    assert all(sorted(order) == list(range(10)) for order in orders)
    assert len({tuple(order) for order in orders}) == 3
    assert all((y == 2 * x).all() for x, y in seen)


def test_the_same_seed_gives_the_same_orders(capsys):
    def flat(seen):
        return [int(value) for x, _ in seen for value in x]

    assert flat(batches(seed=1)) == flat(batches(seed=1)) != flat(batches(seed=2))
    assert flat(batches(seed=1, epochs=2)) == flat(batches(seed=1))[:20]  # the number of epochs changes none of them


def test_keras_itself_repeats_one_order_once_a_seed_is_set():
    keras.utils.set_random_seed(1)
    model = Recorder()
    x = np.arange(10.0, dtype="float32")[:, None]
    model.fit(x, x, batch_size=10, epochs=3, verbose=0)
    first, second, third = (tuple(x) for x, _ in model.seen)
    assert first == second == third != tuple(range(10))


def test_a_pipe_gets_one_line_an_epoch(capsys):
    batches(seed=1, epochs=2)
    lines = capsys.readouterr().out.splitlines()
    assert [line for line in lines if line.startswith("Epoch")] == ["Epoch 1/2", "Epoch 2/2"]
    assert len(lines) == 4


class Small(keras.Model):
    def __init__(self):
        super().__init__(name="small")
        self.d1 = keras.layers.Dense(3)
        self.norm = keras.layers.BatchNormalization()

    def call(self, x, training=None):
        return self.norm(self.d1(x), training=training)


def test_summary_counts_no_variables_of_the_optimizer(capsys):
    model = Small()
    model.compile("adam", "mse")
    model.fit(np.zeros((4, 4)), np.zeros((4, 3)), verbose=0)
    training.summary(model)
    lines = capsys.readouterr().out.splitlines()
    assert lines[0] == 'Model: "small"'
    assert lines[4].split() == [model.d1.name, "(Dense)", "multiple", "15"]
    assert lines[6][:28] == f"{model.norm.name} (BatchNormalization)"[:28]  # cut off, as Keras 2 did
    assert lines[6][28:].split() == ["multiple", "12"]
    assert lines[8:11] == ["Total params: 27", "Trainable params: 21", "Non-trainable params: 6"]


def test_summary_shows_the_shapes_of_a_sequential_model(capsys):
    model = keras.Sequential([keras.layers.Flatten(), keras.layers.Dense(128), keras.layers.Dense(10)])
    model(np.zeros((2, 28, 28)))
    training.summary(model)
    out = capsys.readouterr().out
    assert "(None, 784)" in out and "Total params: 101,770" in out


def test_parameters_are_written_in_full(tmp_path, monkeypatch, capsys):
    monkeypatch.setattr(training, "ROOT", tmp_path)
    model = keras.Sequential([keras.Input((28, 28)), keras.layers.Flatten(), keras.layers.Dense(500, name="d1")])
    model.layers[-1].kernel.assign(np.random.RandomState(0).normal(size=(784, 500)))
    training.save_parameters(model)
    digest = capsys.readouterr().out.splitlines()
    lines = next(tmp_path.rglob("weights.txt")).read_text().splitlines()
    assert lines[:2] == ["d1/kernel", "(784, 500)"] and lines[786:788] == ["d1/bias", "(500,)"]
    values = np.array([line.split(" ") for line in lines[2:786]], dtype="float32")
    np.testing.assert_array_equal(values, model.layers[-1].kernel.numpy())
    assert lines[788].split() == ["0.0"] * 500 and len(lines) == 789
    assert digest[1].split()[:3] == ["d1/kernel", "(784,", "500)"] and len(digest) == 4
    assert float(digest[1].split()[3]) == pytest.approx(values.mean(), abs=1e-5)


def augmented(seed, epochs):
    x = np.random.RandomState(0).rand(6, 8, 8, 1).astype("float32")
    model = Recorder()
    layers = [keras.layers.RandomRotation(0.1), keras.layers.RandomTranslation(0.2, 0.2)]
    opt = SimpleNamespace(epochs=epochs, batch_size=4, seed=seed)
    training.fit(model, (x, np.arange(6)), None, opt, augment=layers)
    return [images for images, _ in model.seen]


def test_augmentation_depends_on_the_seed_and_the_batch_alone(capsys):
    first, again, other = augmented(1, 2), augmented(1, 3), augmented(2, 2)
    assert all((a == b).all() for a, b in zip(first, again, strict=False))
    assert len(first) == 4 and not any((a == b).all() for a, b in zip(first, other, strict=True))
    assert not (first[0] == first[2]).all()  # the second epoch has other images


def test_the_curves_show_where_a_run_was_resumed(tmp_path, monkeypatch, capsys):
    monkeypatch.setattr(figures, "ROOT", tmp_path)
    axes = []
    monkeypatch.setattr(figures, "show", lambda name: axes.extend(plt.gcf().axes))
    names = ("loss", "sparse_categorical_accuracy", "val_loss", "val_sparse_categorical_accuracy")
    values = {name: [4.0 + i, 3, 2, 1] for i, name in enumerate(names)}
    figures.training_curves(SimpleNamespace(history=values, resumed=[2]))
    accuracy, loss = axes
    assert accuracy.get_title() == "Training and Validation Accuracy"
    assert loss.get_title() == "Training and Validation Loss"
    assert [line.get_ydata()[0] for line in loss.lines[:2]] == [4, 6]
    assert [line.get_ydata()[0] for line in accuracy.lines[:2]] == [5, 7]
    assert list(loss.lines[0].get_xdata()) == [1, 2, 3, 4] and loss.lines[2].get_xdata()[0] == 2.5
    axes.clear()
    figures.training_curves(SimpleNamespace(history={"loss": [1.0]}))
    assert [axis.get_title() for axis in axes] == ["Training Loss"]
    plt.close("all")


def trained(monkeypatch, steps_per_call=None, rate=0.3, **more):
    """Weights and history of a network with dropout, batch normalization and Adam after three epochs."""
    keras.utils.set_random_seed(0)
    layers = [
        keras.layers.Dense(8),
        keras.layers.BatchNormalization(),
        keras.layers.Dropout(rate),
        keras.layers.Dense(3),
    ]
    model = keras.Sequential(layers)
    model.compile("adam", "mse", metrics=["mae"])
    random = np.random.RandomState(0)
    x, y = random.rand(70, 4).astype("float32"), random.rand(70, 3).astype("float32")
    if steps_per_call:
        monkeypatch.setattr(training, "steps_per_call", lambda model, steps: steps_per_call)
    history = training.fit(model, (x, y), (x, y), SimpleNamespace(epochs=3, batch_size=4, seed=1, **more))
    return model, history.history


def test_several_steps_in_one_call_change_no_bit(monkeypatch, capsys):
    several, history = trained(monkeypatch)
    assert several.steps_per_execution == 18  # 70 rows in batches of 4, the last one of 2
    singly, history_singly = trained(monkeypatch, 1)
    assert singly.steps_per_execution == 1
    assert history == history_singly and len(history["val_loss"]) == 3
    for weight, same in zip(several.variables, singly.variables, strict=True):
        np.testing.assert_array_equal(weight.numpy(), same.numpy())


@pytest.mark.parametrize(("units", "steps", "calls"), [(9, 1875, 25), (9, 1563, 3), (9, 37, 1), (2000, 1875, 1)])
def test_no_call_reaches_into_the_next_epoch_and_long_steps_stay_single(units, steps, calls):
    model = keras.Sequential([keras.Input((500,)), keras.layers.Dense(units)])
    assert training.steps_per_call(model, steps) == calls and steps % calls == 0


def test_steps_on_several_devices_stay_single():
    spread = SimpleNamespace(num_replicas_in_sync=2)
    assert training.steps_per_call(SimpleNamespace(count_params=lambda: 9, distribute_strategy=spread), 1875) == 1


def test_xla_is_a_flag_and_changes_the_last_digits_at_most(monkeypatch, capsys):
    plain, history = trained(monkeypatch, rate=0.0)  # dropout: XLA draws other numbers
    compiled, history_compiled = trained(monkeypatch, rate=0.0, xla=True)
    assert compiled.jit_compile and not plain.jit_compile
    np.testing.assert_allclose(history_compiled["loss"], history["loss"], rtol=1e-5)


def test_fused_is_a_flag_and_changes_the_last_digits_at_most(monkeypatch, capsys):
    made, one_operation = [], tf.raw_ops.ResourceApplyAdam
    monkeypatch.setattr(tf.raw_ops, "ResourceApplyAdam", lambda **inputs: made.append(one_operation(**inputs)))
    _, history = trained(monkeypatch)
    assert not made
    model, history_fused = trained(monkeypatch, fused=True)
    assert len(made) % len(model.trainable_variables) == 0 < len(made)
    np.testing.assert_allclose(history_fused["loss"], history["loss"], rtol=1e-5)


@pytest.mark.parametrize("scaled", [False, True])
def test_fused_adam_is_adam(scaled):
    random = np.random.RandomState(0)
    start, gradients = random.randn(500), random.randn(20, 500)
    states = []
    for fused in (False, True):
        variable = keras.Variable(start, dtype="float32")
        optimizer = keras.optimizers.Adam(0.01)
        if scaled:
            optimizer = keras.optimizers.LossScaleOptimizer(optimizer, initial_scale=8.0)
        if fused:
            training.fuse(optimizer)
        optimizer.build([variable])
        for gradient in gradients:
            optimizer.apply([tf.constant(gradient * (8 if scaled else 1), "float32")], [variable])
        states.append([variable.numpy(), *(one.numpy() for one in optimizer.variables)])
    assert np.abs(states[0][0] - start).max() > 0.05
    for keras_own, fused in zip(*states, strict=True):
        np.testing.assert_allclose(fused, keras_own, rtol=1e-5, atol=1e-6)
