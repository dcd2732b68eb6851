"""Runs a program, `python seeded.py SCRIPT FLAGS`, so that what it draws without a seed is the same in every run.

With this seed the truncated normal distribution of p21_random_normal differs from the whole one.
"""

import os
import random
import runpy
import sys

import numpy as np

SEED = 7

del sys.argv[0]
sys.path[0] = os.path.dirname(sys.argv[0])
random.seed(SEED)
np.random.seed(SEED)
if "tensorflow" in sys.modules:  # in a warm process
    sys.modules["tensorflow"].random.set_seed(SEED)
runpy.run_path(sys.argv[0], run_name="__main__")
