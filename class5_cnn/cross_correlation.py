"""
Cross-correlation: what a convolution layer computes
====================================================

互相关运算：卷积层计算什么

A convolution layer lays its kernel on every window of the input, multiplies number by number and adds up; that is all
it does. The three examples of the notes, a 1x1 layer and the numbers of parameters are worked out by hand and once more
by TensorFlow. Look at the first line of each example, where the notes' sum is written out, and at "agree: True".
卷积层把卷积核放在输入的每个窗口上，对应元素相乘再求和，仅此而已。笔记中的三个例子、1x1 卷积层和参数个数先手算一遍，
再由 TensorFlow 计算。请看每个例子的第一行，那里写出了笔记中的算式；再看 agree: True，即两者相同。

:Notes: 五、卷积神经网络(CNN) › CNN的相关概念, 卷积计算过程
:Data: none
:Expect: 19, 56 and 1, by hand and by TensorFlow; a 1x1 layer is a dense layer; kernels of 10, 28 and 76 parameters
:Time: 6 s
"""

# %% import
import common.quiet  # TensorFlow without its start-up messages
from common import figures
from common.options import options

# the flags come first: --help and a wrong one are answered at once, importing TensorFlow takes seconds
options(__doc__)  # answers --help

import matplotlib.pyplot as plt
import numpy as np
import tensorflow as tf
from keras import layers
from scipy import signal

# %% three inputs, each with its kernel and bias. The notes write out the first window of each; the rest is in their
# pictures: here it continues 0, 1, 2, … in the first two examples and is made up in the third
nine, four = np.arange(9.0).reshape(3, 3), np.arange(4.0).reshape(2, 2)
five = np.array([[1.0, 0, 2, 3, 1], [5, 4, 2, 0, 2], [3, 4, 5, 1, 0], [2, 1, 0, 4, 3], [0, 3, 1, 2, 5]])
edges = np.array([[-1.0, 0, 1], [-1, 0, 1], [-1, 0, 1]])
examples = [
    # the input's height, width and channels, and the kernel's
    (nine[:, :, np.newaxis], four[:, :, np.newaxis], 0),  # (3, 3, 1) and (2, 2, 1)
    (np.stack([nine + 1, nine], axis=2), np.stack([four + 1, four], axis=2), 0),  # (3, 3, 2) and (2, 2, 2)
    (five[:, :, np.newaxis], edges[:, :, np.newaxis], 1),  # (5, 5, 1) and (3, 3, 1)
]


# %% by hand: lay the kernel on every place where it fits, multiply, add up over all channels, add the bias
def cross_correlate(x, kernel, bias):
    h, w, _ = kernel.shape
    output = np.zeros((len(x) - h + 1, len(x[0]) - w + 1))  # <- zeros, one for each place of the kernel
    for i in range(len(output)):
        for j in range(len(output[0])):
            output[i, j] = np.sum(x[i : i + h, j : j + w] * kernel) + bias  # <- one window times the kernel, plus bias
    return output


for x, kernel, bias in examples:
    h, w, channels = kernel.shape
    terms = []  # what the first window adds up
    for c in range(channels):
        products = [f"{a:g} x {b:g}" for a, b in zip(x[:h, :w, c].flat, kernel[:, :, c].flat, strict=True)]
        terms.append(" + ".join(products))
    if channels > 1:
        terms = [f"({term})" for term in terms]
    if bias:
        terms.append(str(bias))
    by_hand = cross_correlate(x, kernel, bias)
    # TensorFlow takes a batch of inputs and a set of kernels: (1, height, width, channels), (h, w, channels, 1)
    convolved = tf.nn.conv2d(x[np.newaxis], kernel[..., np.newaxis], strides=1, padding="VALID")
    convolved = convolved[0, :, :, 0].numpy() + bias
    print(" + ".join(terms), f"= {by_hand[0, 0]:g}")
    print("by hand:   ", by_hand.astype(int).tolist())
    print("TensorFlow:", convolved.astype(int).tolist(), "agree:", np.array_equal(by_hand, convolved))

# %% convolution proper turns the kernel round first; given one that is already turned round, it makes the same output
turned = four[::-1, ::-1]
convolution = signal.convolve2d(nine, turned, "valid")
print("\nconvolution with", turned.astype(int).tolist(), "in place of", four.astype(int).tolist(), end=" ")
print("agrees:", np.array_equal(convolution, cross_correlate(*examples[0])))

# %% a 1x1 layer is a dense layer: the channels are its features, the pixels its samples
image = np.arange(12.0).reshape(1, 2, 2, 3)  # one picture, 2 x 2 pixels, 3 channels
weights, biases = np.array([[1.0, 0], [0, 1], [-1, 2]]), np.array([0, 1.0])  # to 2 channels
conv, dense = layers.Conv2D(2, kernel_size=1), layers.Dense(2)
conv.build(image.shape)
dense.build(image.shape)
conv.set_weights([weights[np.newaxis, np.newaxis], biases])  # kernels (1, 1, 3, 2)
dense.set_weights([weights, biases])
samples = image.reshape(4, 3)  # one row per pixel
by_hand = (samples @ weights + biases).reshape(2, 2, 2)  # <- a dense layer on each pixel, as (2, 2, 2)
print("\n1x1 convolution by hand:", by_hand.astype(int).tolist())
for layer in (conv, dense):
    result = layer(image)[0].numpy()
    print(f"{type(layer).__name__}:", result.astype(int).tolist(), "agree:", np.array_equal(by_hand, result))

# %% parameters: a kernel has a weight per position and input channel, and one bias, however large the picture is;
# the dense layers for 28 x 28 grey values have a weight per pixel and neuron
print()
for size, channels in ((3, 1), (3, 3), (5, 3)):
    conv = layers.Conv2D(1, kernel_size=size)
    conv.build((None, 28, 28, channels))
    factors = f"{size}*{size}*{channels}" if channels > 1 else f"{size}*{size}"  # as the notes write them
    count = size * size * channels + 1  # <- parameters of one kernel
    print(f"{size}*{size}*{channels}卷积核，每个核{factors}+1={count}个参数")
    print("Conv2D:", conv.count_params(), "agree:", count == conv.count_params())
network = [layers.Dense(128), layers.Dense(10)]
network[0].build((None, 28 * 28))
network[1].build((None, 128))
count = 28 * 28 * 128 + 128 + 128 * 10 + 10
print(f"共计：{count}个参数")
parameters = sum(layer.count_params() for layer in network)
print("two Dense layers:", parameters, "agree:", count == parameters)

# %% figure: the window at the first place, and the output that it gives
figure, axes = plt.subplots(3, 5, figsize=(10.5, 6.6), height_ratios=[3, 3, 5], layout="constrained")
for axis in axes.flat:
    axis.axis("off")
for row, (x, kernel, bias) in enumerate(examples):
    h, w, channels = kernel.shape
    panels = []  # title, numbers, side of the outlined square
    for c in range(channels):
        channel = f", channel {c + 1}" if channels > 1 else ""
        panels.append((f"input{channel}", x[:, :, c], w))
        panels.append((f"kernel{channel}", kernel[:, :, c], w))
    panels.append((f"output, bias {bias} added" if bias else "output", cross_correlate(x, kernel, bias), 1))
    for axis, (title, numbers, side) in zip(axes[row], panels, strict=False):  # five panels at most
        axis.imshow(numbers, cmap="Blues", vmin=numbers.min(), vmax=1.8 * numbers.max())
        for (i, j), number in np.ndenumerate(numbers):
            axis.text(j, i, f"{number:g}", ha="center", va="center", fontsize=12)
        axis.add_patch(plt.Rectangle((-0.5, -0.5), side, side, fill=False, edgecolor="tab:orange", linewidth=3))
        axis.set(xlim=(-0.6, 4.6), ylim=(len(x) - 0.4, -0.6))  # squares of one size in all panels
        axis.set_title(title, loc="left")
figures.show("cross_correlation")
