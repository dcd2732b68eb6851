"""Runs scripts: `alone`, in a process that starts from nothing, or with a `Runner`, which has imported TensorFlow once.

`alone(script, flags).wait()`, and `with Runner() as runner: runner.start(script, flags).wait()`
"""

import contextlib
import json
import os
import re
import selectors
import signal
import subprocess
import sys
import tempfile
from pathlib import Path

WARM = Path(__file__).with_name("warm.py")


class Job:
    """A script that runs, until `status` is its exit status (below 0: the signal that ended it)."""

    def __init__(self):
        self.folder = tempfile.TemporaryDirectory(ignore_cleanup_errors=True)
        self.files = [os.path.join(self.folder.name, name) for name in ("stdout", "stderr")]
        self.process = self.child = self.status = None  # child: the number of a forked process, else None

    def ended(self, timeout=0):
        """Whether the script has ended, after at most `timeout` seconds (None: however long it takes)."""
        if self.status is None and self.child:
            with selectors.DefaultSelector() as selector:
                selector.register(self.process.stdout, selectors.EVENT_READ)
                if selector.select(timeout):
                    self.status = int(self.process.stdout.readline() or self.process.wait())
        elif self.status is None:
            with contextlib.suppress(subprocess.TimeoutExpired):
                self.status = self.process.wait(timeout)
        return self.status is not None

    def kill(self):
        """End the script now."""
        if not self.ended():
            self.end()
            self.ended(None)

    def end(self):
        """The same without looking at it, which another thread may be doing."""
        with contextlib.suppress(ProcessLookupError):
            os.kill(self.child, signal.SIGKILL) if self.child else self.process.kill()

    def wait(self, timeout=None):
        """What it printed, as text, on standard output and on standard error, and its exit status.

        None in place of the status: it was still running after `timeout` seconds, and was ended.
        """
        in_time = self.ended(timeout)
        self.kill()
        texts = []
        for name in self.files:
            with contextlib.suppress(FileNotFoundError), open(name, encoding="utf-8", errors="replace") as file:
                texts.append(file.read())
        self.folder.cleanup()
        return (*texts, *[""] * (2 - len(texts)), self.status if in_time else None)


def errors(stderr):
    """What a script said on standard error, without the line that a Checkpoint says after it."""
    return re.sub("^epochs saved: .*", "", stderr, flags=re.MULTILINE)


def failure(stderr, status, limit):
    """Why a script that had `limit` seconds failed, in one line; nothing if it ended well."""
    if status is None:
        return f"still running after {limit:.0f} s"
    return (errors(stderr).strip().splitlines() or [f"exit status {status}"])[-1] if status else ""


def environment():
    return {"TF_CPP_MIN_LOG_LEVEL": "1", **os.environ, "MPLBACKEND": "agg", "PYTHONIOENCODING": "utf-8"}


def alone(script, flags=(), env=()):
    """Start a script with these flags, more environment variables and an empty standard input; returns its Job."""
    job = Job()
    with open(job.files[0], "wb") as out, open(job.files[1], "wb") as err:
        command, env = [sys.executable, os.path.abspath(script), *flags], {**environment(), **dict(env)}
        job.process = subprocess.Popen(command, env=env, stdin=subprocess.DEVNULL, stdout=out, stderr=err)
    return job


class Runner:
    """A warm process, from which scripts are forked; or, where it cannot fork, which becomes one while the next warms.

    One script at a time: the next one starts when this one has ended. Of several runners, `at_once`, each takes its
    share of the processor's cores: threads that wait for one another are what small tensors spend their time on.
    """

    def __init__(self, forks=sys.platform == "linux", at_once=1):
        self.forks = forks  # macOS could, but its own libraries do not stand it
        share = max(1, (os.cpu_count() or 1) // at_once)
        self.env = {"TF_NUM_INTRAOP_THREADS": str(share)} if at_once > 1 else {}
        self.warm, self.job = self.warm_up(), None

    def __enter__(self):
        return self

    def __exit__(self, *_):
        if self.job and self.job.status is None:  # nobody waits for it any more
            self.job.end()
        self.warm.kill()
        self.warm.communicate()

    def warm_up(self):
        command = [sys.executable, WARM, *["--fork"] * self.forks]
        env = {**self.env, **environment()}
        return subprocess.Popen(command, env=env, bufsize=0, stdin=subprocess.PIPE, stdout=subprocess.PIPE)

    def start(self, script, flags=(), env=()):
        """As `alone`, but without the seconds that importing takes."""
        if self.warm.poll() is not None:
            self.warm = self.warm_up()
        self.job = job = Job()
        job.process = self.warm
        job.process.stdout.readline()  # it is ready
        if not self.forks:
            self.warm = self.warm_up()
        order = {"script": os.path.abspath(script), "flags": list(flags), "env": dict(env), "files": job.files}
        with contextlib.suppress(BrokenPipeError):  # somebody has ended it; so says its exit status
            job.process.stdin.write(json.dumps(order).encode() + b"\n")
        if self.forks:
            job.child = int(job.process.stdout.readline() or 0)
        return job
