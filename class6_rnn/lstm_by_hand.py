"""
An LSTM by hand
===============

LSTM计算过程：输入门、遗忘门、输出门、细胞态、记忆体、候选态

An LSTM has a long-term memory C beside the short-term memory h, and three gates between 0 and 1 that say what enters C,
what stays in it and what leaves it. The notes' formulas, written out, give what Keras's layer gives. Look at the
figure: C keeps a value while the forget gate is open, and h shows it while the output gate is.
LSTM 除了短期记忆 h 还有长期记忆 C，三个取值 0 到 1 的门决定什么写入 C、什么留在 C、什么从 C 输出。
把笔记的公式逐行写出，结果与 Keras 的层相同。请看图：遗忘门打开时 C 保住一个值，输出门打开时 h 才显示它。

:Notes: 六、循环神经网络(RNN) › LSTM实现股票预测
:Data: none (random weights; a cell whose weights are set by hand)
:Expect: the formulas give what keras.layers.LSTM gives, to 1e-6; a figure of the gates while a value is kept
:Time: 6 s
"""

# %% import
import common.quiet  # TensorFlow without its start-up messages
from common import figures
from common.options import options

opt = options(__doc__, seed=0)  # of the random weights

import keras
import matplotlib.pyplot as plt
import numpy as np
from keras import layers

random = np.random.RandomState(opt.seed)


# %% the formulas: w and b are dictionaries with the W and b of i, f, o and c
def sigmoid(z):
    return 1 / (1 + np.exp(-z))  # <- 1 / (1 + e⁻ᶻ)


def lstm(x, w, b):
    """i, f, o, candidate, c and h after each step of a sequence x (steps, features): (6, steps, units)."""
    c = h = np.zeros(len(b["c"]))
    steps = []
    for x_t in x:
        hx = np.concatenate((h, x_t))  # [h_{t-1}, x_t]
        i = sigmoid(w["i"] @ hx + b["i"])  # <- the input gate
        f = sigmoid(w["f"] @ hx + b["f"])  # <- the forget gate
        o = sigmoid(w["o"] @ hx + b["o"])  # <- the output gate
        candidate = np.tanh(w["c"] @ hx + b["c"])  # <- the candidate
        c = f * c + i * candidate  # <- long-term memory
        h = o * np.tanh(c)  # <- short-term memory
        steps.append((i, f, o, candidate, c, h))
    return np.stack(steps, axis=1)


# %% Keras keeps them in three arrays, kernel (for x), recurrent_kernel (for h) and bias: i, f, c and o side by side
def from_keras(layer):
    kernel, recurrent_kernel, bias = layer.get_weights()
    w_i, w_f, w_c, w_o = np.split(np.vstack((recurrent_kernel, kernel)).T, 4)  # each (units, units + features)
    b_i, b_f, b_c, b_o = np.split(bias, 4)
    return {"i": w_i, "f": w_f, "c": w_c, "o": w_o}, {"i": b_i, "f": b_f, "c": b_c, "o": b_o}


first, second = layers.LSTM(4, return_sequences=True), layers.LSTM(3)
network = keras.Sequential([keras.Input((8, 2)), first, second])
network.set_weights([random.normal(size=w.shape) for w in network.get_weights()])

x = random.normal(size=(5, 8, 2))  # samples, time steps, features
h1 = np.array([lstm(sample, *from_keras(first))[-1] for sample in x])  # (5, 8, 4)
h2 = np.array([lstm(sample, *from_keras(second))[-1] for sample in h1])  # the h of one layer is the x of the next
print(f"LSTM(4, return_sequences=True) differs from the formulas by {np.abs(first(x) - h1).max():.0e}")
print(f"LSTM(3) after it               differs from the formulas by {np.abs(network(x) - h2[:, -1]).max():.0e}")

# %% each of i, f, o and c has a weight for every h and x, and a bias
for units, features in ((80, 1), (100, 80)):  # the two layers of p47_lstm_stock.py
    layer = layers.LSTM(units)
    layer.build((None, None, features))
    formula = f"4*({units}*({units}+{features})+{units})"
    by_hand = 4 * (units * (units + features) + units)
    print(f"LSTM({units}) of {features}: {formula} = {by_hand}, Keras: {layer.count_params()}")

# %% gates at work in one unit: x_t is a value and two commands, 0 or 1. With these weights `write` opens the input gate
# and closes the forget gate, and `read` opens the output gate: sigmoid(8) is nearly 1, sigmoid(-8) nearly 0
#                          h_{t-1}, value, write, read
w = {
    "i": np.array([[0.0, 0.0, 16.0, 0.0]]),
    "f": np.array([[0.0, 0.0, -16.0, 0.0]]),
    "o": np.array([[0.0, 0.0, 0.0, 16.0]]),
    "c": np.array([[0.0, 1.0, 0.0, 0.0]]),
}
b = {"i": np.array([-8.0]), "f": np.array([8.0]), "o": np.array([-8.0]), "c": np.array([0.0])}
x = np.zeros((24, 3))
x[:, 0] = random.uniform(-1.5, 1.5, size=24)
x[[3, 12], 1] = 1  # write in steps 4 and 13: row 0 is step 1
x[[7, 8, 10, 16, 20, 21], 2] = 1  # read
i, f, o, candidate, c, h = lstm(x, w, b)[..., 0]

figure, axes = plt.subplots(3, figsize=(8, 6.5), sharex=True, layout="constrained")
steps = np.arange(1, 25)
axes[0].stem(steps, x[:, 0], basefmt="0.8")
axes[0].set_title("A value comes in every step; `write` in steps 4 and 13, `read` in six others")
axes[0].set_ylabel("x: value")
gates = axes[1].pcolormesh(steps, range(3), [o, f, i], cmap="Greys", vmin=0, vmax=1, edgecolors="0.8")
axes[1].set_yticks(range(3), ["output gate o", "forget gate f", "input gate i"])
figure.colorbar(gates, ax=axes[1], label="open")
axes[2].step(steps, c, where="mid", color="tab:red", label="C, long-term memory: f * C + i * candidate")
axes[2].step(steps, h, where="mid", color="tab:blue", label="h, short-term memory: o * tanh(C)")
axes[2].set_xlabel("Time step")
axes[2].set_xticks(steps[::3])
axes[2].set_ylim(-1, 1.6)  # room for the legend
axes[2].legend(loc="upper left")
axes[2].grid(alpha=0.3)
figures.show("gates")
