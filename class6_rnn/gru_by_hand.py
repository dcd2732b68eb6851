"""
A GRU by hand
=============

GRU计算过程：更新门、重置门、候选隐藏层、记忆体，以及与Keras的GRU的区别

A GRU has one memory h and two gates: the update gate mixes the past and the present, the reset gate says how much of
the past the present takes in. Keras's layer does not compute what the notes write. Look at the three blocks: which
formulas agree with which layer (a difference near 1e-07 is rounding), and in the figure at when h changes.
GRU 只有一个记忆体 h 和两个门：更新门混合过去与现在，重置门决定现在信息中用多少过去。Keras 的层与笔记的公式并不相同。
请看三段输出：哪种公式与哪种层一致（相差约 1e-07 只是舍入误差）；再看图中 h 在什么时候改变。

:Notes: 六、循环神经网络(RNN) › GRU实现股票预测
:Data: none (random weights; a memory whose weights are set by hand)
:Expect: the notes' formulas are those of GRU(reset_after=False, use_bias=False) with -W in its update gate, to 1e-6
:Time: 6 s
"""

# %% import
import common.quiet  # TensorFlow without its start-up messages
from common import figures
from common.options import options

opt = options(__doc__, seed=0)  # of the random weights

import matplotlib.pyplot as plt
import numpy as np
from keras import layers

random = np.random.RandomState(opt.seed)


# %% the formulas of the notes
def sigmoid(z):
    return 1 / (1 + np.exp(-z))  # <- 1 / (1 + e⁻ᶻ)


def gru(x, w_z, w_r, w):
    """z, r and h after each step of a sequence x (steps, features): (3, steps, units)."""
    h = np.zeros(len(w))
    steps = []
    for x_t in x:
        hx = np.concatenate((h, x_t))  # [h_{t-1}, x_t]
        z = sigmoid(w_z @ hx)  # <- the update gate
        r = sigmoid(w_r @ hx)  # <- the reset gate
        candidate = np.tanh(w @ np.concatenate((r * h, x_t)))  # <- the candidate, from r · h and x_t
        h = (1 - z) * h + z * candidate
        steps.append((z, r, h))
    return np.stack(steps, axis=1)


# %% the formulas of Keras differ in three places. Its kernel (for x), recurrent_kernel (for h) and two biases hold z, r
# and the candidate side by side
def keras_gru(x, kernel, recurrent_kernel, bias):
    """h after each step: (steps, units)."""
    h = np.zeros(len(recurrent_kernel))
    steps = []
    for x_t in x:
        xz, xr, xc = np.split(x_t @ kernel + bias[0], 3)  # <- biases
        hz, hr, hc = np.split(h @ recurrent_kernel + bias[1], 3)
        z = sigmoid(xz + hz)
        r = sigmoid(xr + hr)
        candidate = np.tanh(xc + r * hc)  # <- the reset gate comes after the matrix
        h = z * h + (1 - z) * candidate  # <- the update gate keeps the past, in the notes it lets the present in
        steps.append(h)
    return np.array(steps)


# %% which layer does what, with random weights
def from_keras(layer):
    """w_z, w_r and w for the notes' formulas; biases are left out."""
    kernel, recurrent_kernel = layer.get_weights()[:2]
    return np.split(np.vstack((recurrent_kernel, kernel)).T, 3)  # each (units, units + features)


x = random.normal(size=(5, 8, 2))  # samples, time steps, features
for arguments in ({}, {"use_bias": False}, {"use_bias": False, "reset_after": False}):
    layer = layers.GRU(4, return_sequences=True, **arguments)
    layer.build(x.shape)
    layer.set_weights([random.normal(size=w.shape) for w in layer.get_weights()])
    kernel, recurrent_kernel = layer.get_weights()[:2]
    bias = layer.get_weights()[2] if layer.use_bias else np.zeros((2, 12))
    w_z, w_r, w = from_keras(layer)
    given = "".join(f", {name}={value}" for name, value in arguments.items())
    print(f"GRU(4{given})")
    for name, by_hand in (
        ("the notes' formulas", [gru(sample, w_z, w_r, w)[-1] for sample in x]),
        # sigmoid(-a) = 1 - sigmoid(a): the minus makes Keras's update gate of the notes' one
        ("the notes' formulas, -W in the update gate", [gru(sample, -w_z, w_r, w)[-1] for sample in x]),
        ("Keras's default formulas", [keras_gru(sample, kernel, recurrent_kernel, bias) for sample in x]),
    ):
        print(f"    {name:43} differ by {np.abs(layer(x) - by_hand).max():.0e}")

# %% each of z, r and the candidate has a weight for every h and x, in Keras also two biases per unit
for units, features in ((80, 1), (100, 80)):  # the two layers of p56_gru_stock.py
    layer = layers.GRU(units)
    layer.build((None, None, features))
    notes = 3 * units * (units + features)
    print(f"GRU({units}) of {features}: 3*{units}*({units}+{features}) = {notes}, Keras: {layer.count_params()}")

# %% gates at work in one unit, by the notes' formulas: x_t is a value and two commands, 1 or -1. With these weights
# `write` opens the update gate and `add` the reset gate: sigmoid(8) is nearly 1, sigmoid(-8) nearly 0. Without biases a
# command that is not given has to be -1
#                 h_{t-1}, value, write, add
w_z = np.array([[0.0, 0.0, 8.0, 0.0]])
w_r = np.array([[0.0, 0.0, 0.0, 8.0]])
w = np.array([[1.0, 1.0, 0.0, 0.0]])
x = -np.ones((24, 3))
x[:, 0] = random.uniform(-1, 1, size=24)
x[[3, 7, 12, 18], 1] = 1  # write in steps 4, 8, 13 and 19: row 0 is step 1
x[[7, 18], 2] = 1  # add
z, r, h = gru(x, w_z, w_r, w)[..., 0]

figure, axes = plt.subplots(3, figsize=(8, 6), sharex=True, layout="constrained")
steps = np.arange(1, 25)
axes[0].stem(steps, x[:, 0], basefmt="0.8")
axes[0].set_title("A value comes in every step; `write` in steps 4, 8, 13 and 19, with `add` in 8 and 19")
axes[0].set_ylabel("x: value")
gates = axes[1].pcolormesh(steps, range(2), [r, z], cmap="Greys", vmin=0, vmax=1, edgecolors="0.8")
axes[1].set_yticks(range(2), ["reset gate r", "update gate z"])
figure.colorbar(gates, ax=axes[1], label="open")
axes[2].step(steps, h, where="mid", label="h: (1 - z) * h + z * candidate")
axes[2].set_xlabel("Time step")
axes[2].set_xticks(steps[::3])
axes[2].set_ylim(-1, 1.6)  # room for the legend
axes[2].legend(loc="upper left")
axes[2].grid(alpha=0.3)
figures.show("gates")
