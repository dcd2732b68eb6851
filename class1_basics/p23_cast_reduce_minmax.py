"""
Another dtype; the smallest and the largest element
===================================================

强制转换数据类型；最小值与最大值

tf.cast to a whole number cuts off what comes after the point: 2.7 becomes 2 and -2.7 becomes -2. A tensor prints its
shape and dtype as well; numpy() gives the value alone.
用 tf.cast 转换成整数时，小数部分被舍去：2.7 变成 2，-2.7 变成 -2。打印张量会带上形状和类型，
numpy() 只给出数值。

:Notes: 1.4 TF2常用函数
:Data: none
:Expect: x2 is int32, minimum 1, maximum 3
:Time: 4 s
"""

import common.quiet  # TensorFlow without its start-up messages
from common.options import options

options(__doc__)  # answers --help

import tensorflow as tf

x1 = tf.constant([1.0, 2.0, 3.0], dtype=tf.float64)
print("x1:", x1)
x2 = tf.cast(x1, tf.int32)  # <- x1 as int32
print("x2:", x2)
print("minimum of x2：", tf.reduce_min(x2))  # <- its smallest element
print("maxmum of x2:", tf.reduce_max(x2))  # <- its largest element

a = tf.constant(5, dtype=tf.int64)
print("tensor a:", a)
print("numpy a:", a.numpy())  # <- the value of a without the tensor
