"""
Sizes with and without zero padding
===================================

全零填充：SAME 与 VALID 的输出尺寸

SAME surrounds the picture with as many zeros as the last windows need, VALID drops the windows that do not fit. In the
table the sizes by the notes' two formulas stand beside those of real layers, then the zeros are put in by hand. Look at
the row 5 3 1: with SAME 5 x 5 stays 5 x 5, with VALID it becomes 3 x 3.
SAME 在图片四周补零，让最后的窗口也放得下；VALID 舍去放不下的窗口。表中先是笔记中两个公式的尺寸，旁边是真实的层的尺寸；
然后手工补零。请看 5 3 1 这一行：用 SAME 时 5 x 5 仍是 5 x 5，用 VALID 时变成 3 x 3。

:Notes: 五、卷积神经网络(CNN) › 全零填充, TF描述卷积计算层
:Data: none
:Expect: every size from the two formulas is that of a real layer; SAME with stride 1 keeps 5 x 5
:Time: 7 s
"""

# %% import
from math import ceil

import common.quiet  # TensorFlow without its start-up messages
from common import figures, stop
from common.options import options

opt = options(__doc__, sizes=(5, 7, 32), kernels=(2, 3, 5), strides=(1, 2, 3))
if max(opt.sizes + opt.kernels) > 4096:
    stop("--sizes and --kernels: at most 4096, or a picture does not fit into the memory")

import keras
import matplotlib.pyplot as plt
import numpy as np
import tensorflow as tf
from keras import layers


# %% the formulas: the side of the output, rounded up, and the rows of zeros that SAME adds: half of them before the
# picture and half after it, an odd one after it
def output_size(size, kernel, stride, padding):
    # <- SAME: size / stride, VALID: (size - kernel + 1) / stride, rounded up and not below 0
    return ceil(size / stride) if padding == "SAME" else max(ceil((size - kernel + 1) / stride), 0)


def zeros(size, kernel, stride, padding):
    if padding == "VALID":
        return 0, 0
    # <- places less one, in steps of stride, and one kernel
    end = (output_size(size, kernel, stride, padding) - 1) * stride + kernel  # where the last window ends
    total = max(end - size, 0)  # <- rows that are missing
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
                if by_hand != real:
                    wrong += 1
                columns += f"{by_hand:5} {real:5} "
            before, after = zeros(size, kernel, stride, "SAME")
            print(f"{size:4} {kernel:6} {stride:6} |{columns}| {before} before, {after} after")
print("sizes where formula and layer disagree:", wrong)

# %% the zeros: SAME is VALID on a picture with that many rows and columns of zeros around it. Kernel and picture are
# all ones, so the output counts the pixels in each window: with SAME there are fewer at the border
print()
panels = []
for size, kernel, stride, padding in ((5, 3, 1, "SAME"), (5, 3, 1, "VALID"), (5, 3, 2, "SAME"), (6, 3, 2, "SAME")):
    picture, ones = np.ones((size, size), "float32"), np.ones((kernel, kernel, 1, 1), "float32")
    padded = np.pad(picture, zeros(size, kernel, stride, padding))  # <- the picture with its zeros
    by_hand = tf.nn.conv2d(padded[np.newaxis, :, :, np.newaxis], ones, stride, "VALID")[0, :, :, 0].numpy()
    real = tf.nn.conv2d(picture[np.newaxis, :, :, np.newaxis], ones, stride, padding)[0, :, :, 0].numpy()
    title = f"{size} x {size}, kernel {kernel}, stride {stride}, {padding}"
    panels.append((title, padded, by_hand, kernel, stride))
    print(f"{title}: zeros by hand and by TensorFlow agree:", np.array_equal(by_hand, real))

# %% the example network of the notes: three times a 5 x 5 kernel and a pool of 2 x 2 with stride 2, all VALID. A 0 ends
# the row: the kernel does not fit any more
print()
for size in (28, 32, 36):
    sides = [size]
    for kernel, stride in ((5, 1), (2, 2)) * 3:
        if sides[-1]:
            sides.append(output_size(sides[-1], kernel, stride, "VALID"))
    print(f"example network on {size} x {size}:", " → ".join(map(str, sides)))
network = keras.Sequential([keras.Input((36, 36, 3))])
for _ in range(3):
    network.add(layers.Conv2D(6, 5, activation="sigmoid"))
    network.add(layers.MaxPooling2D(2))
print("36 x 36 agrees with the layers:", sides[1:] == [layer.output.shape[1] for layer in network.layers])

# %% figure: the first window and the last one outlined, below the outputs
figure, axes = plt.subplots(2, 4, figsize=(13, 5.2), height_ratios=[7, 5], layout="constrained")
for column, (title, padded, output, kernel, stride) in enumerate(panels):
    top, bottom = axes[:, column]
    top.imshow(padded, cmap="Blues", vmin=-0.6, vmax=3)
    top.set(xlim=(-0.6, 6.6), ylim=(6.6, -0.6))
    bottom.imshow(output, cmap="Blues", vmin=-3, vmax=16)
    bottom.set(xlim=(-0.6, 6.6), ylim=(4.6, -0.6))
    for axis, numbers in ((top, padded), (bottom, output)):
        for (i, j), number in np.ndenumerate(numbers):
            axis.text(j, i, f"{number:g}", ha="center", va="center", color="black" if number else "0.6", fontsize=12)
        axis.axis("off")
    last = (len(output) - 1) * stride - 0.5
    for corner, color in ((-0.5, "tab:orange"), (last, "tab:green")):
        top.add_patch(plt.Rectangle((corner, corner), kernel, kernel, fill=False, edgecolor=color, linewidth=3))
    top.set_title(title, loc="left")
    bottom.set_title(f"output {len(output)} x {len(output)}", loc="left")
figures.show("padding")
