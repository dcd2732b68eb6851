"""
Four activation functions and their derivatives
===============================================

激活函数：sigmoid、tanh、relu、leaky relu

Without an activation function between its layers a network of any depth would be one linear function. Training
multiplies the slopes of all layers: look at the lower row of the figure. Sigmoid's is 0.25 at most, so ten layers pass
on less than a millionth (the gradient vanishes); relu's is 1 wherever a neuron is active. Try --alpha 0: leaky relu
becomes relu.
层与层之间如果没有激活函数，再深的网络也只是一个线性函数。训练时各层的导数要连乘：请看图的下面一行。
sigmoid 的导数最大 0.25，十层连乘不到百万分之一（梯度消失）；relu 的导数在神经元激活时总是 1。
请试 --alpha 0：leaky relu 变成 relu。

:Notes: 二、深入TensorFlow › 激活函数
:Data: none
:Expect: the derivative of sigmoid never exceeds 0.25, that of tanh 1; those of relu and leaky relu are steps
:Time: 5 s
"""

# %% import
import common.quiet  # TensorFlow without its start-up messages
from common import figures
from common.options import options

opt = options(__doc__, alpha=0.2)  # slope of leaky relu below 0; 0.2 is TensorFlow's own default

import matplotlib.pyplot as plt
import tensorflow as tf


def leaky_relu(x):
    return tf.nn.leaky_relu(x, alpha=opt.alpha)  # <- leaky relu of x, slope opt.alpha below 0


# %% the functions, with the ranges of function and derivative; (0, 0.25] is E19 of ERRATA.md, not what the notes print
activations = [
    ("sigmoid", tf.nn.sigmoid, "(0, 1)", "(0, 0.25]"),
    ("tanh", tf.math.tanh, "(-1, 1)", "(0, 1]"),
    ("relu", tf.nn.relu, "[0, +inf)", "{0, 1}"),
    ("leaky_relu", leaky_relu, "R" if opt.alpha else "[0, +inf)", f"{{{opt.alpha:g}, 1}}"),
]

# %% each with its derivative, from the tape
x = tf.Variable(tf.linspace(-6.0, 6.0, 241))
figure, axes = plt.subplots(2, 4, figsize=(13, 5.6), sharex=True, layout="constrained")

print(f"{'':12}{'f(x), x in [-6, 6]':24}{'range':12}{'df/dx':24}{'range':12}{'df/dx at 0'}")
for column, (name, function, range_of_y, range_of_dy) in enumerate(activations):
    with tf.GradientTape() as tape:
        y = function(x)  # <- what the function makes of x
    dy = tape.gradient(y, x)  # (241,): element i of y depends on element i of x alone  # <- dy/dx for each element

    found_y = f"{tf.reduce_min(y) + 0.0:.4f} to {tf.reduce_max(y):.4f}"  # + 0.0 makes 0.0 of -0.0
    found_dy = f"{tf.reduce_min(dy):.4f} to {tf.reduce_max(dy):.4f}"
    print(f"{name:12}{found_y:24}{range_of_y:12}{found_dy:24}{range_of_dy:12}{dy[120]:.2f}")

    axes[0, column].plot(x.numpy(), y.numpy(), color="tab:blue", linewidth=2)
    axes[0, column].set_title(name)
    axes[1, column].plot(x.numpy(), dy.numpy(), color="tab:orange", linewidth=2)
    axes[1, column].set_ylim(-0.1, max(1, opt.alpha) + 0.1)

# %% figure
axes[0, 0].set_ylabel("f(x)")
axes[1, 0].set_ylabel("df/dx")
for axis in axes.flat:
    axis.axhline(0, color="0.6", linewidth=0.8)
    axis.axvline(0, color="0.6", linewidth=0.8)
    axis.grid(alpha=0.3)
figures.show("activations")
