"""Where the time of a network goes in 32 and in 16 bits: `python -m benchmarks.sixteen_bits [p46_cifar10_resnet18]`.

Trains it on noise, on batches of 32, with --precision float32 and mixed_bfloat16: the milliseconds of a step, and of
that what each kind of operation takes, beside each other.
"""

import contextlib
import io
import os
import runpy
import statistics
import sys
import tempfile
import time

import common.quiet  # noqa: F401
from benchmarks import profiler
from common.compare import find

import numpy as np

STEPS = 5
script = find(sys.argv[1] if len(sys.argv) > 1 else "p46_cifar10_resnet18")
random = np.random.default_rng(0)
x, y = random.random((32, 32, 32, 3), dtype="float32"), random.integers(0, 10, (32, 1))
found = {}
for precision in ("float32", "mixed_bfloat16"):
    with tempfile.TemporaryDirectory() as folder:
        os.environ.update(COURSE_CHECKPOINTS=folder, MPLBACKEND="agg")
        sys.argv = [str(script), "--offline", "--limit", "64", "--epochs", "1", "--precision", precision]
        with contextlib.redirect_stdout(io.StringIO()):
            model = runpy.run_path(str(script))["model"]

    def step(model=model):
        began = time.perf_counter()
        model.train_on_batch(x, y)
        return 1000 * (time.perf_counter() - began)

    times = [step() for _ in range(2 * STEPS)][STEPS:]
    seconds, _ = profiler.operations(lambda: [step() for _ in range(STEPS)])
    found[precision] = {kind: 1000 * total / STEPS for kind, total in seconds.items()}
    print(
        f"{precision:15} {statistics.median(times):7.1f} ms per step, {min(times):.1f} to {max(times):.1f}", flush=True
    )

one, two = found.values()
print(f"\n{'ms per step, on all threads':32}" + "".join(f"{precision:>16}" for precision in found))
kinds = sorted({**one, **two}, key=lambda kind: -max(one.get(kind, 0), two.get(kind, 0)))
for kind in kinds[:12]:
    print(f"{kind:32}{one.get(kind, 0):16.1f}{two.get(kind, 0):16.1f}")
rest = [sum(times.get(kind, 0) for kind in kinds[12:]) for times in (one, two)]
print(f"{'all others':32}{rest[0]:16.1f}{rest[1]:16.1f}")
