"""Runs a program, `python seeded.py SCRIPT FLAGS`, so that what it draws without a seed is the same in every run."""

import os
import random
import runpy
import sys
from pathlib import Path

del sys.argv[0]
root = Path(__file__).resolve().parents[2]
os.chdir(root)
sys.path[:1] = [os.path.dirname(sys.argv[0]), str(root)]
random.seed(0)
code = Path(sys.argv[0]).read_text(encoding="utf-8", errors="replace")
if "numpy" in code:
    import numpy

    numpy.random.seed(0)
if "tensorflow" in code or "keras" in code:
    import common.quiet  # noqa: F401

    import tensorflow

    tensorflow.random.set_seed(0)
runpy.run_path(sys.argv[0], run_name="__main__")
