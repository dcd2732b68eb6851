"""
The photographs of CIFAR-10
===========================

CIFAR10 数据集

60,000 small colour photographs of ten kinds of things. Look at the second figure, and at how much the pictures of one
row differ: position, colour and background say little, which is why this set is so much harder than MNIST.
60,000 张彩色小照片，分为十类。请看第二幅图中同一行的照片相差多大：位置、颜色和背景几乎说明不了什么，
所以这个数据集比 MNIST 难得多。

:Notes: 五、卷积神经网络(CNN) › CIFAR10数据集
:Data: CIFAR-10
:Expect: 50,000 training and 10,000 test images of 32 by 32 pixels in red, green and blue; the first is a frog, class 6
:Time: 2 s
"""

# %% import
from common import datasets, figures
from common.options import options

opt = options(__doc__, data="", offline=False, limit=0)

import matplotlib.pyplot as plt
import numpy as np

# %% data
# <- the photographs of CIFAR-10, from common.datasets
(x_train, y_train), (x_test, y_test) = datasets.cifar10(opt)  # what keras.datasets.cifar10.load_data() returns

np.set_printoptions(threshold=np.inf)
print("x_train[0]:\n", x_train[0])  # <- the first training image
print("y_train[0]:\n", y_train[0])
print("x_train.shape:\n", x_train.shape)  # <- the shape of the training images
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
