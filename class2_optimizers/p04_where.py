"""
Choose element by element
=========================

tf.where：条件真返回 A，假返回 B

:Notes: 二、深入TensorFlow › 预备知识 › tf.where()
:Data: none
:Expect: c [1 2 3 4 5], the larger of each pair; d [0 1 3 1 1], the smaller
:Time: 4 s
"""

import common.quiet

import tensorflow as tf

a = tf.constant([1, 2, 3, 1, 1])
b = tf.constant([0, 1, 3, 4, 5])
c = tf.where(tf.greater(a, b), a, b)
print("c：", c)

d = tf.where(tf.greater(a, b), b, a)
print(d)
print(c.numpy())
print(tf.greater(a, b))
print(tf.greater(b, a))
