"""
Normal and truncated normal random numbers
==========================================

正态分布与截断式正态分布的随机数

:Notes: 1.3 张量生成 › 如何创建一个Tensor
:Data: none
:Expect: other numbers at every run; those of e lie within two standard deviations of 0.5
:Time: 4 s
"""

import common.quiet

import tensorflow as tf

d = tf.random.normal([2, 2], mean=0.5, stddev=1)
print("d:", d)
e = tf.random.truncated_normal([2, 2], mean=0.5, stddev=1)  # outside (-1.5, 2.5): drawn again
print("e:", e)
