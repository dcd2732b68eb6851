"""Kill a training at random moments until it has finished, and compare what it leaves with an undisturbed run's.

`python tests/kill_training.py --kills 100` does it for class6_rnn/p32_rnn_embedding_4pre1.py, whose short epochs are
mostly saving, and for tests/dropout_augmented.py, which has dropout, batch normalization and augmentation. Weights,
optimizer, random state, history and best value have to be equal, bit for bit, and no run may fail to start.
"""

import os
import random
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from common import ROOT, checkpoints
from common.options import options

import h5py

SCRIPTS = ("class6_rnn/p32_rnn_embedding_4pre1.py", "tests/dropout_augmented.py")


def start(script, folder, epochs):
    env = {**os.environ, "COURSE_CHECKPOINTS": str(folder), "COURSE_OFFLINE": "1"}
    command = [sys.executable, "-u", str(ROOT / script), "--epochs", str(epochs)]
    return subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, env=env, text=True)


def content(folder):
    """Everything in a folder of checkpoints but the times and the record of the restarts."""
    run, arrays = checkpoints.read(folder / "last.npz")
    del run["resumed"], run["seconds"]
    best = {}
    with h5py.File(folder / "best.weights.h5") as file:
        file.visititems(lambda name, item: best.update({name: item[()]}) if isinstance(item, h5py.Dataset) else None)
    return run, [array.tobytes() for array in arrays], {name: value.tobytes() for name, value in best.items()}


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
        one, other = (content(path / Path(script).stem) for path in (quiet, killed))
        assert len(one[1]) > 4 and len(one[2]) > 4
        assert one == other, f"{script}: its checkpoints differ after {len(places)} kills"
        return places


if __name__ == "__main__":
    opt = options(__doc__, kills=100, epochs=200, seed=0)
    for script in SCRIPTS:
        places = check(script, opt.epochs, opt.kills, opt.seed)
        print(f"{script}: killed {len(places)} times, equal bit for bit; killed in {', '.join(places)}", flush=True)
