"""
Two 3x3 kernels in place of one 5x5
===================================

感受野：两层 3x3 卷积核与一层 5x5 卷积核

Two layers of 3x3 kernels see as much of the picture as one layer of 5x5: a pixel of the output depends on 5 x 5 pixels
of the input. Networks prefer the two because they have fewer parameters and, on pictures larger than 10 x 10, need
fewer multiply-adds. Look at the table's last column, and at the line "free numbers": what the two cannot do.
两层 3x3 卷积核与一层 5x5 卷积核看到的范围一样大：输出的一个像素取决于输入的 5 x 5 个像素。网络常用两层 3x3，
因为参数更少，而且图片大于 10 x 10 时计算量也更小。请看表格的最后一列，再看 free numbers 一行：那是两层 3x3 做不到的。

:Notes: 五、卷积神经网络(CNN) › 感受野
:Data: none
:Expect: receptive fields 3, 5 and 5; 18 against 25 parameters; the same cost at x = 10, two 3x3 cheaper above it
:Time: 6 s
"""

# %% import
import common.quiet  # TensorFlow without its start-up messages
from common import figures
from common.options import options

options(__doc__)  # answers --help

import keras
import matplotlib.pyplot as plt
import numpy as np
import tensorflow as tf
from keras import layers

ONE_3, TWO_3, ONE_5 = (3,), (3, 3), (5,)  # the kernels of the layers, one after another


# %% a network as the notes count it: one kernel per layer, no bias, stride 1, no padding
def network(x, kernels):
    convolutions = [layers.Conv2D(1, n, use_bias=False, kernel_initializer="ones") for n in kernels]
    return keras.Sequential([keras.Input((x, x, 1)), *convolutions])


# %% receptive field. By hand: every layer adds n - 1. By TensorFlow: an output pixel depends on those input pixels for
# which its gradient is not 0; with kernels of ones the gradient is the number of ways from the one to the other
ways = {}
for kernels in (ONE_3, TWO_3, ONE_5):
    picture = tf.Variable(tf.ones([1, 5, 5, 1]))
    with tf.GradientTape() as tape:
        pixel = network(5, kernels)(picture)[0, 0, 0, 0]
    ways[kernels] = tape.gradient(pixel, picture)[0, :, :, 0].numpy()  # (5, 5)
    by_hand = 1 + sum(n - 1 for n in kernels)  # <- 1, and n - 1 more for every layer
    real = int(ways[kernels].any(axis=0).sum())  # columns with a gradient
    print(f"kernels {kernels}: receptive field by hand {by_hand}, by TensorFlow {real}, agree: {by_hand == real}")

# %% parameters
print()
for kernels in (TWO_3, ONE_5):
    formula = "+".join(f"{n}*{n}" for n in kernels)
    by_hand, real = sum(n * n for n in kernels), network(5, kernels).count_params()  # <- n² a layer, and Keras's count
    print(f"参数量：{formula}={by_hand}")
    print("Conv2D:", real, "agree:", by_hand == real)

# %% the same receptive field is not the same ability: two 3 x 3 kernels a and b without activation between them make a
# 5 x 5 kernel, but choose only 17 of its 25 numbers freely: they have 18, and 2 a with b / 2 makes the same kernel. The
# rank says 17, too: 1 more in one of the 9 numbers of a adds b to the 5 x 5 kernel, at this number's place
a, b = np.random.RandomState(0).normal(size=(2, 3, 3))
changes = []  # what 1 more in each of the 18 numbers adds
for other in (a, b):
    for i in range(3):
        for j in range(3):
            change = np.zeros((5, 5))
            change[i : i + 3, j : j + 3] = other
            changes.append(change.ravel())
print("free numbers of a 5 x 5 kernel: 25; of two 3 x 3 in its place:", np.linalg.matrix_rank(changes))


# %% cost of a picture of x times x. By hand: a layer makes (x - (n - 1))² pixels, each of n² multiply-adds
def cost(x, kernels):
    total = 0
    for n in kernels:
        x = x - (n - 1)
        total += n**2 * x**2  # <- add n² multiply-adds per pixel
    return total


print("\n   x  two 3x3  layers  one 5x5  layers  cheaper")
for x in (5, 8, 9, 10, 11, 12, 16, 32, 224):
    row = f"{x:4}"
    for kernels in (TWO_3, ONE_5):
        real = 0
        for layer in network(x, kernels).layers:
            real += layer.count_params() * layer.output.shape[1] ** 2  # every parameter once per pixel of the output
        row += f" {cost(x, kernels):8} {real:7}"
    cheaper = "neither"
    if cost(x, TWO_3) < cost(x, ONE_5):
        cheaper = "two 3x3"
    elif cost(x, TWO_3) > cost(x, ONE_5):
        cheaper = "one 5x5"
    print(f"{row}  {cheaper}")
sizes = range(5, 1001)
equal = [x for x in sizes if cost(x, TWO_3) == cost(x, ONE_5)]
above = [x for x in sizes if cost(x, TWO_3) < cost(x, ONE_5)]
print(f"of all x from 5 to 1000: equal at {equal}, two 3x3 cheaper from {above[0]} to {above[-1]}: {len(above)} sizes")

# %% figure: how many ways lead from each input pixel to one output pixel, and the costs
figure, axes = plt.subplot_mosaic([list("abc"), ["cost"] * 3], figsize=(9, 7.2), layout="constrained")
for name, kernels, title in zip("abc", ways, ("one 3 x 3 layer", "two 3 x 3 layers", "one 5 x 5 layer"), strict=True):
    axes[name].imshow(np.where(ways[kernels], ways[kernels], np.nan), cmap="Blues", vmin=-3, vmax=14)
    for (i, j), number in np.ndenumerate(ways[kernels]):
        axes[name].text(j, i, f"{number:g}", ha="center", va="center", color="black" if number else "0.7")
    axes[name].set(title=title, xticks=[], yticks=[])
axes["b"].set_xlabel("number of ways from each pixel to one pixel of the output")
x = np.arange(5, 21)
axes["cost"].plot(x, cost(x, TWO_3), marker="o", label="two 3 x 3 layers")
axes["cost"].plot(x, cost(x, ONE_5), marker="o", label="one 5 x 5 layer")
for crossing in equal:
    axes["cost"].axvline(crossing, color="0.4", linestyle="--", label=f"equal at x = {crossing}")
axes["cost"].set(title="Cost", xlabel="side x of the picture in pixels", ylabel="multiply-adds", xticks=x)
axes["cost"].grid(alpha=0.3)
axes["cost"].legend()
figures.show("receptive_field")
