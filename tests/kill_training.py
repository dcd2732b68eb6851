"""Kill a training at random moments until it has finished, and compare what it leaves with an undisturbed run's.

`python tests/kill_training.py --kills 100` does it for class4_extensions/p16_checkpoint.py and for
tests/dropout_augmented.py, which has dropout, batch normalization and augmentation. Weights, optimizer, history and
best value have to be equal, bit for bit, and no run may fail to start.
"""

import hashlib
import io
import json
import os
import random
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from common import ROOT
from common.options import options

import h5py

SCRIPTS = ("class4_extensions/p16_checkpoint.py", "tests/dropout_augmented.py")


def start(script, folder, epochs):
    env = {**os.environ, "COURSE_CHECKPOINTS": str(folder), "COURSE_OFFLINE": "1"}
    command = [sys.executable, "-u", str(ROOT / script), "--epochs", str(epochs)]
    return subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, env=env, text=True)


def content(path):
    """Everything in a checkpoint but the record of the restarts."""
    data = path.read_bytes()
    assert hashlib.sha256(data[:-64]).hexdigest().encode() == data[-64:]
    found = {}
    with h5py.File(io.BytesIO(data)) as file:
        file.visititems(lambda name, item: found.update({name: item[()]}) if isinstance(item, h5py.Dataset) else None)
    run = json.loads(found.pop("run"))
    run.pop("resumed")
    return {name: value.tobytes() for name, value in found.items()}, run


def kill_until_finished(script, folder, epochs, kills, moments):
    """Start `script` again and again, killing it `kills` times; returns how often it was killed and where it was."""
    killed = []
    while True:
        process = start(script, folder, epochs)
        doomed = len(killed) < kills
        lines = []
        if doomed:  # at a moment between its start and the fourth epoch from there
            epochs_left = moments.randrange(5)
            while epochs_left and (line := process.stdout.readline()):
                lines.append(line)
                epochs_left -= line.startswith("Epoch")
            time.sleep(moments.uniform(0, 0.4 if lines else 6))
            process.kill()
        lines += process.stdout.readlines()
        if process.wait() == 0:
            return killed
        assert process.returncode == -9, f"{script} failed to start:\n{''.join(lines)}"
        killed.append(next((line.strip() for line in reversed(lines) if line.startswith("Epoch")), "before the first"))


def check(script, epochs, kills, seed=0):
    """Compare a run that is killed with one that is not; returns where it was killed."""
    with tempfile.TemporaryDirectory() as folder:
        quiet, killed = Path(folder) / "quiet", Path(folder) / "killed"
        process = start(script, quiet, epochs)
        output, _ = process.communicate()
        assert process.returncode == 0, output
        places = kill_until_finished(script, killed, epochs, kills, random.Random(seed))
        for name in ("best.weights.h5", "last.weights.h5"):
            one, other = (content(path / Path(script).stem / name) for path in (quiet, killed))
            assert one[0].keys() == other[0].keys() and len(one[0]) > 4
            assert one == other, f"{script}: {name} differs after {len(places)} kills"
        return places


if __name__ == "__main__":
    opt = options(__doc__, kills=100, epochs=200, seed=0)
    for script in SCRIPTS:
        places = check(script, opt.epochs, opt.kills, opt.seed)
        print(f"{script}: killed {len(places)} times, equal bit for bit; killed in {', '.join(places)}", flush=True)
