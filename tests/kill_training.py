"""Kill a training at random moments until it has finished, and compare what it leaves with an undisturbed run's.

`python tests/kill_training.py --kills 100` does it for class6_rnn/p32_rnn_embedding_4pre1.py, whose short epochs are
mostly saving, and for tests/dropout_augmented.py, which has dropout, batch normalization and augmentation. Weights,
optimizer, random state, history and best value have to be equal, bit for bit, and no run may fail to start.
"""

import os
import random
import tempfile
from pathlib import Path

from common import ROOT, checkpoints
from common.compare.runner import Runner
from common.options import options

import h5py

SCRIPTS = ("class6_rnn/p32_rnn_embedding_4pre1.py", "tests/dropout_augmented.py")


def start(runner, script, folder, epochs):
    env = {"COURSE_CHECKPOINTS": str(folder), "COURSE_OFFLINE": "1"}
    return runner.start(ROOT / script, ["--epochs", str(epochs)], env)


def printed(job):
    """What it has printed so far."""
    return Path(job.files[0]).read_text(encoding="utf-8") if os.path.exists(job.files[0]) else ""


def content(folder):
    """Everything in a folder of checkpoints but the times and the record of the restarts."""
    run, arrays = checkpoints.read(folder / "last.npz")
    del run["resumed"], run["seconds"]
    best = {}
    with h5py.File(folder / "best.weights.h5") as file:
        file.visititems(lambda name, item: best.update({name: item[()]}) if isinstance(item, h5py.Dataset) else None)
    return run, [array.tobytes() for array in arrays], {name: value.tobytes() for name, value in best.items()}


def kill_until_finished(runner, script, folder, epochs, kills, moments):
    """Start `script` again and again, killing it `kills` times; returns how often it was killed and where it was."""
    killed = []
    while True:
        job = start(runner, script, folder, epochs)
        if len(killed) < kills:  # at a moment between its start and the fourth epoch from there
            wanted = moments.randrange(5)
            while printed(job).count("Epoch ") < wanted and not job.ended(0.01):
                pass
            job.ended(moments.uniform(0, 0.1 if wanted else 1))
            job.kill()
        out, err, status = job.wait()
        if status == 0:
            return killed
        assert status == -9, f"{script} failed to start:\n{out}{err}"
        killed.append(
            next((line.strip() for line in out.splitlines()[::-1] if line.startswith("Epoch")), "before the first")
        )


def check(script, epochs, kills, seed=0):
    """Compare a run that is killed with one that is not; returns where it was killed."""
    os.environ["PYTHONUNBUFFERED"] = "1"  # for the scripts, whose lines are read while they run
    with tempfile.TemporaryDirectory() as folder, Runner() as runner:
        quiet, killed = Path(folder) / "quiet", Path(folder) / "killed"
        out, err, status = start(runner, script, quiet, epochs).wait()
        assert status == 0, out + err
        places = kill_until_finished(runner, script, killed, epochs, kills, random.Random(seed))
        one, other = (content(path / Path(script).stem) for path in (quiet, killed))
        assert len(one[1]) > 4 and len(one[2]) > 4
        assert one == other, f"{script}: its checkpoints differ after {len(places)} kills"
        return places


if __name__ == "__main__":
    opt = options(__doc__, kills=100, epochs=1000, seed=0)
    for script in SCRIPTS:
        places = check(script, opt.epochs, opt.kills, opt.seed)
        print(f"{script}: killed {len(places)} times, equal bit for bit; killed in {', '.join(places)}", flush=True)
