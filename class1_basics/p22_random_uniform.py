"""
Uniform random numbers
======================

均匀分布的随机数

Every number from minval up to maxval is as likely as any other; maxval itself never comes.
从 minval 到 maxval，每个数出现的机会相同；maxval 本身不会出现。

:Notes: 1.3 张量生成 › 如何创建一个Tensor
:Data: none
:Expect: four numbers in [0, 1), different in every run
:Time: 4 s
"""

import common.quiet  # TensorFlow without its start-up messages
from common.options import options

options(__doc__)  # answers --help

import tensorflow as tf

f = tf.random.uniform([2, 2], minval=0, maxval=1)  # <- 2 rows of 2 between 0 and 1
print("f:", f)  # <- what was drawn
