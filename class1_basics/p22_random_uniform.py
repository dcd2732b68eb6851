"""
Uniform random numbers
======================

均匀分布的随机数

:Notes: 1.3 张量生成 › 如何创建一个Tensor
:Data: none
:Expect: four numbers in [0, 1), others at every run
:Time: 4 s
"""

import common.quiet

import tensorflow as tf

f = tf.random.uniform([2, 2], minval=0, maxval=1)
print("f:", f)
