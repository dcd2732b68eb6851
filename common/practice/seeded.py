"""Runs a program, `python seeded.py SCRIPT FLAGS`, so that what it draws without a seed is the same in every run."""

import os
import random
import runpy
import sys

import numpy as np

del sys.argv[0]
sys.path[0] = os.path.dirname(sys.argv[0])
random.seed(0)
np.random.seed(0)
if "tensorflow" in sys.modules:  # in a warm process
    sys.modules["tensorflow"].random.set_seed(0)
runpy.run_path(sys.argv[0], run_name="__main__")
