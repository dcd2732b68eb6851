"""What a script keeps of a long training, in `checkpoints/<script>/`, so that a run can end at any moment.

`best.weights.h5`, for `model.load_weights`: the epoch with the lowest monitored value of all runs. `last.npz` and, from
one epoch before, `previous.npz`: all there is to go on from, namely weights, optimizer and random state as arrays,
and the run as JSON. `finished`: after which epoch a run ended, well or not; one that was killed between its last epoch
and its end has no epochs left to train.
"""

import atexit
import contextlib
import errno
import io
import json
import math
import os
import shutil
import sys
import tempfile
import time
import zlib
from pathlib import Path

from common import ROOT, new_file, script_name, stop

import keras
import numpy as np


def folder(script):
    """Where a script keeps its checkpoints: in `checkpoints/`, or in `$COURSE_CHECKPOINTS`."""
    return Path(os.environ.get("COURSE_CHECKPOINTS") or ROOT / "checkpoints") / script


def folder_with_room(script):
    """The same, made; `stop` if 8 MB cannot be written there: Keras would notice after an epoch, the old file lost."""
    path = folder(script)
    try:
        path.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryFile(dir=path) as file:
            file.write(bytes(2**23))
    except OSError as error:
        stop(f"cannot write to {path}: {error.strerror}; make 8 MB of room, and it a folder you may write")
    return path


class Checkpoint(keras.callbacks.Callback):
    """Saves a model, which has been compiled and has its weights, after every epoch of its training on `labels`.

    When it is made it loads what the last run of the same script (or with the same `name`) left; if that was another
    network or precision, or trained on other labels, it is set aside. `epoch` is the number of epochs done, `epochs`
    the number after which to end: those that an interrupted run has left, or, after a finished one, as many more as
    asked for. `history` holds the logs of all these epochs, {name: [value, ...]}; `resumed` after which of them the
    script was started again. On a CPU a training that was stopped anywhere ends, bit for bit, as one that was not.
    """

    def __init__(self, model, epochs, labels, monitor="val_loss", fresh=False, name=None):
        super().__init__()
        model.optimizer.build(model.trainable_variables)
        self.network, self.monitor = model, monitor
        self.variables = [*model.variables, *model.optimizer.variables]  # also the random state of dropout
        self.folder = folder(name or script_name())
        self.best, self.last, self.previous, self.finished = (
            self.folder / name for name in ("best.weights.h5", "last.npz", "previous.npz", "finished")
        )
        finish()
        self.lock = take_lock(self.folder.with_name(f".{self.folder.name}.lock"))
        RUNNING.append(self)
        if fresh and self.folder.exists():
            print(f"the old checkpoint is in {set_aside(self.folder, 'old')}", file=sys.stderr)
        self.run = {"epochs": 0, "until": 0, "best": math.inf, "history": {}, "seconds": [], "resumed": []}
        self.run["parameters"] = model.count_params()
        self.run["labels"] = fingerprint(labels)
        self.load()
        self.saved, self.epoch, self.epochs = self.run["epochs"], self.run["epochs"], self.run["until"]
        self.history, self.resumed = self.run["history"], self.run["resumed"]
        ended = self.finished.is_file() and self.finished.read_bytes() == str(self.epoch).encode()
        if self.epoch >= self.epochs and (not self.epoch or ended):
            self.epochs = self.run["until"] = self.epoch + epochs
        elif self.epoch >= self.epochs:
            print(f"all {self.epoch} epochs are trained; run the script again for {epochs} more", file=sys.stderr)

    def load(self):
        """Go on from the newest good file. What is damaged, or of another training, is set aside and named."""
        for path in (self.last, self.previous):
            try:
                run, arrays = read(path)
                wrong = any(type(run[name]) is not type(value) for name, value in self.run.items())
                if wrong or any(len(values) != run["epochs"] for values in run["history"].values()):
                    raise ValueError
            except (FileNotFoundError, NotADirectoryError):
                continue
            except Exception:  # a damaged file makes its reader raise anything
                print(f"{path} is damaged: set aside as {set_aside(path, 'unusable').name}", file=sys.stderr)
                continue
            if [(array.shape, array.dtype) for array in arrays] != [(v.shape, v.dtype) for v in self.variables]:
                aside = set_aside(self.folder, "unusable").name
                print(f"{self.folder} is of another network or --precision: set aside as {aside}", file=sys.stderr)
                return
            if run["labels"] != self.run["labels"]:
                aside = set_aside(self.folder, "old").name
                print(f"{self.folder} is of other data: set aside as {aside}", file=sys.stderr)
                return
            for variable, array in zip(self.variables, arrays, strict=True):
                if not variable.path.endswith("/learning_rate"):  # which is the one that the script asks for now
                    variable.assign(array)
            self.run = run
            self.run["resumed"].append(run["epochs"])
            if not self.best.exists():
                self.run["best"] = math.inf
            print("-------------load the model-----------------")
            return
        if self.best.exists():
            print(f"nothing to go on from: {self.best} is now {set_aside(self.best, 'old').name}", file=sys.stderr)

    def on_epoch_begin(self, epoch, logs=None):
        self.start = time.perf_counter()

    def on_epoch_end(self, epoch, logs=None):
        self.run["seconds"].append(time.perf_counter() - self.start)
        for name in {**self.history, **logs}:
            self.history.setdefault(name, [math.nan] * epoch).append(float(logs.get(name, math.nan)))
        self.run["epochs"] = epoch + 1
        try:
            self.save(logs[self.monitor])
            self.saved = epoch + 1
        except OSError as error:
            why = f"{error.filename or self.folder}: {error.strerror or error}"
            print(f"\ncannot save epoch {epoch + 1} in {why}; training goes on", file=sys.stderr)

    def on_train_end(self, logs=None):
        self.lock.close()  # a notebook or editor may keep this process for hours

    def save(self, value):
        """Write the state as it is now; every file gets its name in one step, so that the old ones stay until then."""
        self.folder.mkdir(parents=True, exist_ok=True)
        arrays = [variable.numpy() for variable in self.variables]
        if value < self.run["best"]:
            # a disk that gets full while Keras writes would break HDF5 for good: the process crashes when it ends
            if shutil.disk_usage(self.folder).free < 2 * sum(array.nbytes for array in arrays) + 2**20:
                raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC), str(self.best))
            part = self.folder / ".part.weights.h5"
            self.network.save_weights(part)
            os.replace(part, self.best)
            self.run["best"] = value
        with new_file(self.last) as file:
            np.savez(file, *arrays, run=json.dumps(self.run))
            if self.last.exists():
                os.replace(self.last, self.previous)


def fingerprint(labels):
    """Two numbers that tell one data set from another."""
    return [len(labels), zlib.crc32(np.ascontiguousarray(labels))]


def read(path):
    """The run of `last.npz`, a dictionary, and its arrays; the format has a checksum for each of them."""
    with np.load(path, allow_pickle=False) as file:
        return json.loads(str(file["run"])), [file[f"arr_{number}"] for number in range(len(file.files) - 1)]


RUNNING = []  # the training of this process


@atexit.register
def finish():
    """Note that the training of this process came to its end, or say how to go on; let others in."""
    while RUNNING:
        checkpoint = RUNNING.pop()
        if checkpoint.saved >= checkpoint.epochs:
            with contextlib.suppress(OSError):
                checkpoint.finished.write_text(str(checkpoint.saved))
        else:
            print(f"epochs saved: {checkpoint.saved}; run the script again to go on", file=sys.stderr)
        checkpoint.lock.close()


def take_lock(path):
    """Keep other runs of the same script out until the file that is returned is closed, or this process ends."""
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        file = open(path, "a")
    except OSError:  # a place where nothing can be saved either, which `on_epoch_end` says
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
            stop(f"another {script_name()} is training and uses {path.parent}; wait, stop it, or close its window")
    return file  # some network drives know no locks


def set_aside(path, word):
    """Rename a file or folder to the first free of `<name>.<word>-1`, `-2`...; its new path."""
    number = 1
    while (aside := path.with_name(f"{path.name}.{word}-{number}")).exists():
        number += 1
    try:
        return path.rename(aside)
    except OSError as error:
        stop(
            f"cannot rename {path} to {aside.name}: {error.strerror}; close what uses it, and check that you may write"
        )
