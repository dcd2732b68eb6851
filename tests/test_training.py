"""The parts for `model.fit`: the order of the samples, parameters as text, curves; and what Keras does by itself."""

import errno
import math
import os

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


def seen(seed, epochs=3, epoch=0, n=10, batch_size=4):
    x, y = np.arange(float(n), dtype="float32")[:, None], np.arange(n) * 2
    model = Recorder()
    data = training.batches(x, y, batch_size, seed, epoch)
    steps = math.ceil(n / batch_size)
    model.fit(data, steps_per_epoch=steps, epochs=epochs, initial_epoch=epoch, shuffle=False, verbose=0)
    return model.seen


def flat(batches):
    return [int(value) for x, _ in batches for value in x]


def test_every_epoch_shows_every_sample_once_in_another_order():
    batches = seen(seed=1)
    assert [len(x) for x, _ in batches] == [4, 4, 2] * 3
    orders = [flat(batches[i : i + 3]) for i in (0, 3, 6)]
    assert all(sorted(order) == list(range(10)) for order in orders)
    assert len({tuple(order) for order in orders}) == 3
    assert all((y == 2 * x).all() for x, y in batches)


def test_the_order_is_a_function_of_seed_and_epoch():
    orders = flat(seen(seed=1))
    assert flat(seen(seed=1)) == orders != flat(seen(seed=2))
    assert flat(seen(seed=1, epochs=2)) == orders[:20]  # the number of epochs changes none of them
    assert flat(seen(seed=1, epochs=3, epoch=1)) == orders[10:]  # nor does it matter where a run begins


def test_many_batches_at_once_are_the_same_as_one_after_another():
    batches = seen(seed=3, epochs=1, n=1100, batch_size=3)  # 512 rows are read at once, which ends within a batch
    assert [len(x) for x, _ in batches] == [3] * 366 + [2]
    assert sorted(flat(batches)) == list(range(1100))


@pytest.mark.parametrize("more", [-1, 1])
def test_samples_and_labels_must_be_equally_many(more):
    with pytest.raises(ValueError, match=f"x has 4 samples, y has {4 + more}"):
        training.batches(np.zeros((4, 2)), np.zeros(4 + more), 2, 0)


def test_shapes_and_types_are_known_to_keras():
    x, y = np.zeros((5, 3, 1), "float32"), np.zeros((5, 1), "uint8")
    images, labels = training.batches(x, y, 2, 0).element_spec
    assert (images.shape.as_list(), images.dtype) == ([None, 3, 1], tf.float32)
    assert (labels.shape.as_list(), labels.dtype) == ([None, 1], tf.uint8)


def orders_of_keras(data, epochs=3, **more):
    keras.utils.set_random_seed(1)
    model = Recorder()
    model.fit(*data(), epochs=epochs, verbose=0, **more)
    return [tuple(x) for x, _ in model.seen]


def test_keras_repeats_one_order_of_arrays_once_a_seed_is_set():
    x = np.arange(10.0, dtype="float32")[:, None]
    first, second, third = orders_of_keras(lambda: (x, x), batch_size=10)
    assert first == second == third != tuple(range(10))


@pytest.mark.parametrize("steps", [None, 1])
def test_a_dataset_shuffles_anew_in_every_epoch_and_repeats_per_seed(steps):
    x = np.arange(10.0, dtype="float32")[:, None]

    def data():
        dataset = tf.data.Dataset.from_tensor_slices((x, x)).shuffle(10).batch(10)
        return [dataset.repeat() if steps else dataset]

    orders = orders_of_keras(data, shuffle=False, steps_per_epoch=steps)
    assert len(set(orders)) == 3 and all(sorted(order) == list(range(10)) for order in orders)
    tf.random.set_seed(None)
    assert orders_of_keras(data, shuffle=False, steps_per_epoch=steps) == orders


def trained(steps_per_execution):
    """Weights and history of a network with dropout, batch normalization and Adam after three epochs."""
    tf.random.set_seed(None)
    keras.utils.set_random_seed(0)
    layers = [
        keras.layers.Dense(8),
        keras.layers.BatchNormalization(),
        keras.layers.Dropout(0.3),
        keras.layers.Dense(3),
    ]
    model = keras.Sequential(layers)
    model.compile("adam", "mse", metrics=["mae"], steps_per_execution=steps_per_execution)
    random = np.random.RandomState(0)
    x, y = random.rand(70, 4).astype("float32"), random.rand(70, 3).astype("float32")
    history = model.fit(x, y, batch_size=4, epochs=3, validation_data=(x, y), verbose=0)
    return model, history.history


def test_several_steps_in_one_call_change_no_bit():
    singly, history_singly = trained(1)
    for number in (25, 18, 7):  # 18 steps in an epoch: more than that, all of them, a number that does not divide them
        several, history = trained(number)
        assert history == history_singly and len(history["val_loss"]) == 3
        for weight, same in zip(several.variables, singly.variables, strict=True):
            np.testing.assert_array_equal(weight.numpy(), same.numpy())


def test_parameters_are_written_in_full(tmp_path, monkeypatch, capsys):
    monkeypatch.setattr("common.OUTPUTS", tmp_path)
    model = keras.Sequential([keras.Input((28, 28)), keras.layers.Flatten(), keras.layers.Dense(500, name="d1")])
    model.layers[-1].kernel.assign(np.random.RandomState(0).normal(size=(784, 500)))
    training.save_parameters(model)
    assert capsys.readouterr().out.startswith("parameters: ")
    lines = next(tmp_path.rglob("weights.txt")).read_text().splitlines()
    assert lines[:2] == [f"{model.name}/d1/kernel", "(784, 500)"]
    assert lines[786:788] == [f"{model.name}/d1/bias", "(500,)"]
    values = np.array([line.split(" ") for line in lines[2:786]], dtype="float32")
    np.testing.assert_array_equal(values, model.layers[-1].kernel.numpy())
    assert lines[788].split() == ["0.0"] * 500 and len(lines) == 789


def test_parameters_that_cannot_be_written(tmp_path, monkeypatch, capsys):
    monkeypatch.setattr("common.OUTPUTS", tmp_path / "outputs")
    (tmp_path / "outputs").write_text("a file where the folder should be")
    with pytest.raises(SystemExit) as ended:
        training.save_parameters(keras.Sequential([keras.Input((2,)), keras.layers.Dense(1)]))
    assert ended.value.code == 2 and capsys.readouterr().err.count("\n") == 1


@pytest.mark.parametrize("name", ["weights.txt", "training.png"])
def test_on_a_full_disk_the_last_run_s_file_stays(name, tmp_path, monkeypatch, capsys):
    monkeypatch.setattr("common.OUTPUTS", tmp_path)
    model = keras.Sequential([keras.Input((2,)), keras.layers.Dense(1)])

    def write():
        training.save_parameters(model)
        figures.training_curves({"loss": [1.0]})

    write()
    path = next(tmp_path.rglob(name))
    before = path.read_bytes()

    def full(number):
        raise OSError(errno.ENOSPC, "No space left on device")

    model.layers[0].kernel.assign_add([[1.0], [1.0]])
    monkeypatch.setattr(os, "fsync", full)  # where the last of it should have reached the disk
    with pytest.raises(SystemExit, match="2"):
        training.save_parameters(model) if name == "weights.txt" else figures.training_curves({"loss": [2.0]})
    assert "No space left on device; make room" in capsys.readouterr().err
    assert path.read_bytes() == before and not list(tmp_path.rglob("*.part"))


def test_the_curves_show_where_a_run_was_resumed(monkeypatch):
    axes = []
    monkeypatch.setattr(figures, "show", lambda name: axes.extend(plt.gcf().axes))
    names = ("loss", "sparse_categorical_accuracy", "val_loss", "val_sparse_categorical_accuracy")
    figures.training_curves({name: [4.0 + i, 3, 2, 1] for i, name in enumerate(names)}, resumed=[2])
    accuracy, loss = axes
    assert accuracy.get_title() == "Training and Validation Accuracy"
    assert loss.get_title() == "Training and Validation Loss"
    assert [line.get_ydata()[0] for line in loss.lines[:2]] == [4, 6]
    assert [line.get_ydata()[0] for line in accuracy.lines[:2]] == [5, 7]
    assert list(loss.lines[0].get_xdata()) == [1, 2, 3, 4] and loss.lines[2].get_xdata()[0] == 2.5
    axes.clear()
    figures.training_curves({"loss": [1.0]})
    assert [axis.get_title() for axis in axes] == ["Training Loss"]
    plt.close("all")
