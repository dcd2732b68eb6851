"""
The handwritten digits of MNIST
===============================

MNIST 手写数字数据集

:Notes: 三、使用八股搭建神经网络 › MNIST数据集
:Data: MNIST
:Expect: 60,000 training and 10,000 test images of 28 by 28; the first is a 5
:Time: 1 s
"""

# %% import
from common import datasets, figures
from common.options import options

import matplotlib.pyplot as plt

opt = options(__doc__, data="", offline=False)

# %% data
(x_train, y_train), (x_test, y_test) = datasets.mnist(opt)

print("x_train[0]:\n", x_train[0])
print("y_train[0]:\n", y_train[0])
print("x_train.shape:\n", x_train.shape)
print("y_train.shape:\n", y_train.shape)
print("x_test.shape:\n", x_test.shape)
print("y_test.shape:\n", y_test.shape)

# %% the first image
plt.figure(figsize=(4, 4))
plt.imshow(x_train[0], cmap="gray")
plt.title(f"label {y_train[0]}")
figures.show("first_digit")
