"""The hand-written loops of classes 1 and 2: as the notes write them, and in PyTorch.

The notes take the test set in batches after every epoch, and count; the scripts take it at once. Else the loops are
the same, for they are the lesson.
"""

import runpy
import sys
import tempfile
from pathlib import Path
from unittest import mock

import common
from common import datasets

import matplotlib
import tensorflow as tf

matplotlib.use("agg")


class Momentum:
    """What the five optimizers of class 2 do with a gradient, with the notes' settings and two memories, m and v."""

    def __init__(self, kind):
        self.kind, self.m, self.v, self.t = kind, 0.0, 0.0, 0

    def step(self, g):
        self.t += 1
        if self.kind in ("sgdm", "adam"):
            self.m = 0.9 * self.m + 0.1 * g
        if self.kind == "adagrad":
            self.v += tf.square(g)
        if self.kind in ("rmsprop", "adam"):
            beta = 0.9 if self.kind == "rmsprop" else 0.999
            self.v = beta * self.v + (1 - beta) * tf.square(g)
        if self.kind == "sgdm":
            return self.m
        if self.kind == "adam":
            m, v = self.m / (1 - tf.pow(0.9, self.t)), self.v / (1 - tf.pow(0.999, self.t))
            return m / tf.sqrt(v)
        return g if self.kind == "sgd" else g / tf.sqrt(self.v)


def notes_iris(kind, epochs):
    (x_train, y_train), (x_test, y_test) = datasets.iris()
    train = tf.data.Dataset.from_tensor_slices((x_train, y_train)).batch(32)
    test = tf.data.Dataset.from_tensor_slices((x_test, y_test)).batch(32)
    w = tf.Variable(tf.random.truncated_normal([4, 3], stddev=0.1, seed=1))
    b = tf.Variable(tf.random.truncated_normal([3], stddev=0.1, seed=1))
    of_w, of_b = Momentum(kind), Momentum(kind)
    for epoch in range(epochs):
        loss_all = 0
        for x, y in train:
            with tf.GradientTape() as tape:
                probabilities = tf.nn.softmax(tf.matmul(x, w) + b)
                loss = tf.reduce_mean(tf.square(tf.one_hot(y, depth=3) - probabilities))
                loss_all += loss.numpy()
            gradients = tape.gradient(loss, [w, b])
            w.assign_sub(0.1 * of_w.step(gradients[0]))
            b.assign_sub(0.1 * of_b.step(gradients[1]))
        print(f"Epoch {epoch}, loss: {loss_all / 4}")
        right = 0
        for x, y in test:
            predicted = tf.cast(tf.argmax(tf.nn.softmax(tf.matmul(x, w) + b), axis=1), y.dtype)
            right += int(tf.reduce_sum(tf.cast(tf.equal(predicted, y), tf.int32)))
        print("Test_acc:", right / len(x_test))


def notes_dots(epochs):
    x_train, y_train = datasets.dots()
    train = tf.data.Dataset.from_tensor_slices((x_train, y_train)).batch(32)
    w1, b1 = tf.Variable(tf.random.normal([2, 11])), tf.Variable(tf.constant(0.01, shape=[11]))
    w2, b2 = tf.Variable(tf.random.normal([11, 1])), tf.Variable(tf.constant(0.01, shape=[1]))
    for epoch in range(epochs):
        for x, y in train:
            with tf.GradientTape() as tape:
                hidden = tf.nn.relu(tf.matmul(x, w1) + b1)
                loss = tf.reduce_mean(tf.square(y - (tf.matmul(hidden, w2) + b2)))
            gradients = tape.gradient(loss, [w1, b1, w2, b2])
            for variable, gradient in zip([w1, b1, w2, b2], gradients, strict=True):
                variable.assign_sub(0.01 * gradient)
        if epoch % 20 == 0:
            print("epoch:", epoch, "loss:", float(loss))


def torch_loop(kind, epochs):
    import torch
    from torch import nn

    if kind == "dots":
        train, test = datasets.dots(), None
        network, rate, loss_of = nn.Sequential(nn.Linear(2, 11), nn.ReLU(), nn.Linear(11, 1)), 0.01, nn.MSELoss()
    else:
        train, test = datasets.iris()
        network, rate = nn.Linear(4, 3), 0.1

        def loss_of(outputs, y):
            return (nn.functional.one_hot(y, 3) - outputs.softmax(1)).square().mean()

    x, y = (torch.tensor(array) for array in train)
    optimizer = {
        "sgdm": lambda p: torch.optim.SGD(p, rate * 0.1, momentum=0.9),
        "adagrad": lambda p: torch.optim.Adagrad(p, rate),
        "rmsprop": lambda p: torch.optim.RMSprop(p, rate, alpha=0.9),
        "adam": lambda p: torch.optim.Adam(p, rate),
    }.get(kind, lambda p: torch.optim.SGD(p, rate))(network.parameters())
    for epoch in range(epochs):
        loss_all = 0
        for rows in torch.arange(len(x)).split(32):
            loss = loss_of(network(x[rows]), y[rows])
            optimizer.zero_grad()
            loss.backward()
            optimizer.step()
            loss_all += loss.item()
        if test or epoch % 20 == 0:
            print(f"Epoch {epoch}, loss: {loss_all}")
        if test:
            with torch.no_grad():
                right = network(torch.tensor(test[0])).argmax(1) == torch.tensor(test[1])
                print("Test_acc:", right.float().mean().item())


def run(script, way):
    """A function that trains for some epochs, each of which (or each twentieth) prints a line that begins "epoch"."""
    kind = "dots" if script.stem.startswith("p29") else script.stem.split("_")[1].replace("iris", "sgd")

    def train(epochs):
        if way == "ours":
            command = [str(script), "--epochs", str(epochs)]
            with (
                tempfile.TemporaryDirectory() as folder,
                mock.patch.object(common, "OUTPUTS", Path(folder)),
                mock.patch.object(sys, "argv", command),
            ):
                runpy.run_path(str(script), run_name="__main__")
        elif way == "torch":
            torch_loop(kind, epochs)
        elif kind == "dots":
            notes_dots(epochs)
        else:
            notes_iris(kind, epochs)

    return train
