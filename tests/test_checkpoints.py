"""Checkpoints: nothing is lost, whatever happens to a run or to its files."""

import contextlib
import errno
import io
import itertools
import math
import os
import re
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path
from types import SimpleNamespace

from common import ROOT, checkpoints, training
from common.compare.runner import alone

import keras
import numpy as np
import pytest
from conftest import run_alone
from keras import layers
from kill_training import SCRIPTS, check, content

DATA = np.random.RandomState(0)
X, Y = DATA.rand(40, 6, 6, 1).astype("float32"), DATA.randint(0, 3, 40)


@pytest.fixture(autouse=True)
def folder(monkeypatch, tmp_path):
    monkeypatch.setenv("COURSE_CHECKPOINTS", str(tmp_path))
    yield checkpoints.folder(checkpoints.script_name())
    checkpoints.finish()


def network(units=4, optimizer="adam", eagerly=True):
    keras.utils.clear_session(free_memory=False)
    keras.utils.set_random_seed(0)
    model = keras.Sequential(
        [
            layers.RandomRotation(0.1, fill_mode="nearest"),
            layers.RandomZoom(0.5, 0.5, fill_mode="nearest"),
            layers.Flatten(),
            layers.Dense(units, activation="relu"),
            layers.BatchNormalization(),
            layers.Dropout(0.3),
            layers.Dense(3),
        ]
    )
    loss = keras.losses.SparseCategoricalCrossentropy(from_logits=True)
    model.compile(optimizer, loss, metrics=["sparse_categorical_accuracy"], run_eagerly=eagerly)
    model(X[:1])
    return model


def train(epochs, fresh=False, values=None, callbacks=(), labels=Y, **kind):
    """One run of a small script with dropout, batch normalization and augmentation, as in a process of its own."""
    model = network(**kind)
    checkpoint = checkpoints.Checkpoint(model, epochs, labels, fresh=fresh)
    model.fit(
        training.batches(X, Y, 20, 0, checkpoint.epoch),
        steps_per_epoch=2,
        epochs=checkpoint.epochs,
        initial_epoch=checkpoint.epoch,
        shuffle=False,
        validation_data=(X, Y),
        verbose=2,
        callbacks=[*callbacks, *([Losses(values)] if values else []), checkpoint],
    )
    return checkpoint


def test_a_process_that_goes_on_after_its_training_keeps_nobody_out():
    checkpoint = train(1)  # as in a notebook, or in an editor that runs cells
    checkpoints.take_lock(checkpoint.folder.with_name(f".{checkpoint.folder.name}.lock")).close()
    assert not checkpoint.finished.exists()


class Losses(keras.callbacks.Callback):
    """Reports these validation losses in place of the true ones."""

    def __init__(self, values):
        super().__init__()
        self.values = iter(values)

    def on_epoch_end(self, epoch, logs=None):
        logs["val_loss"] = next(self.values)


def files(folder):
    return sorted(path.name for path in folder.iterdir())


def run_of(folder):
    return checkpoints.read(folder / "last.npz")[0]


def test_two_runs_of_two_epochs_are_one_of_four(folder, capsys):
    train(2)
    assert "load the model" not in capsys.readouterr().out
    checkpoint = train(2)
    out = capsys.readouterr().out
    assert out.startswith("-------------load the model-----------------\nEpoch 3/4\n") and "Epoch 4/4" in out
    halves = content(folder)
    assert checkpoint.resumed == [2] and len(checkpoint.history["val_loss"]) == 4
    assert halves[0]["epochs"] == 4 and halves[0]["history"] == checkpoint.history
    assert len(run_of(folder)["seconds"]) == 4 and run_of(folder)["parameters"] == 37 * 4 + 16 + 15
    train(4, fresh=True)
    assert content(folder) == halves
    checkpoints.finish()
    assert files(folder) == ["best.weights.h5", "finished", "last.npz", "previous.npz"]
    assert files(folder.parent)[1:] == [folder.name, f"{folder.name}.old-1"]


@pytest.mark.parametrize("forgotten", ["random state", "optimizer", "weights"])
def test_without_any_of_its_parts_the_result_is_another(forgotten, folder, monkeypatch, capsys):
    train(2)
    checkpoints.finish()
    shutil.copytree(folder, folder.parent / "two")
    train(1)
    right = content(folder)[1]
    checkpoints.finish()
    shutil.rmtree(folder)
    shutil.copytree(folder.parent / "two", folder)
    load = checkpoints.Checkpoint.load

    def forgetful(self):
        model = self.network
        parts = {"optimizer": model.optimizer.variables, "weights": model.weights}
        parts["random state"] = [one for one in model.variables if all(one is not other for other in model.weights)]
        values = [one.numpy() for one in parts[forgotten]]
        load(self)
        for variable, value in zip(parts[forgotten], values, strict=True):
            variable.assign(value)

    monkeypatch.setattr(checkpoints.Checkpoint, "load", forgetful)
    train(1)
    assert content(folder)[1] != right


class Killed(BaseException):
    """Takes the place of SIGKILL at one step of writing."""


def test_killed_at_any_step_of_saving(folder, monkeypatch, tmp_path, capsys):
    train(1)
    checkpoints.finish()
    shutil.copytree(folder, tmp_path / "old")
    train(1)
    right = content(folder)
    for doomed in range(100):
        checkpoints.finish()
        shutil.rmtree(folder)
        shutil.copytree(tmp_path / "old", folder)
        steps = itertools.count()

        def step(function, doomed=doomed, steps=steps):
            def counted(*arguments):
                if next(steps) == doomed:
                    raise Killed
                return function(*arguments)

            return counted

        with monkeypatch.context() as patch, contextlib.suppress(Killed):
            patch.setattr(os, "fsync", step(os.fsync))
            patch.setattr(os, "replace", step(os.replace))
            train(1)
            break
        killed()
        train(1)
        assert content(folder) == right, f"killed at step {doomed}"
    assert doomed > 3


def killed():
    """As of a process that is killed: not a word on its end."""
    checkpoints.RUNNING.pop().lock.close()


def test_a_run_killed_after_its_last_epoch_has_none_left(folder, capsys):
    train(2)
    killed()
    before = content(folder)
    checkpoint = train(2)
    assert "all 2 epochs are trained; run the script again for 2 more" in capsys.readouterr().err
    assert content(folder) == before and len(checkpoint.history["loss"]) == 2
    train(2)
    assert run_of(folder)["epochs"] == 4


def test_an_interrupted_run_is_finished_with_the_epochs_it_was_asked_for(folder, capsys):
    def interrupt(epoch, logs=None):
        if epoch == 2:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        train(5, callbacks=[keras.callbacks.LambdaCallback(on_epoch_begin=interrupt)])
    checkpoints.finish()
    assert capsys.readouterr().err == "epochs saved: 2; run the script again to go on\n"
    train(5)
    assert "Epoch 3/5" in capsys.readouterr().out
    resumed = content(folder)
    train(5, fresh=True)
    assert content(folder) == resumed


def test_a_worse_epoch_never_replaces_the_best_weights(folder, capsys):
    losses = np.random.RandomState(1).permutation(np.linspace(0.3, 0.9, 20)).tolist()
    best, weights = math.inf, None
    for run in range(10):
        train(2, values=losses[2 * run : 2 * run + 2])
        new = min(losses[2 * run : 2 * run + 2])
        assert (content(folder)[2] == weights) == (new > best)
        best, weights = min(best, new), content(folder)[2]
        assert run_of(folder)["best"] == best
    train(1, values=[math.nan])
    assert run_of(folder)["best"] == best and run_of(folder)["epochs"] == 21 and content(folder)[2] == weights


def test_nan_from_the_first_epoch_on(folder, capsys):
    train(2, values=[math.nan, math.nan])
    assert not (folder / "best.weights.h5").exists()
    train(1, values=[0.5])
    assert run_of(folder)["best"] == 0.5 and (folder / "best.weights.h5").exists()


DAMAGES = {
    "truncated": lambda path: path.write_bytes(path.read_bytes()[:-500]),
    "zero-length": lambda path: path.write_bytes(b""),
    "bit-flipped": lambda path: path.write_bytes(flip(path.read_bytes())),
    "text": lambda path: path.write_text("not a checkpoint " * 10),
}


def flip(data):
    place = data.index(b"NUMPY") + 160  # among the numbers of the first array
    return data[:place] + bytes([data[place] ^ 1]) + data[place + 1 :]


@pytest.fixture(scope="module")
def trained(tmp_path_factory):
    """What a run of three epochs leaves, the second the best."""
    top = tmp_path_factory.mktemp("trained")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("COURSE_CHECKPOINTS", str(top))
        train(3, values=[0.5, 0.4, 0.6])
        checkpoints.finish()
    return top / checkpoints.script_name()


@pytest.mark.parametrize("damage", DAMAGES)
def test_a_damaged_state_is_named_and_set_aside_and_the_one_before_it_used(damage, trained, folder, capsys):
    shutil.copytree(trained, folder)
    path = folder / "last.npz"
    DAMAGES[damage](path)
    damaged = path.read_bytes()
    checkpoint = train(1, values=[0.55] * 3)
    out, err = capsys.readouterr()
    assert err == f"{path} is damaged: set aside as last.npz.unusable-1\n"
    assert (folder / "last.npz.unusable-1").read_bytes() == damaged
    # the state before it goes on, to the third epoch that the run was asked for
    assert out.startswith("-------------load the model-----------------\nEpoch 3/3")
    assert run_of(folder)["best"] == 0.4 and run_of(folder)["history"] == checkpoint.history


def test_with_both_states_damaged_training_begins_anew_and_the_best_weights_are_kept(trained, folder, capsys):
    shutil.copytree(trained, folder)
    best = (folder / "best.weights.h5").read_bytes()
    for name in ("last.npz", "previous.npz"):
        DAMAGES["zero-length"](folder / name)
    checkpoint = train(1, values=[0.9])
    out, err = capsys.readouterr()
    assert checkpoint.resumed == [] and "load the model" not in out and len(err.splitlines()) == 3
    assert (folder / "best.weights.h5.old-1").read_bytes() == best
    assert run_of(folder)["best"] == 0.9


def test_best_weights_that_somebody_has_removed_are_saved_again(trained, folder, capsys):
    shutil.copytree(trained, folder)
    (folder / "best.weights.h5").unlink()
    train(1, values=[0.7])
    assert run_of(folder)["best"] == 0.7 and (folder / "best.weights.h5").exists()


@pytest.mark.parametrize("other", [{"units": 5}, {"optimizer": "sgd"}], ids=str)
def test_the_checkpoint_of_another_network_is_set_aside(other, folder, capsys):
    train(2, **other)
    checkpoints.finish()
    before = {path.name: path.read_bytes() for path in folder.iterdir()}
    capsys.readouterr()
    checkpoint = train(1)
    assert (
        capsys.readouterr().err
        == f"{folder} is of another network or --precision: set aside as {folder.name}.unusable-1\n"
    )
    assert checkpoint.resumed == []
    aside = folder.with_name(f"{folder.name}.unusable-1")
    assert {path.name: path.read_bytes() for path in aside.iterdir()} == before
    train(1)  # and of its own there is one now
    assert "load the model" in capsys.readouterr().out


@pytest.mark.parametrize("other", [Y[:-1], Y[::-1]], ids=["fewer", "others"])
def test_the_checkpoint_of_other_data_is_set_aside_and_its_best_value_with_it(other, folder, capsys):
    train(2, values=[0.02, 0.01], labels=other)
    checkpoints.finish()
    before = {path.name: path.read_bytes() for path in folder.iterdir()}
    capsys.readouterr()
    checkpoint = train(1, values=[0.5])
    out, err = capsys.readouterr()
    assert err == f"{folder} is of other data: set aside as {folder.name}.old-1\n" and "load the model" not in out
    assert checkpoint.resumed == [] and run_of(folder)["best"] == 0.5 and (folder / "best.weights.h5").exists()
    aside = folder.with_name(f"{folder.name}.old-1")
    assert {path.name: path.read_bytes() for path in aside.iterdir()} == before
    train(1)
    assert "load the model" in capsys.readouterr().out


def test_the_checkpoint_of_a_limited_run_is_of_other_data(run_script, eagerly, capsys):
    script = "class5_cnn/p31_cifar10_lenet5.py"
    for flags in (["--limit", "40"], ["--limit", "40"], ["--limit", "41"]):
        run_script(script, "--epochs", "1", "--batch-size", "16", "--offline", *flags)
        checkpoints.finish()
    lesson = run_script.variables
    assert len(lesson["x_train"]) == len(lesson["y_train"]) == len(lesson["x_test"]) == len(lesson["y_test"]) == 41
    assert capsys.readouterr().err.count("is of other data: set aside as") == 1
    assert lesson["checkpoint"].resumed == []


def test_a_name_keeps_two_trainings_of_one_script_apart(folder):
    model = network()
    for name in ("a/1", "a/2"):
        checkpoint = checkpoints.Checkpoint(model, 1, Y, name=name)
        assert checkpoint.folder == folder.parent / name


def test_a_disk_without_room_for_the_best_weights_does_not_stop_the_training(folder, monkeypatch, capsys):
    train(1, values=[0.5])
    checkpoints.finish()
    old = {path.name: path.read_bytes() for path in folder.iterdir()}
    with monkeypatch.context() as patch:
        patch.setattr(shutil, "disk_usage", lambda path: SimpleNamespace(free=100))
        train(1, values=[0.4])
        line = f"cannot save epoch 2 in {folder / 'best.weights.h5'}: No space left on device; training goes on"
        assert line in capsys.readouterr().err
        checkpoints.finish()
    assert {path.name: path.read_bytes() for path in folder.iterdir()} == old
    train(2, values=[0.45, 0.6])
    assert "Epoch 2/3" in capsys.readouterr().out  # from the old state
    assert run_of(folder)["best"] == 0.45


@pytest.mark.skipif(sys.platform != "linux" or os.geteuid() != 0, reason="mounts a small disk: needs Linux and root")
def test_a_full_disk(tmp_path, monkeypatch, capsys):
    disk = tmp_path / "disk"
    disk.mkdir()
    mount = ["mount", "-t", "tmpfs", "-o", "size=4m", "tmpfs", str(disk)]
    if subprocess.run(mount, capture_output=True).returncode:
        pytest.skip("this machine mounts no tmpfs")
    try:
        monkeypatch.setenv("COURSE_CHECKPOINTS", str(disk))
        train(1, values=[0.5])
        folder = checkpoints.folder(checkpoints.script_name())
        checkpoints.finish()
        old = {path.name: path.read_bytes() for path in folder.iterdir()}
        (disk / "other").write_bytes(bytes(shutil.disk_usage(disk).free - 4096))
        train(2, values=[0.6, 0.4])
        assert capsys.readouterr().err.count("No space left on device; training goes on") == 2
        checkpoints.finish()
        assert {path.name: path.read_bytes() for path in folder.iterdir()} == old
    finally:
        subprocess.run(["umount", str(disk)], check=True)


def test_a_folder_that_cannot_be_written_does_not_stop_the_training(monkeypatch, tmp_path, capsys):
    (tmp_path / "file").write_text("")
    monkeypatch.setenv("COURSE_CHECKPOINTS", str(tmp_path / "file"))
    train(1)
    assert "cannot save epoch 1" in capsys.readouterr().err


def test_the_learning_rate_is_the_scripts(folder, capsys):
    train(1, optimizer=keras.optimizers.Adam(0.1))
    model = train(1, optimizer=keras.optimizers.Adam(0.01)).network
    assert float(model.optimizer.learning_rate) == pytest.approx(0.01)
    assert int(model.optimizer.iterations) == 2 * 2


def test_keras_loads_the_best_weights(folder, capsys):
    model = train(1).network
    values = [weight.numpy() for weight in model.weights]
    for weight in model.weights:
        weight.assign(weight * 0)
    model.load_weights(folder / "best.weights.h5")
    assert all((weight.numpy() == value).all() for weight, value in zip(model.weights, values, strict=True))


def test_another_metric_keeps_the_history_aligned(folder, capsys):
    train(1)
    extra = keras.callbacks.LambdaCallback(on_epoch_end=lambda epoch, logs: logs.update(extra=1.0))
    history = train(1, callbacks=[extra]).history
    assert {len(values) for values in history.values()} == {2}
    assert math.isnan(history["extra"][0]) and history["extra"][1] == 1


SLEEPER = """
import sys
from common import checkpoints
checkpoints.script_name = lambda: "sleeper"
lock = checkpoints.take_lock(checkpoints.folder("sleeper"))
print("locked", flush=True)
sys.stdin.read()
"""


def sleeper():
    process = subprocess.Popen([sys.executable, "-c", SLEEPER], stdin=subprocess.PIPE, stdout=subprocess.PIPE)
    assert process.stdout.readline() == b"locked\n"
    return process


def test_a_second_run_is_refused_and_a_dead_one_is_no_obstacle(monkeypatch, tmp_path, capsys):
    monkeypatch.setattr(checkpoints, "script_name", lambda: "sleeper")
    first = sleeper()
    with pytest.raises(SystemExit) as error:
        checkpoints.take_lock(checkpoints.folder("sleeper"))
    assert error.value.code == 2
    err = capsys.readouterr().err
    assert err.count("\n") == 1 and "another sleeper is training" in err
    first.kill()
    first.communicate()
    checkpoints.take_lock(checkpoints.folder("sleeper")).close()


@pytest.mark.skipif(os.name == "nt", reason="SIGKILL")
def test_a_killed_training_ends_like_an_undisturbed_one():
    assert len(check(SCRIPTS[1], epochs=10, kills=1)) == 1


@pytest.mark.slow
@pytest.mark.parametrize("script", SCRIPTS)
def test_a_training_killed_often(script):
    assert len(check(script, epochs=300, kills=12)) == 12


@pytest.mark.slow
@pytest.mark.skipif(sys.platform != "linux", reason="limits of another process are Linux's")
def test_a_training_that_memory_ends_goes_on_where_it_was(tmp_path):
    import resource

    command = ["class5_cnn/p31_cifar10_lenet5.py", "--offline", "--limit", "64", "--epochs", "20"]
    job = alone(ROOT / command[0], command[1:])
    last = tmp_path / "p31_cifar10_lenet5" / "last.npz"
    while not last.exists() and not job.ended(0.1):
        pass
    used = int(re.search(r"VmSize:\s+(\d+) kB", Path(f"/proc/{job.process.pid}/status").read_text())[1]) * 1024
    resource.prlimit(job.process.pid, resource.RLIMIT_AS, (used * 9 // 10,) * 2)
    _, err, status = job.wait(300)
    assert status and "Traceback" not in err  # TensorFlow aborts, in a line of its own
    run, _ = checkpoints.read(last)
    reached = len(run["history"]["loss"])
    assert 1 <= reached < 20
    done = run_alone(*command)
    assert done.returncode == 0 and re.findall(rb"Epoch (\d+)/20", done.stdout)[0] == b"%d" % (reached + 1)


@pytest.mark.parametrize("script", ["p16_checkpoint", "digit_network"])
def test_where_keras_could_not_save_nothing_is_trained(script, run_script, tmp_path, capsys, monkeypatch):
    monkeypatch.setattr(keras.Model, "fit", None)
    (tmp_path / "checkpoints").write_text("a file in the folder's place")
    with pytest.raises(SystemExit, match="2"):
        run_script(f"class4_extensions/{script}.py", "--offline", "--limit", "4")
    last = capsys.readouterr().err.splitlines()[-1]
    assert f"cannot write to {tmp_path / 'checkpoints' / script}" in last and "8 MB of room" in last


def test_a_disk_without_room_is_noticed_before_the_training(folder, monkeypatch, capsys):
    class Full(io.BytesIO):
        def write(self, data):
            raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(tempfile, "TemporaryFile", lambda dir: Full())
    with pytest.raises(SystemExit, match="2"):
        checkpoints.folder_with_room("lesson")
    assert "No space left on device; make 8 MB of room" in capsys.readouterr().err
    monkeypatch.undo()
    assert checkpoints.folder_with_room("lesson").is_dir() and not files(checkpoints.folder("lesson"))
