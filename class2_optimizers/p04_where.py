"""
Choose element by element
=========================

tf.where：条件真返回 A，假返回 B

A condition on a whole tensor at once: where it is true the element comes from the first tensor, elsewhere from the
second. The custom loss of p20 chooses between two formulas in this way.
对整个张量做条件判断：为真处取第一个张量的元素，为假处取第二个的。p20 的自定义损失函数就这样在两个公式之间选择。

:Notes: 二、深入TensorFlow › 预备知识 › tf.where()
:Data: none
:Expect: c [1 2 3 4 5], the larger of each pair; d [0 1 3 1 1], the smaller
:Time: 4 s
"""

import common.quiet  # TensorFlow without its start-up messages
from common.options import options

# the flags come first: --help and a wrong one are answered at once, importing TensorFlow takes seconds
options(__doc__)  # answers --help

import tensorflow as tf

a = tf.constant([1, 2, 3, 1, 1])
b = tf.constant([0, 1, 3, 4, 5])
c = tf.where(tf.greater(a, b), a, b)  # <- a where a is greater than b, elsewhere b
print("c：", c)

d = tf.where(tf.greater(a, b), b, a)  # <- b where a is greater than b, elsewhere a
print(d)
print(c.numpy())
print(tf.greater(a, b))
print(tf.greater(b, a))
