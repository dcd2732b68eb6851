"""`python -m common.compare --fast`, and the same scripts each in a process that imports TensorFlow for itself.

`python -m benchmarks.compare` takes the time of the command, then of one process after the other, then of the command
again, and prints how many times as long the processes take as the two on average.
"""

import subprocess
import sys
import time

from common.compare import __main__ as command
from common.compare import in_order, runner, seconds, verdicts

cases = [case for script in in_order() if seconds(script) <= 10 for case in verdicts.cases(script)]
runs = {(case.script, *case.flags): case for case in cases}.values()  # two outputs of one command come from one run


def as_it_is():
    subprocess.run([sys.executable, "-m", "common.compare", "--fast"], stdout=subprocess.DEVNULL)


def one_by_one():
    for case in runs:
        command.run(case.script, case.flags, runner.alone)


times = []
for way in (as_it_is, one_by_one, as_it_is):
    began = time.perf_counter()
    way()
    times.append(time.perf_counter() - began)
    print(f"{way.__name__:12}{times[-1]:6.0f} s for {len(runs)} runs", flush=True)
print(f"ratio{times[1] / (times[0] + times[2]) * 2:13.1f}")
