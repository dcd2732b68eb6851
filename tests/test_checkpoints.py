"""Checkpoints: nothing is lost, whatever happens to a run or to its files."""

import contextlib
import errno
import itertools
import math
import os
import shutil
import subprocess
import sys
from types import SimpleNamespace

from common import checkpoints, training

import keras
import numpy as np
import pytest
from keras import layers
from kill_training import SCRIPTS, check, content

DATA = np.random.RandomState(0)
X, Y = DATA.rand(40, 6, 6, 1).astype("float32"), DATA.randint(0, 3, 40)
AUGMENT = [layers.RandomRotation(0.1, fill_mode="nearest"), layers.RandomZoom(0.5, 0.5, fill_mode="nearest")]


@pytest.fixture(autouse=True)
def folder(monkeypatch, tmp_path):
    monkeypatch.setenv("COURSE_CHECKPOINTS", str(tmp_path))
    return checkpoints.folder(checkpoints.script_name())


def train(epochs, fresh=False, units=4, optimizer="adam", values=None, callbacks=()):
    """One run of a small script with dropout, batch normalization and augmentation, as in a process of its own."""
    keras.utils.clear_session()
    keras.utils.set_random_seed(0)
    hidden = layers.Dense(units, activation="relu")
    model = keras.Sequential(
        [layers.Flatten(), hidden, layers.BatchNormalization(), layers.Dropout(0.3), layers.Dense(3)]
    )
    loss = keras.losses.SparseCategoricalCrossentropy(from_logits=True)
    model.compile(optimizer, loss, metrics=["sparse_categorical_accuracy"], run_eagerly=True)
    opt = SimpleNamespace(epochs=epochs, batch_size=8, seed=0, fresh=fresh)
    more = [*callbacks, *([Losses(values)] if values else [])]
    history = training.fit(model, (X, Y), (X, Y), opt, checkpoint=True, augment=AUGMENT, callbacks=more)
    return model, history


class Losses(keras.callbacks.Callback):
    """Reports these validation losses in place of the true ones."""

    def __init__(self, values):
        super().__init__()
        self.values = iter(values)

    def on_epoch_end(self, epoch, logs=None):
        logs["val_loss"] = next(self.values)


def files(folder):
    return sorted(path.name for path in folder.iterdir())


def test_two_runs_of_two_epochs_are_one_of_four(folder, capsys):
    train(2)
    assert "load the model" not in capsys.readouterr().out
    model, history = train(2)
    out = capsys.readouterr().out
    assert out.startswith("-------------load the model-----------------\nEpoch 3/4\n") and "Epoch 4/4" in out
    halves = content(folder / "last.weights.h5")
    assert history.resumed == [2] and len(history.history["val_loss"]) == 4
    assert halves[1]["epochs"] == 4 and halves[1]["history"] == history.history
    train(4, fresh=True)
    assert content(folder / "last.weights.h5")[0] == halves[0]
    assert content(folder / "last.weights.h5")[1]["history"] == halves[1]["history"]
    assert files(folder) == ["best.weights.h5", "last.weights.h5", "previous.weights.h5"]
    assert files(folder.parent)[1:] == [folder.name, f"{folder.name}.old-1"]


def test_without_the_optimizer_or_the_state_of_dropout_the_result_is_another(folder, monkeypatch, capsys):
    train(2)
    train(1)
    right = content(folder / "last.weights.h5")[0]
    for name, value in (("seeds", []), ("network", None)):
        train(2, fresh=True)
        load = checkpoints.Checkpoint.load

        def forgetful(self, name=name, value=value, load=load):
            if name == "seeds":
                states = [one.numpy() for one in self.seeds]
                load(self)
                for variable, state in zip(self.seeds, states, strict=True):
                    variable.assign(state)
            else:
                load(self)
                for variable in self.network.optimizer.variables:
                    variable.assign(np.zeros(variable.shape) if "learning" not in variable.path else variable)

        with monkeypatch.context() as patch:
            patch.setattr(checkpoints.Checkpoint, "load", forgetful)
            train(1)
        assert content(folder / "last.weights.h5")[0] != right


class Killed(BaseException):
    """Takes the place of SIGKILL at one step of writing."""


def test_killed_at_any_step_of_saving(folder, monkeypatch, tmp_path, capsys):
    train(1)
    checkpoints.finish()
    shutil.copytree(folder, tmp_path / "old")
    train(1)
    right = {name: content(folder / name) for name in ("best.weights.h5", "last.weights.h5")}
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
        checkpoints.OPEN.pop().lock.close()  # as of a process that is killed: not a word on its end
        train(1)
        assert {name: content(folder / name) for name in right} == right, f"killed at step {doomed}"
    assert doomed > 4


def test_a_run_killed_after_its_last_epoch_has_none_left(folder, capsys):
    train(2)
    checkpoints.OPEN.pop().lock.close()
    before = content(folder / "last.weights.h5")
    _, history = train(2)
    assert "all 2 epochs are trained; run the script again for 2 more" in capsys.readouterr().err
    assert content(folder / "last.weights.h5") == before and len(history.history["loss"]) == 2
    train(2)
    assert content(folder / "last.weights.h5")[1]["epochs"] == 4


def test_an_interrupted_run_is_finished_with_the_epochs_it_was_asked_for(folder, capsys):
    stop_early = keras.callbacks.LambdaCallback(on_epoch_begin=lambda epoch, logs: epoch == 2 and interrupt())
    with pytest.raises(SystemExit) as error:
        train(5, callbacks=[stop_early])
    assert error.value.code == 130
    assert capsys.readouterr().err == "\ninterrupted; epochs saved: 2; run the script again to go on\n"
    train(5)
    assert "Epoch 3/5" in capsys.readouterr().out
    resumed = content(folder / "last.weights.h5")
    train(5, fresh=True)
    assert content(folder / "last.weights.h5") == resumed


def interrupt():
    raise KeyboardInterrupt


def test_an_interrupt_while_saving_loses_no_epoch(folder, monkeypatch, capsys):
    fsync, calls = os.fsync, itertools.count()
    monkeypatch.setattr(os, "fsync", lambda file: interrupt() if next(calls) == 1 else fsync(file))
    with pytest.raises(SystemExit):
        train(3)
    assert "interrupted; epochs saved: 1" in capsys.readouterr().err
    assert content(folder / "last.weights.h5")[1]["epochs"] == 1


def test_without_a_checkpoint_an_interrupt_says_that_nothing_is_saved(capsys):
    model = keras.Sequential([layers.Flatten(), layers.Dense(3)])
    model.compile("adam", "mse")
    callback = keras.callbacks.LambdaCallback(on_epoch_begin=lambda epoch, logs: interrupt())
    opt = SimpleNamespace(epochs=1, batch_size=8, seed=0)
    with pytest.raises(SystemExit):
        training.fit(model, (X, X[:, 0, :3, 0]), (X, X[:, 0, :3, 0]), opt, callbacks=[callback])
    assert "interrupted; nothing is saved" in capsys.readouterr().err


def test_a_worse_epoch_never_replaces_the_best_weights(folder, capsys):
    losses = np.random.RandomState(1).permutation(np.linspace(0.3, 0.9, 20)).tolist() + [math.nan]
    best = math.inf
    for run in range(10):
        train(2, values=losses[2 * run : 2 * run + 2])
        best = min(best, *losses[2 * run : 2 * run + 2])
        found = content(folder / "best.weights.h5")[1]
        assert found["value"] == best == found["history"]["val_loss"][-1]
    train(1, values=[math.nan])
    assert content(folder / "best.weights.h5")[1]["value"] == best
    assert content(folder / "last.weights.h5")[1]["epochs"] == 21


def test_nan_from_the_first_epoch_on(folder, capsys):
    train(2, values=[math.nan, math.nan])
    train(1, values=[0.5])
    assert content(folder / "best.weights.h5")[1]["value"] == 0.5


DAMAGES = {
    "truncated": lambda path: path.write_bytes(path.read_bytes()[:-500]),
    "zero-length": lambda path: path.write_bytes(b""),
    "bit-flipped": lambda path: path.write_bytes(flip(path.read_bytes(), 4000)),
    "bit-flipped in the digest": lambda path: path.write_bytes(flip(path.read_bytes(), -5)),
    "text": lambda path: path.write_text("not a checkpoint " * 10),
}


def flip(data, place):
    data = bytearray(data)
    data[place] ^= 1
    return bytes(data)


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
@pytest.mark.parametrize("name", ["best", "last", "previous"])
def test_a_damaged_file_is_named_and_set_aside(name, damage, trained, folder, capsys):
    shutil.copytree(trained, folder)
    path = folder / f"{name}.weights.h5"
    DAMAGES[damage](path)
    damaged = path.read_bytes()
    _, history = train(1, values=[0.55] * 3)
    out, err = capsys.readouterr()
    assert err.startswith(f"{path} is damaged, or not one of the course's: set aside as {path.name}.unusable-1\n")
    assert (folder / f"{path.name}.unusable-1").read_bytes() == damaged
    # without the last state the one before it goes on, to the third epoch that the run was asked for
    assert out.startswith(f"-------------load the model-----------------\nEpoch {3 if name == 'last' else 4}/")
    assert content(folder / "best.weights.h5")[1]["value"] == 0.4  # if that was lost, the previous state has it
    assert content(folder / "last.weights.h5")[1]["history"] == history.history


def test_with_all_states_damaged_the_best_weights_go_on(trained, folder, capsys):
    shutil.copytree(trained, folder)
    for name in ("last", "previous"):
        DAMAGES["truncated"](folder / f"{name}.weights.h5")
    train(3, values=[0.7])
    assert "Epoch 3/3" in capsys.readouterr().out
    assert content(folder / "last.weights.h5")[1]["history"]["val_loss"] == [0.5, 0.4, 0.7]


def test_with_all_files_damaged_training_begins_anew(trained, folder, capsys):
    shutil.copytree(trained, folder)
    for path in folder.glob("*.h5"):
        DAMAGES["zero-length"](path)
    _, history = train(1)
    out, err = capsys.readouterr()
    assert history.resumed == [] and out.count("load the model") == 0
    assert len(err.splitlines()) == 3 and len(list(folder.glob("*.unusable-1"))) == 3


@pytest.mark.parametrize("other", [{"units": 5}, {"optimizer": "sgd"}], ids=str)
def test_the_checkpoint_of_another_network_is_set_aside(other, folder, capsys):
    train(2, **other)
    capsys.readouterr()
    _, history = train(1)
    err = capsys.readouterr().err
    assert history.resumed == []
    assert all("is of another network: " in line and "set aside as" in line for line in err.splitlines())
    assert len(err.splitlines()) == 3
    train(1)  # and of its own there is one now
    assert "load the model" in capsys.readouterr().out


def test_the_checkpoint_of_another_script_is_set_aside(folder, monkeypatch, capsys):
    with monkeypatch.context() as patch:
        patch.setattr(checkpoints, "script_name", lambda: "p99_other")
        train(2)
    shutil.copytree(checkpoints.folder("p99_other"), folder)
    _, history = train(1)
    assert history.resumed == [] and capsys.readouterr().err.count(" is of p99_other: set aside as") == 3


def test_a_full_disk_does_not_stop_the_training(folder, monkeypatch, capsys):
    train(1, values=[0.5])
    old = {path.name: path.read_bytes() for path in folder.glob("*.h5")}

    def full(file):
        raise OSError(errno.ENOSPC, "No space left on device")

    with monkeypatch.context() as patch:
        patch.setattr(os, "fsync", full)
        model, _ = train(2, values=[0.4, 0.6])
        err = capsys.readouterr().err
        for epoch in (2, 3):
            line = (
                f"cannot save epoch {epoch} in {folder / 'last.weights.h5'}: No space left on device; training goes on"
            )
            assert line in err
    assert {path.name: path.read_bytes() for path in folder.glob("*.h5")} == old
    train(2, values=[0.45, 0.6])
    assert "Epoch 2/3" in capsys.readouterr().out  # from the old state
    assert content(folder / "best.weights.h5")[1]["value"] == 0.45


def test_a_folder_that_cannot_be_written_does_not_stop_the_training(monkeypatch, tmp_path, capsys):
    (tmp_path / "file").write_text("")
    monkeypatch.setenv("COURSE_CHECKPOINTS", str(tmp_path / "file"))
    train(1)
    assert "cannot save epoch 1" in capsys.readouterr().err


def test_the_learning_rate_is_the_scripts(folder, capsys):
    train(1, optimizer=keras.optimizers.Adam(0.1))
    model, _ = train(1, optimizer=keras.optimizers.Adam(0.01))
    assert float(model.optimizer.learning_rate) == pytest.approx(0.01)


def test_keras_loads_the_files_as_they_are(folder, capsys):
    model, _ = train(1)
    values = [weight.numpy() for weight in model.weights]
    for weight in model.weights:
        weight.assign(weight * 0)
    model.load_weights(folder / "last.weights.h5")
    assert all((weight.numpy() == value).all() for weight, value in zip(model.weights, values, strict=True))


def test_another_metric_keeps_the_history_aligned(folder, capsys):
    train(1)
    extra = keras.callbacks.LambdaCallback(on_epoch_end=lambda epoch, logs: logs.update(extra=1.0))
    _, history = train(1, callbacks=[extra])
    assert {len(values) for values in history.history.values()} == {2}
    assert math.isnan(history.history["extra"][0]) and history.history["extra"][1] == 1


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
    assert len(check(script, epochs=60, kills=12)) == 12
