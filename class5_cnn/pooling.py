"""
Maximum and average pooling
===========================

最大池化与平均池化

Pooling makes one number of each 2 x 2 pixels, their largest or their average: a quarter of the numbers remains. Look at
what becomes of the line of 9 on its background of 1 and 3: the maximum keeps the line and makes the background
brighter, the average keeps the background's 2 and blurs the line. The figure shows both on a photograph as well.
池化把每 2 x 2 个像素变成一个数：最大值或平均值，数据量变为四分之一。请看背景 1 和 3 上那条数值为 9 的亮线：
最大池化保留亮线，但背景变亮；平均池化保留背景的平均值 2，但亮线变模糊。图中还对一张照片做了这两种池化。

:Notes: 五、卷积神经网络(CNN) › 池化-对比卷积
:Data: a photograph that scikit-learn brings
:Expect: a quarter of the pixels; the maximum keeps a bright line as it is, the average keeps the background
:Time: 6 s
"""

# %% import
import common.quiet  # TensorFlow without its start-up messages
from common import figures
from common.options import options

options(__doc__)  # answers --help

import matplotlib.pyplot as plt
import numpy as np
from keras import layers
from sklearn.datasets import load_sample_image

# %% two pictures (the notes show theirs in a figure, these are made up): any numbers, and a line of 9 on a background
# of 1 and 3, which is 2 on average
numbers = np.array([[1, 1, 2, 4], [5, 6, 7, 8], [3, 2, 1, 0], [1, 2, 3, 4]], "float32")
line = np.array([[1, 3] * 4, [3, 1] * 4] * 4, "float32")
line[:, 3] = 9


# %% by hand: lay a window of 2 x 2 on the picture in steps of 2, and take one number from each
def pool(x, take):
    output = np.zeros((len(x) // 2, len(x[0]) // 2))  # <- zeros, half as many rows and columns
    for i in range(len(output)):
        for j in range(len(output[0])):
            output[i, j] = take(x[2 * i : 2 * i + 2, 2 * j : 2 * j + 2])  # <- one number of each window
    return output


def print_row(label, numbers, *more):
    print(label, *(f"{number:.3f}" for number in numbers), *more)


for x in (numbers, line):
    print(f"\n{x.astype(int)}")
    for take, layer in ((np.max, layers.MaxPooling2D(2)), (np.mean, layers.AveragePooling2D(2))):
        by_hand = pool(x, take)
        real = layer(x[np.newaxis, :, :, np.newaxis])  # (pictures, rows, columns, channels)
        real = real[0, :, :, 0].numpy()
        print(f"{type(layer).__name__}, {by_hand.size / x.size} of the pixels")
        print("by hand:   ", by_hand.tolist())
        print("TensorFlow:", real.tolist(), "agree:", np.array_equal(by_hand, real))

# %% texture and background: what becomes of the line of 9, and of the rest
print()
for name, x in (("before ", line), ("maximum", pool(line, np.max)), ("average", pool(line, np.mean))):
    bright = x == x.max()
    print(f"{name}: the line is {x[bright].mean():g}, the background {x[~bright].mean():g}")

# %% SAME, on 3 x 3 pixels of -1: the windows reach beyond the picture, but no zeros are put there. With zeros the
# maximum would be 0 at the border, and the average nearer to 0
negative = -np.ones((1, 3, 3, 1), "float32")
print()
for layer in (layers.MaxPooling2D(2, padding="same"), layers.AveragePooling2D(2, padding="same")):
    real = layer(negative)[0, :, :, 0].numpy()
    print(f"{type(layer).__name__} SAME:", real.tolist(), "no zero counts:", bool((real == -1).all()))

# %% GlobalAveragePooling2D is the average with the whole picture for a window: one number per channel
photo = load_sample_image("china.jpg")[30:286, 80:336].astype("float32") / 255  # (256, 256, 3)
by_hand = photo.mean(axis=(0, 1))  # <- the average of each colour
whole = layers.AveragePooling2D(256)(photo[np.newaxis])[0, 0, 0].numpy()  # of (1, 1, 1, 3)
real = layers.GlobalAveragePooling2D()(photo[np.newaxis])[0].numpy()  # of (1, 3)
print("\naverages of red, green and blue in the photograph")
print_row("by hand:               ", by_hand)
print_row("AveragePooling2D(256): ", whole, "agree:", np.allclose(by_hand, whole, atol=1e-4))
print_row("GlobalAveragePooling2D:", real, "agree:", np.allclose(by_hand, real, atol=1e-4))

# %% figure: the line, and the photograph with a window of 8 x 8
figure, axes = plt.subplots(2, 3, figsize=(9.6, 6.8), layout="constrained")
for axis, x in zip(axes[0], (line, pool(line, np.max), pool(line, np.mean)), strict=True):
    axis.imshow(x, cmap="Blues", vmin=0, vmax=14)
    for (i, j), number in np.ndenumerate(x):
        axis.text(j, i, f"{number:g}", ha="center", va="center")
pictures = {
    "before": photo,
    "maximum": layers.MaxPooling2D(8)(photo[np.newaxis])[0],
    "average": layers.AveragePooling2D(8)(photo[np.newaxis])[0],
}
for (top, bottom), (title, x) in zip(axes.T, pictures.items(), strict=True):
    bottom.imshow(x)
    top.set_title(title)
    bottom.set_xlabel(f"{x.shape[0]} x {x.shape[1]} pixels, mean {np.mean(x):.2f}")
for axis in axes.flat:
    axis.set(xticks=[], yticks=[])
figures.show("pooling")
