"""
A tensor from a NumPy array
===========================

把 numpy 数组转换为张量

TensorFlow's functions take arrays as well and convert them as this script does; what they return is a tensor.
TensorFlow 的函数也接受 numpy 数组，并像这里一样先转换；它们返回的是张量。

:Notes: 1.3 张量生成 › 如何创建一个Tensor
:Data: none
:Expect: the same five numbers, as an array and as a tensor
:Time: 4 s
"""

import common.quiet  # TensorFlow without its start-up messages
from common.options import options

options(__doc__)  # answers --help

import numpy as np
import tensorflow as tf

a = np.arange(0, 5)  # <- the whole numbers from 0 to 4 as an array
b = tf.convert_to_tensor(a, dtype=tf.int64)  # <- a as a tensor of type int64
print("a:", a)
print("b:", b)
