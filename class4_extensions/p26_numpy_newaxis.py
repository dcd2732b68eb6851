"""
A new axis for an array
=======================

np.newaxis：给数组增加一个维度

Where np.newaxis stands in the brackets, a new axis of length 1 appears; the numbers stay as they are. A network wants a
batch even of a single picture: image[np.newaxis, ...] makes one of it.
np.newaxis 写在方括号里的哪个位置，就在哪里增加一个长度为 1 的维度，数值不变。网络的输入总是一个批次，哪怕只有一张图片：
image[np.newaxis, ...] 就把它变成一个批次。

:Notes: 四、神经网络八股拓展 › 应用程序
:Data: none
:Expect: shape (2, 3) becomes (2, 3, 1), (2, 1, 3) and (1, 2, 3)
:Time: 0.2 s
"""

from common.options import options

options(__doc__)  # answers --help

import numpy as np

feature = np.array([[1, 2, 3], [2, 4, 6]])
center = np.array([[1, 1, 1], [0, 0, 0]])

print("原始数组大小：")
print(feature.shape)
print(center.shape)

last = feature[:, :, np.newaxis]  # <- feature, with a new axis at the end
middle = feature[:, np.newaxis]  # <- feature, with a new axis in the middle
first = center[np.newaxis, :]  # <- center, with a new axis in front

print("添加 np.newaxis 后数组大小：")
print(last.shape)
print(last)
print("-----")
print(middle.shape)
print(middle)
print("-----")
print(first.shape)
print(first)
