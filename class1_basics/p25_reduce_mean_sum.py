"""
Mean of everything, sum along an axis
=====================================

求平均值；沿指定维度求和

axis=0 goes down the rows, axis=1 across the columns, and without axis all elements count. The mean of whole numbers is
a whole number here, too: the 13/6 of this tensor is cut off to 2.
axis=0 跨行向下，axis=1 跨列横向，不写 axis 则所有元素参与计算。整数张量的平均值也是整数：
这里的 13/6 被舍成 2。

:Notes: 1.4 TF2常用函数 › 理解axis
:Data: none
:Expect: mean 2, not 2.17: the mean of integers is an integer; row sums [6 7]
:Time: 4 s
"""

import common.quiet  # TensorFlow without its start-up messages
from common.options import options

options(__doc__)  # answers --help

import tensorflow as tf

x = tf.constant([[1, 2, 3], [2, 2, 3]])
print("x:", x)
print("mean of x:", tf.reduce_mean(x))  # <- the mean of all elements
print("sum of x:", tf.reduce_sum(x, axis=1))  # axis=1 goes across the columns: one sum per row  # <- a sum for each row
