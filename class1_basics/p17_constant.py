"""
A tensor from a list
====================

用列表创建张量

:Notes: 1.3 张量生成 › 如何创建一个Tensor
:Data: none
:Expect: dtype int64, shape (2,)
:Time: 4 s
"""

import common.quiet

import tensorflow as tf

a = tf.constant([1, 5], dtype=tf.int64)  # without dtype: int32
print("a:", a)
print("a.dtype:", a.dtype)
print("a.shape:", a.shape)
