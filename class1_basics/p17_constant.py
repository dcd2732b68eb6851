"""
A tensor from a list
====================

用列表创建张量

All elements of a tensor have one dtype, and the tensor has a shape. Take dtype away to see which one TensorFlow chooses
for whole numbers.
张量的所有元素是同一种类型 (dtype)，张量有自己的形状 (shape)。去掉 dtype，看看 TensorFlow 为整数选哪种类型。

:Notes: 1.3 张量生成 › 如何创建一个Tensor
:Data: none
:Expect: dtype int64, shape (2,)
:Time: 4 s
"""

import common.quiet  # TensorFlow without its start-up messages
from common.options import options

import tensorflow as tf

options(__doc__)  # answers --help

a = tf.constant([1, 5], dtype=tf.int64)  # without dtype: int32  # <- 1 and 5 as whole numbers of 64 bits
print("a:", a)
print("a.dtype:", a.dtype)  # <- the type of its elements
print("a.shape:", a.shape)  # <- its shape
