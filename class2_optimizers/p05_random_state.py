"""
Random numbers from a seed
==========================

np.random.RandomState.rand：[0, 1) 之间的随机数

The numbers follow from the seed: with another seed they are others, with the same one everybody sees the same.
随机数由种子决定：换一个种子就换一组数，种子相同，每个人看到的就相同。

:Notes: 二、深入TensorFlow › 预备知识 › np.random.RandomState.rand()
:Data: none
:Expect: the same seven numbers in every run, the first 0.417022004702574
:Time: 0.2 s
"""

from common.options import options

options(__doc__)  # answers --help

import numpy as np

rdm = np.random.RandomState(seed=1)  # <- random numbers from seed 1
a = rdm.rand()  # no shape: a single number  # <- one number from [0, 1)
b = rdm.rand(2, 3)  # <- 2 rows of 3
print("a:", a)
print("b:", b)
