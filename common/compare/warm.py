"""A process that has imported what scripts import, before it knows which script it will be.

`runner` starts it by its path, and gives it jobs, a line of JSON each. With `--fork` a child of it becomes the script;
it answers with the child's number and later with its exit status, and is ready for the next job. Otherwise it becomes
the script itself. Nothing was computed before, so that to the script all is as if `python script flags` had started it.
"""

import atexit
import gc
import json
import os
import signal
import sys
import types
import warnings


def import_all():
    """Import what takes seconds, without the lines that TensorFlow's C++ half prints meanwhile."""
    terminal, nowhere = os.dup(2), os.open(os.devnull, os.O_WRONLY)
    os.dup2(nowhere, 2)
    try:
        import keras  # noqa: F401
        import matplotlib.pyplot  # noqa: F401
        import pandas  # noqa: F401
        import rich.progress  # noqa: F401
        import scipy.ndimage  # noqa: F401
        import sklearn.datasets  # noqa: F401
        import sklearn.metrics  # noqa: F401
        import tensorflow  # noqa: F401
    except ImportError:
        pass  # the script will meet it, too, and say so
    os.dup2(terminal, 2)
    os.close(terminal)
    os.close(nowhere)
    gc.collect()
    gc.freeze()  # what is there now stays: children need not look through it again


def become(job):
    """Run the script to its end, its output in the job's files, as the module `__main__` of this process."""
    for number, path in enumerate([os.devnull, *job["files"]]):
        file = os.open(path, os.O_WRONLY | os.O_CREAT if number else os.O_RDONLY)
        os.dup2(file, number)
        os.close(file)
    sys.stdin = open(0, closefd=False)
    os.environ.update(job["env"])
    sys.argv[:] = [job["script"], *job["flags"]]
    sys.path.insert(0, os.path.dirname(job["script"]))
    main = sys.modules["__main__"] = types.ModuleType("__main__")
    main.__file__ = job["script"]
    status = []
    atexit.register(leave, status)  # first, so that it comes after what the script registers
    with open(job["script"], "rb") as file:
        code = compile(file.read(), job["script"], "exec", dont_inherit=True)
    try:
        exec(code, vars(main))
        status.append(0)
    except SystemExit as end:
        status += [end.code or 0] if isinstance(end.code or 0, int) else []
        raise


def leave(status):
    """End here, if the script came to a regular end: to take TensorFlow down object by object takes 0.2 s."""
    if status:
        for stream in (sys.stdout, sys.stderr):
            if not stream.closed:
                stream.flush()
        os._exit(status[0] & 255)


forks = "--fork" in sys.argv
del sys.path[0]  # this folder, which is no place to import from
import_all()
warnings.filterwarnings("ignore", ".* is multi-threaded, use of fork", DeprecationWarning)  # TensorFlow's are idle
interrupt = signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is meant for the runner and the script
try:
    print("ready", flush=True)
except BrokenPipeError:  # whoever wanted it was ended meanwhile
    os._exit(1)
for line in iter(sys.stdin.readline, ""):
    child = os.fork() if forks else 0
    if not child:
        signal.signal(signal.SIGINT, interrupt)
        become(json.loads(line))
        break
    print(child, flush=True)
    print(os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]), flush=True)
    print("ready", flush=True)
