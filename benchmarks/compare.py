"""`python -m common.compare --fast`, and the same scripts each in a process that imports TensorFlow for itself.

`python -m benchmarks.compare` takes the time of the command five times, and between them that of one process after the
other, a fifth of the scripts at a time, so that a computer that is busy for a minute is busy for both. It prints how
many times as long the processes take as the command, of which the median counts.
"""

import statistics
import subprocess
import sys
import time

from common.compare import __main__ as command
from common.compare import in_order, runner, seconds, verdicts

TIMES = 5
cases = [case for script in in_order() if seconds(script) <= 10 for case in verdicts.cases(script)]
runs = list({(case.script, *case.flags): case for case in cases}.values())  # two outputs can come from one run


def as_it_is():
    subprocess.run([sys.executable, "-m", "common.compare", "--fast"], stdout=subprocess.DEVNULL)


def one_by_one(part):
    for case in part:
        command.run(case.script, case.flags, runner.alone)


times = {as_it_is: [], one_by_one: []}
for number in range(TIMES):
    for way, *parts in ((as_it_is,), (one_by_one, runs[number::TIMES])):
        began = time.perf_counter()
        way(*parts)
        times[way].append(time.perf_counter() - began)
together, alone = statistics.median(times[as_it_is]), sum(times[one_by_one])
for way, taken in times.items():
    print(f"{way.__name__:12}", *(f"{value:5.0f}" for value in taken), "s")
print(f"{len(runs)} runs: {together:.0f} s (the median) and {alone:.0f} s (the sum); ratio {alone / together:.1f}")
