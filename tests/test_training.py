"""The helpers around `model.fit`: the order of the samples, and the summary in the notes' form."""

from types import SimpleNamespace

from common import training

import keras
import numpy as np
import tensorflow as tf


class Recorder(keras.Model):
    """A model that learns nothing and writes down what it is shown."""

    def __init__(self):
        super().__init__()
        self.seen = []
        self.compile()

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
    assert lines[6].split() == [model.norm.name, "(BatchNormalization)", "multiple", "12"]
    assert lines[8:11] == ["Total params: 27", "Trainable params: 21", "Non-trainable params: 6"]


def test_summary_shows_the_shapes_of_a_sequential_model(capsys):
    model = keras.Sequential([keras.layers.Flatten(), keras.layers.Dense(128), keras.layers.Dense(10)])
    model(np.zeros((2, 28, 28)))
    training.summary(model)
    out = capsys.readouterr().out
    assert "(None, 784)" in out and "Total params: 101,770" in out
