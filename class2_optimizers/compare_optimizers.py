"""
Five optimizers on the same network
===================================

优化器对比：SGD、SGDM、Adagrad、RMSProp、Adam

:Notes: 二、深入TensorFlow › 神经网络参数优化器 › 优化器对比
:Data: iris (scikit-learn brings it)
:Expect: Adam ends with the lowest loss (0.014), SGD with the highest (0.032) in the shortest time
:Time: 35 s
"""

# %% import
import time

import common.quiet
from common import datasets, figures
from common.options import options

import matplotlib.pyplot as plt
import numpy as np
import tensorflow as tf

opt = options(__doc__, epochs=500, learning_rate=0.1, batch_size=32)

# %% data of class1_basics/p45_iris.py
(x_train, y_train), (x_test, y_test) = datasets.iris()
train = tf.data.Dataset.from_tensor_slices((x_train, y_train)).batch(opt.batch_size)

# %% an optimizer is a choice of m and V in w = w - lr · m / √V: from the gradient and the m and V of the last step
# (step t counts from 1) each makes the new m, the new V, and m / √V
EPSILON = 1e-7


def sgd(g, m, v, t):
    return m, v, g


def sgdm(g, m, v, t):
    m = 0.9 * m + 0.1 * g
    return m, v, m


def adagrad(g, m, v, t):
    v = v + tf.square(g)
    return m, v, g / (tf.sqrt(v) + EPSILON)


def rmsprop(g, m, v, t):
    v = 0.9 * v + 0.1 * tf.square(g)
    return m, v, g / (tf.sqrt(v) + EPSILON)


def adam(g, m, v, t):
    m = 0.9 * m + 0.1 * g
    v = 0.999 * v + 0.001 * tf.square(g)
    return m, v, m / (1 - 0.9**t) / (tf.sqrt(v / (1 - 0.999**t)) + EPSILON)


optimizers = {"SGD": sgd, "SGDM": sgdm, "Adagrad": adagrad, "RMSProp": rmsprop, "Adam": adam}

# %% training, once with each
figure, axes = plt.subplot_mosaic([["loss"] * 5, list(optimizers)], figsize=(11, 7), layout="constrained")
print(f"{'optimizer':10}{'total_time':>12}{'loss':>10}{'Test_acc':>10}")

for name, optimizer in optimizers.items():
    tf.random.set_seed(116)
    w1 = tf.Variable(tf.random.truncated_normal([4, 3], stddev=0.1, seed=1))
    b1 = tf.Variable(tf.random.truncated_normal([3], stddev=0.1, seed=1))
    m, v, t = [0.0, 0.0], [0.0, 0.0], 0
    losses, accuracies = [], []
    start = time.perf_counter()

    for _ in range(opt.epochs):
        loss_all = 0.0
        for features, labels in train:
            with tf.GradientTape() as tape:
                probabilities = tf.nn.softmax(tf.matmul(features, w1) + b1)
                loss = tf.reduce_mean(tf.square(tf.one_hot(labels, depth=3) - probabilities))
            t += 1
            for i, (variable, g) in enumerate(zip([w1, b1], tape.gradient(loss, [w1, b1]), strict=True)):
                m[i], v[i], step = optimizer(g, m[i], v[i], t)
                variable.assign_sub(opt.learning_rate * step)
            loss_all += float(loss)
        losses.append(loss_all / len(train))
        accuracies.append(float(np.mean(tf.argmax(tf.matmul(x_test, w1) + b1, axis=1) == y_test)))

    print(f"{name:10}{time.perf_counter() - start:10.2f} s{losses[-1]:10.4f}{accuracies[-1]:10.3f}")
    (line,) = axes["loss"].plot(losses, label=name)
    axes[name].plot(accuracies, color=line.get_color(), linewidth=1)
    axes[name].set(title=name, xlabel="Epoch", ylim=(0, 1.05), yticks=[0, 0.5, 1])

# %% figure: all losses together, the accuracies side by side
axes["loss"].set(title="Training loss", xlabel="Epoch", ylabel="Loss", yscale="log")
axes["loss"].legend()
axes["SGD"].set_ylabel("Test accuracy")
for axis in axes.values():
    axis.grid(alpha=0.3)
figures.show("optimizers")
