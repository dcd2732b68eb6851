"""TensorFlow without its start-up chatter, and Keras on TensorFlow: `import common.quiet` before `import tensorflow`.

TensorFlow's C++ half writes lines such as `I0000 … oneDNN custom operations are on` straight to file descriptor 2,
some of them before it reads TF_CPP_MIN_LOG_LEVEL. So a small second process reads that descriptor and passes on
every line that is not on the list below; being another process, it also delivers the last words of a crash. What
Python writes to stderr does not go through it. With TF_CPP_MIN_LOG_LEVEL=0 everything is shown.
"""

import json
import os
import re
import signal
import subprocess
import sys

CHATTER = re.compile(
    rb"WARNING: All log messages before absl::InitializeLog"
    rb"|I\d{4} [\d:.]+ +\d+ "  # severity I: information
    rb"|\d{4}-\d\d-\d\d [\d:.]+: I "  # the same in the older format
    rb"|To enable the following instructions:"  # second line of the processor's information
    rb"|W\d{4} .*will not be optimized because the dataset does not implement the AsGraphDefInternal"
    rb"|.*computation_placer.*already registered"
    rb"|.*Unable to register cu(FFT|DNN|BLAS) factory"
    rb"|E\d{4} .*failed call to cuInit: .*UNKNOWN ERROR \(303\)"  # no NVIDIA driver at all: an ordinary CPU machine
)
KERAS = {"floatx": "float32", "epsilon": 1e-07, "image_data_format": "channels_last"}


def relay():
    """Copy stdin to stderr line by line, less the chatter, until every writer has gone."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is meant for the script
    for line in iter(sys.stdin.buffer.readline, b""):
        if not CHATTER.match(line):
            sys.stderr.buffer.write(line)
            sys.stderr.flush()


def check_keras_json():
    """`stop` if Keras's own file of settings, maybe changed for another project, asks for what no lesson expects."""
    path = os.path.expanduser(os.path.join(os.environ.get("KERAS_HOME", "~/.keras"), "keras.json"))
    try:
        with open(path) as file:
            found = json.load(file)
    except (FileNotFoundError, NotADirectoryError, ValueError):
        return  # then Keras, too, goes by its defaults
    except (OSError, RecursionError):  # a folder, not to be read, or deep
        found = None
    if not isinstance(found, dict) or any(found.get(name, value) != value for name, value in KERAS.items()):
        from common import stop

        stop(f"{path} is not as the course needs it, {json.dumps(KERAS)}; delete it, or set KERAS_HOME to a new folder")


if __name__ == "__main__":
    relay()
    sys.exit()

check_keras_json()
if (backend := os.environ.get("KERAS_BACKEND") or "tensorflow") != "tensorflow":
    print(f"note: the course runs on TensorFlow, not on KERAS_BACKEND={backend}", file=sys.stderr)
os.environ["KERAS_BACKEND"] = "tensorflow"  # whatever keras.json says
try:
    terminal = os.dup(2) if os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "1") != "0" and sys.stderr else None
except OSError:  # IDLE on Windows has a stderr of its own, and none below it
    terminal = None
if terminal is not None:
    process = subprocess.Popen([sys.executable, "-IS", __file__], stdin=subprocess.PIPE)
    os.dup2(process.stdin.fileno(), 2)
    process.stdin.close()
    process.returncode = 0  # it ends by itself when this process does: nobody has to wait for it
    if sys.stderr is sys.__stderr__:  # pytest and Jupyter bring their own
        sys.stderr = open(terminal, "w", encoding=sys.stderr.encoding, errors=sys.stderr.errors, buffering=1)
