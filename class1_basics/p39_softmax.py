"""
Softmax makes probabilities
===========================

softmax 使输出符合概率分布

:Notes: 1.4 TF2常用函数 › 输出符合概率分布
:Data: none
:Expect: three numbers between 0 and 1 whose sum is 1
:Time: 4 s
"""

import common.quiet

import tensorflow as tf

y = tf.constant([1.01, 2.01, -0.66])
y_pro = tf.nn.softmax(y)
print("After softmax, y_pro is:", y_pro)
print("The sum of y_pro:", tf.reduce_sum(y_pro))
