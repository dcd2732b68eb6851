"""What a script keeps of its training, in `checkpoints/<script>/`, so that a run can end at any moment.

Three files of one format: `best.weights.h5`, the epoch with the lowest validation loss; `last.weights.h5`, the last
epoch; `previous.weights.h5`, the one before. Each holds what `model.save_weights` writes, the weights and the
optimizer's variables; with them the epoch, the history and the state of the random numbers of dropout; and at its end
a SHA-256 of all that. `model.load_weights` reads them as they are. `finished` holds the number of epochs after which a
run came to the end of its script: one that was killed between its last epoch and that end has no epochs left to train.
"""

import atexit
import contextlib
import errno
import hashlib
import io
import json
import math
import os
import sys
from pathlib import Path

from common import ROOT, script_name, stop
from common.download import new_file

import h5py
import keras


def folder(script):
    """Where a script keeps its checkpoints: in `checkpoints/`, or in `$COURSE_CHECKPOINTS`."""
    return Path(os.environ.get("COURSE_CHECKPOINTS") or ROOT / "checkpoints") / script


def best_weights(script):
    """Path of a script's best weights, for `model.load_weights`; None where it has not been trained."""
    path = folder(script) / "best.weights.h5"
    return path if path.exists() else None


class Memory(io.BytesIO):
    """A file in memory that Keras takes for one of weights. A full disk would break HDF5 for good, but not this."""

    def __str__(self):
        return "memory.weights.h5"


class Unusable(Exception):
    """Why a checkpoint cannot be used."""


class Checkpoint(keras.callbacks.Callback):
    """Saves the model after every epoch; begins with what the last run of the same script left.

    `run` is the state of the training: `epochs` done, `until` which epoch it was asked for, `history` of all of them,
    and the epochs after which the script was started again, `resumed`.
    """

    def __init__(self, model, monitor, fresh=False):
        super().__init__()
        self.network = model
        self.monitor = monitor
        self.folder = folder(script_name())
        self.best, self.last, self.previous = (
            self.folder / f"{name}.weights.h5" for name in ("best", "last", "previous")
        )
        self.variables = [*model.weights, *model.optimizer.variables]
        self.seeds = [variable for variable in model.variables if all(variable is not one for one in model.weights)]
        self.run = {"script": script_name(), "epochs": 0, "until": 0, "value": None, "history": {}, "resumed": []}
        self.best_value = math.inf
        self.saved = 0  # epochs
        self.unsaved = False  # whether the model is as it was after the last epoch, and that is not on the disk
        finish()
        self.lock = take_lock(self.folder.with_name(f".{self.folder.name}.lock"))
        OPEN.append(self)
        if fresh and self.folder.exists():
            print(f"the old checkpoint is in {set_aside(self.folder, 'old')}", file=sys.stderr)
        self.load()

    def load(self):
        """Go on from the newest good file. One that is damaged, or of another network, is set aside and named."""
        good = {}
        for path in (self.best, self.last, self.previous):
            try:
                good[path] = self.read(path)[1]
            except (FileNotFoundError, NotADirectoryError):
                continue
            except (Unusable, OSError) as error:
                print(f"{path} {error}: set aside as {set_aside(path, 'unusable').name}", file=sys.stderr)
        if not good:
            return
        best = min(good, key=lambda path: good[path]["value"])
        if best != self.best:  # which was damaged, or could not be saved
            self.write(self.read(best)[0], self.best)
        self.best_value = good[best]["value"]
        newest = max(good, key=lambda path: good[path]["epochs"])
        data, self.run = self.read(newest)
        if newest != self.last:
            self.write(data, self.last, self.previous)
        kept = [(one, one.numpy()) for one in self.variables if one.path.endswith("/learning_rate")]
        self.network.load_weights(Memory(data))
        for variable, value in [*kept, *zip(self.seeds, self.run["seeds"], strict=True)]:
            variable.assign(value)  # the learning rate is the one that the script asks for now
        self.saved = self.run["epochs"]
        self.run["resumed"].append(self.saved)
        print("-------------load the model-----------------")

    def begin(self, epochs):
        """How many epochs are done, and how many there will be: the rest of an interrupted run, or so many more."""
        done = self.run["epochs"]
        ended = self.folder / "finished"
        if done >= self.run["until"] and (not done or (ended.exists() and ended.read_bytes() == b"%d" % done)):
            self.run["until"] = done + epochs
        return done, self.run["until"]

    def end(self):
        """Save what is not saved yet; in a few words, what is."""
        if self.unsaved:
            self.save()
        return f"epochs saved: {self.saved}; run the script again to go on"

    def read(self, path):
        """The content of a file, without its digest, and the state of the run in it. Raises Unusable."""
        data = path.read_bytes()
        data, digest = data[:-64], data[-64:]
        if digest != hashlib.sha256(data).hexdigest().encode():
            raise Unusable("is damaged, or not one of the course's")
        with h5py.File(io.BytesIO(data)) as file:
            run = json.loads(file["run"][()])
        if run["script"] != self.run["script"]:
            raise Unusable(f"is of {run['script']}")
        for ours, theirs in zip(self.described(), run["variables"], strict=False):
            if ours != theirs:
                raise Unusable(f"is of another network: {theirs} in it, {ours} in the script")
        if len(run["variables"]) != len(self.variables) or len(run["seeds"]) != len(self.seeds):
            raise Unusable("is of a network with more or fewer layers")
        return data, run

    def described(self):
        return [f"{variable.path} {tuple(variable.shape)}" for variable in self.variables]

    def on_epoch_begin(self, epoch, logs=None):
        self.unsaved = False

    def on_epoch_end(self, epoch, logs=None):
        history = self.run["history"]
        for name in {**history, **logs}:
            history.setdefault(name, [math.nan] * epoch).append(float(logs.get(name, math.nan)))
        value = logs[self.monitor]
        self.run.update(epochs=epoch + 1, value=math.inf if math.isnan(value) else value)
        self.unsaved = True
        self.save()

    def save(self):
        """Write the state as it is now."""
        seeds = [variable.numpy().tolist() for variable in self.seeds]
        file = Memory()
        self.network.save_weights(file)
        with h5py.File(file, "a") as h5:
            h5["run"] = json.dumps({**self.run, "seeds": seeds, "variables": self.described()})
        better, written = self.run["value"] < self.best_value, True
        if better and (written := self.write(file.getbuffer(), self.best)):
            self.best_value = self.run["value"]
        if self.write(file.getbuffer(), self.last, self.previous) and written:
            self.saved, self.unsaved = self.run["epochs"], False

    def write(self, data, path, previous=None):
        """Write `data` and its digest under the name `path` in one step; the file that has it becomes `previous`.

        If that fails, say so and return False: the old files stay, and training goes on.
        """
        try:
            self.folder.mkdir(parents=True, exist_ok=True)
            with new_file(path) as file:
                file.write(data)
                file.write(hashlib.sha256(data).hexdigest().encode())
                file.flush()
                os.fsync(file.fileno())
                if previous and path.exists():
                    os.replace(path, previous)
        except OSError as error:
            why = f"{path}: {error.strerror or error}"
            print(f"\ncannot save epoch {self.run['epochs']} in {why}; training goes on", file=sys.stderr)
            return False
        return True


OPEN = []  # the run of this process


@atexit.register
def finish():
    """Note that the run of this process came to its end, and let others in."""
    while OPEN:
        checkpoint = OPEN.pop()
        if checkpoint.saved and checkpoint.saved >= checkpoint.run["until"]:
            with contextlib.suppress(OSError):
                (checkpoint.folder / "finished").write_bytes(b"%d" % checkpoint.saved)
        checkpoint.lock.close()


def take_lock(path):
    """Keep other runs of the same script out until the file that is returned is closed, or this process ends."""
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        file = open(path, "a")
    except OSError:  # a place where nothing can be saved either, which `save` says
        return io.BytesIO()
    try:
        if os.name == "nt":
            import msvcrt

            msvcrt.locking(file.fileno(), msvcrt.LK_NBLCK, 1)
        else:
            import fcntl

            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError as error:
        if error.errno in (errno.EWOULDBLOCK, errno.EACCES, errno.EDEADLK):
            stop(f"another {script_name()} is training and uses {path.parent}; wait until it ends, or stop it")
    return file  # some network drives know no locks


def set_aside(path, word):
    """Rename a file or folder to the first free of `<name>.<word>-1`, `-2`...; its new path."""
    number = 1
    while (aside := path.with_name(f"{path.name}.{word}-{number}")).exists():
        number += 1
    try:
        return path.rename(aside)
    except OSError as error:
        stop(f"cannot rename {path} to {aside.name}: {error.strerror}")
