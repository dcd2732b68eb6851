"""
A new axis, in TensorFlow's spelling
====================================

tf.newaxis：与 np.newaxis 用法相同

The same as p26_numpy_newaxis.py with tensors: the arrays are made constants first. Both names stand for None.
与 p26_numpy_newaxis.py 相同，只是先把数组变成张量。两个名字其实都是 None。

:Notes: 四、神经网络八股拓展 › 应用程序
:Data: none
:Expect: shape (2, 3) becomes (2, 3, 1), (2, 1, 3) and (1, 2, 3)
:Time: 4 s
"""

import common.quiet  # TensorFlow without its start-up messages
from common.options import options

options(__doc__)  # answers --help

import numpy as np
import tensorflow as tf

feature = tf.constant(np.array([[1, 2, 3], [2, 4, 6]]))
center = tf.constant(np.array([[1, 1, 1], [0, 0, 0]]))

print("原始数组大小：")
print(feature.shape)
print(center.shape)

last = feature[:, :, tf.newaxis]  # <- feature, with a new axis at the end
middle = feature[:, tf.newaxis]  # <- feature, with a new axis in the middle
first = center[tf.newaxis, :]  # <- center, with a new axis in front

print("添加 np.newaxis 后数组大小：")
print(last.shape)
print("-----")
print(middle.shape)
print("-----")
print(first.shape)
