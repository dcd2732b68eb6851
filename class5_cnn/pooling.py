"""
Maximum and average pooling
===========================

最大池化与平均池化

:Notes: 五、卷积神经网络(CNN) › 池化-对比卷积
:Data: a photograph that scikit-learn brings
:Expect: a quarter of the pixels; the maximum keeps a bright line as it is, the average keeps the background
:Time: 6 s
"""

# %% import
import common.quiet
from common import figures

import matplotlib.pyplot as plt
import numpy as np
from keras import layers
from sklearn.datasets import load_sample_image

# %% two pictures (the notes' own is in a figure, these are made up): any numbers, and a line of 9 on a background of
# 1 and 3, which is 2 on average
numbers = np.array([[1, 1, 2, 4], [5, 6, 7, 8], [3, 2, 1, 0], [1, 2, 3, 4]], "float32")
line = np.array([[1, 3] * 4, [3, 1] * 4] * 4, "float32")
line[:, 3] = 9


# %% by hand: lay a window of 2 x 2 on the picture in steps of 2, and take one number from each
def pool(x, take):
    rows, columns = x.shape
    return np.array([[take(x[i : i + 2, j : j + 2]) for j in range(0, columns, 2)] for i in range(0, rows, 2)])


for x in (numbers, line):
    print(f"\n{x.astype(int)}")
    for take, layer in ((np.max, layers.MaxPooling2D(2)), (np.mean, layers.AveragePooling2D(2))):
        by_hand = pool(x, take)
        real = layer(x[None, ..., None]).numpy()[0, ..., 0]  # the layer takes (pictures, rows, columns, channels)
        print(f"{type(layer).__name__}, {by_hand.size / x.size} of the pixels")
        print("by hand:   ", by_hand.tolist())
        print("TensorFlow:", real.tolist(), "agree:", np.array_equal(by_hand, real))

# %% texture and background: what becomes of the line of 9, and of the rest
print()
for name, x in (("before ", line), ("maximum", pool(line, np.max)), ("average", pool(line, np.mean))):
    bright = x == x.max()
    print(f"{name}: the line is {x[bright].mean():g}, the background {x[~bright].mean():g}")

# %% SAME, on 3 x 3 pixels of -1: the windows reach beyond the picture, but no zero counts there. With zeros the maximum
# would be 0 at the border and the average nearer to 0
negative = -np.ones((1, 3, 3, 1), "float32")
print()
for layer in (layers.MaxPooling2D(2, padding="same"), layers.AveragePooling2D(2, padding="same")):
    real = layer(negative).numpy()[0, ..., 0]
    print(f"{type(layer).__name__} SAME:", real.tolist(), "no zero counts:", bool((real == -1).all()))

# %% GlobalAveragePooling2D is the average with the whole map for a window: one number per channel
photo = load_sample_image("china.jpg")[30:286, 80:336].astype("float32") / 255  # (256, 256, 3)
by_hand = photo.mean(axis=(0, 1))
whole = layers.AveragePooling2D(256)(photo[None]).numpy().ravel()
real = layers.GlobalAveragePooling2D()(photo[None]).numpy().ravel()
print("\naverages of red, green and blue in the photograph")
print("by hand:               ", *(f"{value:.3f}" for value in by_hand))
for name, averages in (("AveragePooling2D(256): ", whole), ("GlobalAveragePooling2D:", real)):
    print(name, *(f"{value:.3f}" for value in averages), "agree:", np.allclose(by_hand, averages, atol=1e-4))

# %% figure: the line, and the photograph with a window of 8 x 8
figure, axes = plt.subplots(2, 3, figsize=(9.6, 6.8), layout="constrained")
for axis, x in zip(axes[0], (line, pool(line, np.max), pool(line, np.mean)), strict=True):
    axis.imshow(x, cmap="Blues", vmin=0, vmax=14)
    for (i, j), number in np.ndenumerate(x):
        axis.text(j, i, f"{number:g}", ha="center", va="center")
pictures = {
    "before": photo,
    "maximum": layers.MaxPooling2D(8)(photo[None])[0],
    "average": layers.AveragePooling2D(8)(photo[None])[0],
}
for (top, bottom), (title, x) in zip(axes.T, pictures.items(), strict=True):
    bottom.imshow(x)
    top.set_title(title)
    bottom.set_xlabel(f"{x.shape[0]} x {x.shape[1]} pixels, mean {np.mean(x):.2f}")
for axis in axes.flat:
    axis.set(xticks=[], yticks=[])
figures.show("pooling")
