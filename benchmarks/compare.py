"""`python -m common.compare --fast` as it is, and with a process for each script that imports TensorFlow for itself.

`python -m benchmarks.compare` runs every script of at most 10 seconds in both ways, in turn, and sums up.
"""

import time

from common.compare import __main__ as command
from common.compare import in_order, runner, seconds, verdicts

cases = [case for script in in_order() if seconds(script) <= 10 for case in verdicts.cases(script)]
runs = {(case.script, *case.flags): case for case in cases}.values()  # two outputs of one command come from one run
totals = {"alone": 0.0, "TensorFlow imported once": 0.0}
with runner.Runner() as warm:
    for case in runs:
        for way, start in zip(totals, (runner.alone, warm.start), strict=True):
            began = time.perf_counter()
            command.run(case.script, case.flags, start)
            totals[way] += time.perf_counter() - began  # the first of a Runner includes the import
for way, total in totals.items():
    print(f"{way:26}{total:6.0f} s for {len(runs)} runs")
print(f"ratio{totals['alone'] / totals['TensorFlow imported once']:27.1f}")
