"""
Random numbers from a seed
==========================

np.random.RandomState.rand：[0, 1) 之间的随机数

:Notes: 二、深入TensorFlow › 预备知识 › np.random.RandomState.rand()
:Data: none
:Expect: the same seven numbers at every run, the first 0.417022004702574
:Time: 0.2 s
"""

import numpy as np

rdm = np.random.RandomState(seed=1)
a = rdm.rand()  # no shape: a single number
b = rdm.rand(2, 3)
print("a:", a)
print("b:", b)
