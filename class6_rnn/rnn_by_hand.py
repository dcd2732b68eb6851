"""
A recurrent network by hand
===========================

循环网络计算过程：循环核一步一步地算

A recurrent network reads a sequence step by step: from the input and its memory it makes the next memory. Here are the
notes' two examples, one letter and then four in a row, and the same formulas beside Keras's layers. Look at the memory:
it changes in every step, while the matrices stay the same.
循环网络一步一步地读一个序列：由当前输入和记忆体算出新的记忆体。这里先算笔记中的两个例子（一个字母，再连续四个字母），
再用同样的公式与 Keras 的层对比。请看记忆体：它每一步都被刷新，而参数矩阵始终不变。

:Notes: 六、循环神经网络(RNN) › 循环网络计算过程, 循环计算过程Ⅱ
:Data: none (the notes' numbers; random weights)
:Expect: [-0.9 0.8 0.7] and "c" with 0.91; after four letters "a" with 0.71; the same as SimpleRNN and Dense to 1e-6
:Time: 6 s
"""

# %% import
import common.quiet  # TensorFlow without its start-up messages
from common.options import options

# the flags come first: --help and a wrong one are answered at once, importing TensorFlow takes seconds
opt = options(__doc__, seed=0)  # of the random weights

import numpy as np
import tensorflow as tf
from keras import layers

random = np.random.RandomState(opt.seed)
LETTERS = "abcde"


# %% the formulas
def softmax(z):
    return np.exp(z) / np.exp(z).sum(axis=-1, keepdims=True)  # <- softmax over the last axis


def rnn(x, w_xh, w_hh, b_h):
    """The memory after each step of a sequence x (steps, features)."""
    h = np.zeros(len(b_h))  # nothing is remembered at first
    memories = []
    for x_t in x:
        h = np.tanh(x_t @ w_xh + h @ w_hh + b_h)  # <- the new memory, from x_t and the old one
        memories.append(h)
    return np.array(memories)


def text(numbers, digits=1):
    return "[" + " ".join(f"{number:.{digits}f}" for number in numbers) + "]"


# %% one step, with the letter b. The text of the notes does not give the matrices, but the products with them:
# x_t @ w_xh, which for the one-hot x_t = [0 1 0 0 0] is a row of w_xh, and h_t @ w_hy
xw, bh = np.array([-2.3, 0.8, 1.1]), np.array([0.5, 0.3, -0.2])
hw, by = np.array([-0.7, -0.6, 2.9, 0.7, -0.8]), np.array([0.0, 0.1, 0.4, -0.7, 0.1])
h = np.tanh(xw + 0 + bh)  # 0: there is no memory yet  # <- the memory after one step, from xw and bh
y = softmax(hw + by)  # <- probabilities, from hw and by
print(f"ht=tanh({text(xw)}+0+{text(bh)})")
print(f"=tanh{text(xw + bh)}={text(h)}")
print(f"yt=softmax({text(hw)}+{text(by)})")
print(f"=softmax({text(hw + by)})")
print(f"={text(y, 2)}")
print(f"{y.max():.0%}的可能性输出字母{LETTERS[y.argmax()]}")

# %% four steps, with the letters b, c, d, e. The notes give the four memories and the probabilities, not the matrices:
# here are some that make them. Any w_hh and b_h will do, for each letter comes once and has its own row of w_xh:
# h_t = tanh(row + h_{t-1} w_hh + b_h) gives row = artanh(h_t) - h_{t-1} w_hh - b_h. In the same way any w_hy will do,
# with the right b_y. The notes' 1.0 and 0.00 are rounded, here from 0.98 and 0.001: tanh and softmax never get there
memories = np.array([[-0.9, 0.2, 0.2], [0.8, 0.98, 0.8], [0.6, 0.5, -0.98], [-0.98, -0.98, 0.8]])
w_hh, b_h, w_hy = random.normal(size=(3, 3)), random.normal(size=3), random.normal(size=(3, 5))
w_xh = np.zeros((5, 3))  # the row of a stays 0: no a comes in
for letter, before, after in zip("bcde", [np.zeros(3), *memories[:-1]], memories, strict=True):
    w_xh[LETTERS.index(letter)] = np.arctanh(after) - before @ w_hh - b_h
b_y = np.log([0.71, 0.14, 0.10, 0.05, 0.001]) - memories[-1] @ w_hy

print()
x = tf.one_hot([LETTERS.index(letter) for letter in "bcde"], depth=5).numpy()  # (4, 5)
memories = rnn(x, w_xh, w_hh, b_h)  # the same matrices in every step
for letter, x_t, memory in zip("bcde", x, memories, strict=True):
    print(f"{letter}的独热码{x_t.astype(int).tolist()}输入，记忆体根据更新公式刷新为{text(memory)}")
y = softmax(memories[-1] @ w_hy + b_y)
print(f"带入yt计算公式得到{text(y, 2)}")
print(f"{y.max():.0%}的可能是字母{LETTERS[y.argmax()]}")

# %% Keras, with random weights. A layer takes three dimensions: samples, time steps, features
x = random.normal(size=(2, 4, 5))
w_xh, w_hh, b_h = random.normal(size=(5, 3)), random.normal(size=(3, 3)), random.normal(size=3)
w_hy, b_y = random.normal(size=(3, 5)), random.normal(size=5)
h = np.array([rnn(sample, w_xh, w_hh, b_h) for sample in x])  # (2, 4, 3)
y = softmax(h @ w_hy + b_y)  # (2, 4, 5)

every_step = layers.SimpleRNN(3, return_sequences=True)  # <- a SimpleRNN of 3 that returns every step
last_step = layers.SimpleRNN(3)  # <- one of 3 that returns the last step
dense = layers.Dense(5, activation="softmax")
for layer, shape, weights in (
    (every_step, x.shape, [w_xh, w_hh, b_h]),
    (last_step, x.shape, [w_xh, w_hh, b_h]),
    (dense, h.shape, [w_hy, b_y]),
):
    layer.build(shape)
    layer.set_weights(weights)

print()
for name, keras_gives, by_hand in (
    ("SimpleRNN(3, return_sequences=True)", every_step(x), h),
    ("SimpleRNN(3)", last_step(x), h[:, -1]),
    ("Dense(5, activation='softmax')", dense(every_step(x)), y),
):
    print(f"{name:36}{keras_gives.shape!s:10} differs from the formula by {np.abs(keras_gives - by_hand).max():.0e}")
