"""Whether oneDNN's operations train faster than TensorFlow's own here: `python -m benchmarks.onednn [script ...]`.

On x86 TensorFlow has two sets of operations for the CPU: its own, which are Eigen's, and those of oneDNN. It takes the
second by itself where the CPU has instructions for neural networks, such as AVX-512 VNNI, bf16 or AMX, and on other
CPUs when TF_ENABLE_ONEDNN_OPTS is 1. Trains each network in both ways in turn, five times: milliseconds per step, and
how many times as fast oneDNN's are, the median of the five ratios.
"""

import os
import statistics

from benchmarks.__main__ import TRAINING, Worker, in_turn
from common import stop
from common.compare import find
from common.options import options

NETWORKS = ["p14_mnist_sequential", *(name for name in TRAINING if "cifar10" in name), "p47_lstm_stock"]
opt = options(__doc__, scripts=[])
scripts = [find(name).stem for name in opt.scripts or NETWORKS]
for script in scripts:
    if script not in TRAINING:
        stop(f"{script} is not timed; there are {', '.join(TRAINING)}")

print(f"{'':24}{'TensorFlow':>12}{'oneDNN':>12}{'ratio':>12}")
for script in scripts:
    workers = {}
    for flag in "01":
        os.environ["TF_ENABLE_ONEDNN_OPTS"] = flag  # a process reads it when it imports TensorFlow
        workers[flag] = Worker("ours", script, *TRAINING[script])
    own, onednn = ([one["ms"] for one in found] for found in in_turn(workers, 5).values())
    ratio = statistics.median(one / other for one, other in zip(own, onednn, strict=True))
    own, onednn = statistics.median(own), statistics.median(onednn)
    print(f"{script:24}{own:9.3g} ms{onednn:9.3g} ms{ratio:12.2f}", flush=True)
