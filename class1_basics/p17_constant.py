"""
A tensor from a list
====================

用列表创建张量

All elements of a tensor have one dtype, and the tensor has a shape. Try --no-dtype to see which one TensorFlow chooses
for whole numbers.
张量的所有元素是同一种类型 (dtype)，张量有自己的形状 (shape)。请试 --no-dtype，看看 TensorFlow 为整数选哪种类型。

:Notes: 1.3 张量生成 › 如何创建一个Tensor
:Data: none
:Expect: dtype int64, shape (2,); int32 with --no-dtype
:Time: 4 s
"""

import common.quiet  # TensorFlow without its start-up messages
from common.options import options

opt = options(__doc__, dtype=True)

import tensorflow as tf

# <- 1 and 5 as whole numbers, of 64 bits if opt.dtype
a = tf.constant([1, 5], dtype=tf.int64 if opt.dtype else None)  # None: as without dtype
print("a:", a)
print("a.dtype:", a.dtype)  # <- the type of its elements
print("a.shape:", a.shape)  # <- its shape
