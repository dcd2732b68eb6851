"""A script in a process of its own, so that it can be ended at any moment."""

import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from common import ROOT

# What is random without a seed is the same in every run, so that it can be compared. sys.argv[1] is the script
SEEDED = """
import os, random, runpy, sys
del sys.argv[0]
sys.path[0] = os.path.dirname(sys.argv[0])
random.seed(0)
with open(sys.argv[0], encoding="utf-8", errors="replace") as file:
    code = file.read()
if "numpy" in code:
    import numpy
    numpy.random.seed(0)
if "tensorflow" in code or "keras" in code:
    import common.quiet, tensorflow
    tensorflow.random.set_seed(0)
runpy.run_path(sys.argv[0], run_name="__main__")
"""
LARGEST = 5_000_000  # bytes: more than any lesson prints, so it is a loop that never ends


class Job:
    """A running script. `wait` and a `poll` that says it has ended leave nothing behind."""

    def __init__(self, script, flags):
        self.folder = tempfile.TemporaryDirectory(ignore_cleanup_errors=True)  # its output and its checkpoints
        self.paths = [Path(self.folder.name) / name for name in ("stdout", "stderr")]
        paths = os.pathsep.join(filter(None, (str(ROOT), os.environ.get("PYTHONPATH"))))
        env = {"MPLBACKEND": "agg", "PYTHONIOENCODING": "utf-8", "PYTHONPATH": paths}
        env = {**os.environ, **env, "COURSE_CHECKPOINTS": self.folder.name}
        command = [sys.executable, "-c", SEEDED, str(script), *flags]
        with open(self.paths[0], "wb") as out, open(self.paths[1], "wb") as err:
            self.process = subprocess.Popen(
                command, cwd=ROOT, env=env, stdin=subprocess.DEVNULL, stdout=out, stderr=err
            )

    def poll(self):
        """The exit status, None while it runs. A script that prints too much is ended, and stderr says so."""
        if self.process.poll() is None and sum(path.stat().st_size for path in self.paths) > LARGEST:
            self.kill()
            with open(self.paths[1], "a", encoding="utf-8") as err:
                err.write(f"\nit printed more than {LARGEST // 10**6} MB and was ended: does a loop never end?\n")
        return self.process.poll()

    def wait(self):
        """What it printed to stdout and to stderr, and its exit status, once it has ended."""
        while self.poll() is None:
            time.sleep(0.02)
        texts = []
        for path in self.paths:
            with open(path, "rb") as file:
                texts.append(file.read(2 * LARGEST).decode("utf-8", "replace"))
        return *texts, self.process.returncode

    def kill(self):
        """End it, if it still runs."""
        self.process.kill()
        self.process.wait()


def start(script, flags):
    """Start a script with flags; returns its Job."""
    return Job(script, flags)
