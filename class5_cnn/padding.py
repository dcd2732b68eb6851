"""
Sizes with and without zero padding
===================================

全零填充：SAME 与 VALID 的输出尺寸

:Notes: 五、卷积神经网络(CNN) › 全零填充, TF描述卷积计算层
:Data: none
:Expect: every size from the two formulas is that of a real layer; SAME with stride 1 keeps 5 x 5
:Time: 7 s
"""

# %% import
from math import ceil

import common.quiet
from common import figures
from common.options import options

import keras
import matplotlib.pyplot as plt
import numpy as np
import tensorflow as tf
from keras import layers

opt = options(__doc__, sizes=(5, 7, 32), kernels=(2, 3, 5), strides=(1, 2, 3))


# %% the formulas: the output's side, rounded up, and the rows of zeros that SAME adds for it, an odd one at the end
def output_size(size, kernel, stride, padding):
    return ceil(size / stride) if padding == "SAME" else max(ceil((size - kernel + 1) / stride), 0)


def zeros(size, kernel, stride, padding):
    total = (output_size(size, kernel, stride, padding) - 1) * stride + kernel - size  # what the last window lacks
    total = max(total, 0) if padding == "SAME" else 0
    return total // 2, total - total // 2  # before the picture, after it


# %% a table over sizes, kernels and strides, beside the size of a real layer's output
print("size kernel stride | SAME layer  VALID layer | zeros with SAME")
wrong = 0
for size in opt.sizes:
    for kernel in opt.kernels:
        for stride in opt.strides:
            columns = ""
            for padding in ("SAME", "VALID"):
                by_hand = output_size(size, kernel, stride, padding)
                layer = layers.Conv2D(1, kernel, strides=stride, padding=padding)
                real = layer(tf.zeros([1, size, size, 1])).shape[1] if by_hand else 0  # 0: the kernel does not fit
                wrong += by_hand != real
                columns += f"{by_hand:5} {real:5} "
            before, after = zeros(size, kernel, stride, "SAME")
            print(f"{size:4} {kernel:6} {stride:6} |{columns}| {before} before, {after} after")
print("sizes where formula and layer disagree:", wrong)

# %% the zeros: SAME is VALID on a picture with that many rows and columns of zeros around it. The kernel is all ones
# and the picture, too, so the output counts the pixels in each window: at the border of SAME they are fewer
print()
panels = []
for size, kernel, stride, padding in ((5, 3, 1, "SAME"), (5, 3, 1, "VALID"), (5, 3, 2, "SAME"), (6, 3, 2, "SAME")):
    picture, ones = np.ones((size, size), "float32"), np.ones((kernel, kernel, 1, 1), "float32")
    padded = np.pad(picture, zeros(size, kernel, stride, padding))
    by_hand = tf.nn.conv2d(padded[None, ..., None], ones, stride, "VALID")[0, ..., 0].numpy()
    real = tf.nn.conv2d(picture[None, ..., None], ones, stride, padding)[0, ..., 0].numpy()
    title = f"{size} x {size}, kernel {kernel}, stride {stride}, {padding}"
    panels.append((title, padded, by_hand, kernel, stride))
    print(f"{title}: zeros by hand and by TensorFlow agree:", np.array_equal(by_hand, real))

# %% the example network of the notes: three times a 5 x 5 kernel and a pool of 2 x 2 with stride 2, all VALID
print()
for size in (28, 32, 36):
    sides = [size]
    for kernel, stride in ((5, 1), (2, 2)) * 3:
        if sides[-1]:
            sides.append(output_size(sides[-1], kernel, stride, "VALID"))
    print(f"example network on {size} x {size}:", " → ".join(map(str, sides)))
blocks = [[layers.Conv2D(6, 5, activation="sigmoid"), layers.MaxPooling2D(2)] for _ in range(3)]
network = keras.Sequential([keras.Input((36, 36, 3)), *sum(blocks, [])])
print("36 x 36 agrees with the layers:", sides[1:] == [layer.output.shape[1] for layer in network.layers])

# %% figure: the first window and the last one outlined, below the outputs
figure, axes = plt.subplots(2, 4, figsize=(13, 5.2), height_ratios=[7, 5], layout="constrained")
for column, (title, padded, output, kernel, stride) in enumerate(panels):
    for axis, numbers in ((axes[0, column], padded), (axes[1, column], output)):
        axis.imshow(numbers, cmap="Blues", vmin=-3 if numbers is output else -0.6, vmax=16 if numbers is output else 3)
        for (i, j), number in np.ndenumerate(numbers):
            axis.text(j, i, f"{number:g}", ha="center", va="center", color="black" if number else "0.6", fontsize=12)
        axis.set(xlim=(-0.6, 6.6), ylim=(4.6 if numbers is output else 6.6, -0.6))
        axis.axis("off")
    last = (len(output) - 1) * stride - 0.5
    for corner, color in ((-0.5, "tab:orange"), (last, "tab:green")):
        axes[0, column].add_patch(plt.Rectangle((corner, corner), kernel, kernel, fill=False, ec=color, lw=3))
    axes[0, column].set_title(title, loc="left")
    axes[1, column].set_title(f"output {len(output)} x {len(output)}", loc="left")
figures.show("padding")
