"""
The handwritten digits of MNIST
===============================

MNIST 手写数字数据集

60,000 digits to train with and 10,000 others to test with, each a square of 28 by 28 grey values from 0, black, to 255.
Look at the numbers of the first one: NumPy prints each row of 28 as two lines, the second with its last ten. Put beside
each other they show the strokes of the digit in the figure.
60,000 张训练图片和 10,000 张测试图片，每张是 28×28 个灰度值，0 为黑，255 为白。请看第一张图片的数值：
NumPy 把每行 28 个数折成两行，第二行是最后十个；左右拼起来，就能看出图中数字的笔画。

:Notes: 三、使用八股搭建神经网络 › MNIST数据集
:Data: MNIST
:Expect: 60,000 training and 10,000 test images of 28 by 28; the first is a 5
:Time: 1 s
"""

# %% import
from common import datasets, figures
from common.options import options

opt = options(__doc__, data="", offline=False, limit=0)

import matplotlib.pyplot as plt

# %% data
# <- the digits of MNIST, from common.datasets
(x_train, y_train), (x_test, y_test) = datasets.mnist(opt)  # what keras.datasets.mnist.load_data() returns

print("x_train[0]:\n", x_train[0])  # <- the first training image
print("y_train[0]:\n", y_train[0])
print("x_train.shape:\n", x_train.shape)  # <- the shape of the training images
print("y_train.shape:\n", y_train.shape)
print("x_test.shape:\n", x_test.shape)
print("y_test.shape:\n", y_test.shape)

# %% the first image
plt.figure(figsize=(4, 4))
plt.imshow(x_train[0], cmap="gray")
plt.title(f"label {y_train[0]}")
figures.show("first_digit")
