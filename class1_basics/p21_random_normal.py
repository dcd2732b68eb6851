"""
Normal and truncated normal random numbers
==========================================

正态分布与截断式正态分布的随机数

The weights of a network begin as small random numbers: if all were equal, the neurons of a layer would stay equal. A
truncated normal distribution keeps them near the mean, within two standard deviations.
网络的参数从很小的随机数开始：如果全都相等，同一层的神经元就会一直相同。截断式正态分布让它们留在均值附近，
不超过两个标准差。

:Notes: 1.3 张量生成 › 如何创建一个Tensor
:Data: none
:Expect: different numbers in every run; those of e lie within two standard deviations of 0.5
:Time: 4 s
"""

import common.quiet  # TensorFlow without its start-up messages
from common.options import options

options(__doc__)  # answers --help

import tensorflow as tf

d = tf.random.normal([2, 2], mean=0.5, stddev=1)  # <- normal: 2 rows of 2, mean 0.5, standard deviation 1
print("d:", d)
e = tf.random.truncated_normal([2, 2], mean=0.5, stddev=1)  # outside (-1.5, 2.5): drawn again  # <- the same, truncated
print("e:", e)
