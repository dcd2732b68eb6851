"""
Mean of everything, sum along an axis
=====================================

求平均值；沿指定维度求和

:Notes: 1.4 TF2常用函数 › 理解axis
:Data: none
:Expect: mean 2, not 2.17: the mean of integers is an integer; row sums [6 7]
:Time: 4 s
"""

import common.quiet

import tensorflow as tf

x = tf.constant([[1, 2, 3], [2, 2, 3]])
print("x:", x)
print("mean of x:", tf.reduce_mean(x))
print("sum of x:", tf.reduce_sum(x, axis=1))  # axis=1 goes across the columns: one sum a row
