"""
Four activation functions and their derivatives
===============================================

激活函数：sigmoid、tanh、relu、leaky relu

:Notes: 二、深入TensorFlow › 激活函数
:Data: none
:Expect: the derivative of sigmoid never exceeds 0.25, that of tanh 1; those of relu and leaky relu are steps
:Time: 5 s
"""

# %% import
import common.quiet
from common import figures
from common.options import options

import matplotlib.pyplot as plt
import tensorflow as tf

opt = options(__doc__, alpha=0.2)  # slope of leaky relu below 0; 0.2 is TensorFlow's own default

# %% the functions, with the ranges that the notes give for function and derivative
activations = {
    "sigmoid": (tf.nn.sigmoid, "(0, 1)", "(0, 0.25]"),
    "tanh": (tf.math.tanh, "(-1, 1)", "(0, 1]"),
    "relu": (tf.nn.relu, "[0, +inf)", "{0, 1}"),
    "leaky_relu": (lambda x: tf.nn.leaky_relu(x, alpha=opt.alpha), "R", f"{{{opt.alpha}, 1}}"),
}

# %% each with its derivative, from the tape
x = tf.Variable(tf.linspace(-6.0, 6.0, 241))
figure, axes = plt.subplots(2, 4, figsize=(13, 5.6), sharex=True, layout="constrained")

print(f"{'':12}{'f(x), x in [-6, 6]':24}{'range':12}{'df/dx':24}{'range':12}{'df/dx at 0'}")
for column, (name, (function, range_f, range_d)) in enumerate(activations.items()):
    with tf.GradientTape() as tape:
        y = function(x)
    dy = tape.gradient(y, x)  # (241,): element i of y depends on element i of x alone
    low, high, d_low, d_high = (float(f(v)) for v in (y, dy) for f in (tf.reduce_min, tf.reduce_max))
    print(
        f"{name:12}{f'{low:.4f} to {high:.4f}':24}{range_f:12}{f'{d_low:.4f} to {d_high:.4f}':24}{range_d:12}"
        f"{dy[120].numpy():.2f}"
    )
    for axis, values, color in ((axes[0, column], y, "tab:blue"), (axes[1, column], dy, "tab:orange")):
        axis.plot(x.numpy(), values.numpy(), color=color, linewidth=2)
        axis.axhline(0, color="0.6", linewidth=0.8)
        axis.axvline(0, color="0.6", linewidth=0.8)
        axis.grid(alpha=0.3)
    axes[0, column].set_title(name)
    axes[1, column].set_ylim(-0.1, 1.1)
axes[0, 0].set_ylabel("f(x)")
axes[1, 0].set_ylabel("df/dx")

# %% figure
figures.show("activations")
