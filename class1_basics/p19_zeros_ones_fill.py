"""
Tensors of zeros, of ones, of any value
=======================================

创建全为 0、全为 1、全为指定值的张量

What is asked for is a shape: a number for one dimension, a list for several.
需要给出的是形状：一维写一个数，多维写列表。

:Notes: 1.3 张量生成 › 如何创建一个Tensor
:Data: none
:Expect: float32 for zeros and ones, int32 for fill with 9
:Time: 4 s
"""

import common.quiet  # TensorFlow without its start-up messages
from common.options import options

options(__doc__)  # answers --help

import tensorflow as tf

a = tf.zeros([2, 3])  # <- zeros, 2 rows of 3
b = tf.ones(4)  # <- ones, four of them
c = tf.fill([2, 2], 9)  # the dtype is that of the value  # <- nines, 2 rows of 2
print("a:", a)
print("b:", b)
print("c:", c)
