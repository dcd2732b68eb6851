"""Loading the data sets: `python -m benchmarks.loading`, six times each, with the stand-ins where there are no others.

Prints the first time, which may have to read a foreign format, and the median of the later ones.
"""

import statistics
import time

import common.quiet  # noqa: F401
from common import datasets
from common.options import options

opt = options(__doc__, data="")
opt.offline = True
for load in (datasets.mnist, datasets.fashion_mnist, datasets.cifar10):
    times = []
    for _ in range(6):
        start = time.perf_counter()
        train, _ = load(opt)
        times.append(time.perf_counter() - start)
    shape = "x".join(map(str, train[0].shape))
    print(f"{load.__name__:14} {shape:16} first {times[0]:.2f} s, then {statistics.median(times[1:]):.2f} s")
