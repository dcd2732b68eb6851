"""
The photographs of CIFAR-10
===========================

CIFAR10 数据集

:Notes: 五、卷积神经网络(CNN) › CIFAR10数据集
:Data: CIFAR-10
:Expect: 50,000 training and 10,000 test images of 32 by 32 pixels in red, green and blue; the first is a frog, class 6
:Time: 2 s
"""

# %% import
from common import datasets, figures
from common.options import options

import matplotlib.pyplot as plt
import numpy as np

opt = options(__doc__, data="", offline=False)

# %% data
(x_train, y_train), (x_test, y_test) = datasets.cifar10(opt)

np.set_printoptions(threshold=np.inf)
print("x_train[0]:\n", x_train[0])
print("y_train[0]:\n", y_train[0])
print("x_train.shape:\n", x_train.shape)
print("y_train.shape:\n", y_train.shape)
print("x_test.shape:\n", x_test.shape)
print("y_test.shape:\n", y_test.shape)

# %% the first image
plt.figure(figsize=(4, 4))
plt.imshow(x_train[0])
plt.title(f"label {y_train[0][0]}")
figures.show("first_image")

# %% the first ten of each class
CLASSES = "airplane automobile bird cat deer dog frog horse ship truck".split()
figure, axes = plt.subplots(10, 10, figsize=(7.2, 7), layout="constrained")
for label, name in enumerate(CLASSES):
    for axis, image in zip(axes[label], x_train[y_train[:, 0] == label], strict=False):
        axis.imshow(image)
        axis.set(xticks=[], yticks=[])
    axes[label, 0].set_ylabel(f"{label} {name}", rotation=0, ha="right", va="center")
figures.show("classes")
