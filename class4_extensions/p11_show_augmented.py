"""
What augmentation does to a digit
=================================

数据增强：同一个数字的旋转、平移与缩放

One digit, changed by the layers with which p13_augmentation.py trains, many times over. Look at what each of them does,
and whether you would still name the digit: what you could not, the network should not have to learn.
用 p13_augmentation.py 训练时的那些层，把同一个数字反复变形。请看每一层做了什么，再看变形后的数字你是否还认得：
你认不出的，也不该让网络去学。

:Notes: 四、神经网络八股拓展 › 数据增强
:Data: MNIST
:Expect: a figure: one digit turned by up to 45°, shifted by up to 4.2 pixels, zoomed by 0.5 to 1.5, and all three
:Time: 5 s
"""

# %% import
import common.quiet  # TensorFlow without its start-up messages
from common import datasets, figures, stop
from common.options import options

opt = options(__doc__, index=0, copies=8, seed=0, data="", offline=False, limit=0)

import keras
import matplotlib.pyplot as plt
import numpy as np
from keras import layers

keras.utils.set_random_seed(opt.seed)

# %% one digit, as many times as it is to be drawn
(x_train, y_train), _ = datasets.mnist(opt)
if opt.index >= len(x_train):
    stop(f"--index {opt.index}: the images are numbered from 0 to {len(x_train) - 1}")
digit = x_train[opt.index]
digits = np.repeat(digit[np.newaxis, :, :, np.newaxis], opt.copies, axis=0)  # (copies, 28, 28, 1)

# %% the ranges of the notes' ImageDataGenerator in the units of Keras's layers, with its fill mode
rotation = layers.RandomRotation(45 / 360, fill_mode="nearest")  # rotation_range=45 degrees, here parts of a turn
shift = layers.RandomTranslation(0.15, 0.15, fill_mode="nearest")  # height_ and width_shift_range: parts of the size
zoom = layers.RandomZoom((-0.5, 0.5), (-0.5, 0.5), fill_mode="nearest")  # zoom_range=0.5: 0.5 to 1.5, here less one
kinds = {
    "rotation\n-45° to 45°": [rotation],
    "shift\n±15 %: 4.2 pixels": [shift],
    "zoom\n0.5 to 1.5": [zoom],
    "all three,\none after another": [rotation, shift, zoom],
}

# %% figure: above each image what was drawn by lot for it; a zoom below 1 enlarges. A stroke that one step has moved to
# the edge is drawn out by the next (streaks in the last row); ImageDataGenerator does all three in a single step.
figure, axes = plt.subplots(
    len(kinds), 1 + opt.copies, figsize=(1.1 + 1.1 * opt.copies, 6), layout="constrained", squeeze=False
)
for row, (kind, steps) in zip(axes, kinds.items(), strict=True):
    images, titles = digits, [""] * opt.copies
    for layer in steps:
        drawn = layer.get_random_transformation(images)
        images = layer.transform_images(images, drawn)
        if layer is rotation:
            titles = [f"{angle:+.1f}°" for angle in drawn["angle"]]
        elif layer is shift:
            titles = [f"→ {x:+.1f}  ↓ {y:+.1f}" for x, y in drawn["translations"]]
        else:
            titles = [f"↔ {x:.2f}  ↕ {y:.2f}" for x, y in np.hstack([drawn["width_zoom"], drawn["height_zoom"]])]
    for axis, image, title in zip(row, [digit, *images], ["", *titles], strict=True):
        axis.imshow(image, cmap="gray", vmin=0, vmax=255)
        axis.set(xticks=[], yticks=[])
        if len(steps) == 1:
            axis.set_title(title, fontsize=8)
    row[0].set_ylabel(kind)
axes[0, 0].set_title("original", fontsize=8)
figure.suptitle(
    f"The digit {y_train[opt.index]}: degrees to the left, pixels to the right and down, zoom in width and height"
)
figures.show("augmented")
