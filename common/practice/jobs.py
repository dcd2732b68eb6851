"""Starts programs: those that need TensorFlow in a process that has imported it already and waits for the next one."""

import atexit
import contextlib
import functools
import select
import sys
import tempfile
from pathlib import Path

from common.compare.runner import Runner, alone

SEEDED = Path(__file__).with_name("seeded.py")


@functools.cache
def runner():
    """The Runner of this process, which begins to import TensorFlow when this is called first."""
    made = Runner()
    atexit.register(made.__exit__)
    return made


def tensorflow(script):
    """Whether a script needs it."""
    with contextlib.suppress(OSError):  # it is gone, and will be told so when it starts
        code = Path(script).read_text(encoding="utf-8", errors="replace")
        return "tensorflow" in code or "keras" in code
    return False


def ready(script):
    """Whether `start` will start this script at once, without waiting for TensorFlow."""
    if not tensorflow(script):
        return True
    if runner().warm.poll() is not None:
        runner().warm = runner().warm_up()
    return sys.platform == "win32" or bool(select.select([runner().warm.stdout], [], [], 0)[0])


def start(script, flags):
    """Start a script, its checkpoints in a folder of their own; returns its Job (common/compare/runner.py)."""
    folder = tempfile.TemporaryDirectory(ignore_cleanup_errors=True)
    begin = runner().start if tensorflow(script) else alone
    job = begin(SEEDED, [str(script), *flags], {"COURSE_CHECKPOINTS": folder.name})
    job.checkpoints = folder  # is there as long as the job
    return job
