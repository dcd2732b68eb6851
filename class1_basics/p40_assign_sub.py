"""
A variable that subtracts from itself
=====================================

参数自更新

:Notes: 1.4 TF2常用函数 › 参数自更新
:Data: none
:Expect: 4 - 1 = 3
:Time: 4 s
"""

import common.quiet

import tensorflow as tf

x = tf.Variable(4)
x.assign_sub(1)
print("x:", x)
