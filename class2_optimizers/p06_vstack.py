"""
Arrays one below the other
==========================

np.vstack：将两个数组按垂直方向叠加

:Notes: 二、深入TensorFlow › 预备知识 › np.vstack()
:Data: none
:Expect: two arrays of shape (3,) become one of shape (2, 3)
:Time: 0.2 s
"""

import numpy as np

a = np.array([1, 2, 3])
b = np.array([4, 5, 6])
c = np.vstack((a, b))
print("c:\n", c)
