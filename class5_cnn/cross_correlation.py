"""
Cross-correlation: what a convolution layer computes
====================================================

互相关运算：卷积层计算什么

:Notes: 五、卷积神经网络(CNN) › CNN的相关概念, 卷积计算过程
:Data: none
:Expect: 19, 56 and 1, by hand and by TensorFlow; a 1x1 layer is a dense layer; kernels of 10, 28 and 76 parameters
:Time: 6 s
"""

# %% import
import common.quiet
from common import figures

import matplotlib.pyplot as plt
import numpy as np
import tensorflow as tf
from keras import layers

# %% three inputs, each with its kernel and bias. The notes write out the first window of each; the rest is in their
# pictures: here it continues 0, 1, 2, … in the first two examples and is made up in the third
nine, four = np.arange(9.0).reshape(3, 3), np.arange(4.0).reshape(2, 2)
five = [[1, 0, 2, 3, 1], [5, 4, 2, 0, 2], [3, 4, 5, 1, 0], [2, 1, 0, 4, 3], [0, 3, 1, 2, 5]]
examples = [
    (np.dstack([nine]), np.dstack([four]), 0),  # (3, 3, 1) with (2, 2, 1): height, width, channels
    (np.dstack([nine + 1, nine]), np.dstack([four + 1, four]), 0),  # (3, 3, 2) with (2, 2, 2)
    (np.dstack([five]).astype(float), np.dstack([[[-1.0, 0, 1]] * 3]), 1),  # (5, 5, 1) with (3, 3, 1)
]


# %% by hand: lay the kernel on every place where it fits, multiply, add up over all channels, add the bias
def cross_correlate(x, kernel, bias):
    h, w, _ = kernel.shape
    rows, columns = len(x) - h + 1, len(x[0]) - w + 1
    return np.array([[np.sum(x[i : i + h, j : j + w] * kernel) + bias for j in range(columns)] for i in range(rows)])


for x, kernel, bias in examples:
    h, w, channels = kernel.shape
    terms = [
        " + ".join(f"{a:g} x {b:g}" for a, b in zip(x[:h, :w, c].flat, kernel[..., c].flat, strict=True))
        for c in range(channels)
    ]
    by_hand = cross_correlate(x, kernel, bias)
    # TensorFlow takes a batch of inputs and a set of kernels: (1, height, width, channels), (h, w, channels, 1)
    convolved = tf.nn.conv2d(x[None], kernel[..., None], strides=1, padding="VALID")[0, ..., 0].numpy() + bias
    first = " + ".join(f"({term})" for term in terms) if channels > 1 else terms[0]
    print(f"{first}{f' + {bias}' * bool(bias)} = {by_hand[0, 0]:g}")
    print("by hand:   ", by_hand.astype(int).tolist())
    print("TensorFlow:", convolved.astype(int).tolist(), "agree:", np.array_equal(by_hand, convolved))

# %% convolution proper runs through the kernel backwards: with the kernel turned round it gives the same output
turned = four[::-1, ::-1]
convolution = [
    [sum(nine[i + 1 - a, j + 1 - b] * turned[a, b] for a in (0, 1) for b in (0, 1)) for j in (0, 1)] for i in (0, 1)
]
print("\nconvolution with", turned.astype(int).tolist(), "in place of", four.astype(int).tolist(), end=" ")
print("agrees:", np.array_equal(convolution, cross_correlate(*examples[0])))

# %% a 1x1 layer is a dense layer: the channels are its features, the pixels its samples
image = np.arange(12.0).reshape(1, 2, 2, 3)  # one picture, 2 x 2 pixels, 3 channels
weights, biases = np.array([[1.0, 0], [0, 1], [-1, 2]]), np.array([0, 1.0])  # to 2 channels
conv, dense = layers.Conv2D(2, kernel_size=1), layers.Dense(2)
conv.build(image.shape)
dense.build(image.shape)
conv.set_weights([weights[None, None], biases])  # kernels (1, 1, 3, 2)
dense.set_weights([weights, biases])
by_hand = np.array([pixel @ weights + biases for pixel in image.reshape(4, 3)]).reshape(2, 2, 2)
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
    factors, count = "*".join([str(size)] * 2 + [str(channels)] * (channels > 1)), size * size * channels + 1
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
    (h, w, channels), panels = kernel.shape, []
    for c in range(channels):
        channel = f", channel {c + 1}" if channels > 1 else ""
        panels += [(f"input{channel}", x[..., c], w), (f"kernel{channel}", kernel[..., c], w)]
    panels += [(f"output{f', bias {bias} added' if bias else ''}", cross_correlate(x, kernel, bias), 1)]
    for axis, (title, numbers, side) in zip(axes[row], panels, strict=False):
        axis.imshow(numbers, cmap="Blues", vmin=numbers.min(), vmax=1.8 * numbers.max())
        for (i, j), number in np.ndenumerate(numbers):
            axis.text(j, i, f"{number:g}", ha="center", va="center", fontsize=12)
        axis.add_patch(plt.Rectangle((-0.5, -0.5), side, side, fill=False, edgecolor="tab:orange", linewidth=3))
        axis.set(xlim=(-0.6, 4.6), ylim=(len(x) - 0.4, -0.6))  # squares of one size in all panels
        axis.set_title(title, loc="left")
figures.show("cross_correlation")
