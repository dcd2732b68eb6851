"""One TensorFlow for the whole suite: scripts run inside it, without a network and without the tester's own data."""

import contextlib
import gc
import io
import os
import runpy
import signal
import socket
import subprocess
import sys
import warnings
from types import SimpleNamespace

import common.quiet  # noqa: F401
from common import ROOT, devices, training
from common.checkpoints import Checkpoint
from common.datasets import standins

import keras
import matplotlib
import pytest
import tensorflow as tf

matplotlib.use("agg")
DATA = os.environ.pop("COURSE_DATA", None) or os.environ.get("REAL_DATA")  # for the tests marked real_data alone
os.environ.update({"REAL_DATA": DATA} if DATA else {})  # where `-n` looks for it, in a process that this one starts
os.environ["COURSE_OFFLINE"] = "1"  # for the processes that tests start
signal.signal(signal.SIGINT, signal.default_int_handler)  # a shell that starts a suite with & has it ignored
gc.freeze()  # what the imports made stays: looking through it again takes half a second each time


NETWORKS = [
    "p27_cifar10_baseline",
    "p31_cifar10_lenet5",
    "p34_cifar10_alexnet8",
    "p36_cifar10_vgg16",
    "p40_cifar10_inception10",
    "p46_cifar10_resnet18",
]
TRAINED = [*NETWORKS, "beyond_cifar10"]  # the scripts that the fixture `trained` is for
RUNS = {}  # of these, and what they left


def pytest_collection_modifyitems(config, items):
    """Slow tests run only where they are asked for, those on real data only where it is."""
    for item in items:
        if "slow" in item.keywords and not config.option.markexpr:
            item.add_marker(pytest.mark.skip(reason="slow: run with pytest -m slow"))
        if "real_data" in item.keywords and not DATA:
            item.add_marker(pytest.mark.skip(reason="real data: set COURSE_DATA to the folder that holds it"))


@pytest.fixture(autouse=True)
def no_network(monkeypatch):
    """Refuses every connection and look-up that leaves this computer; the list of those that were tried."""
    tried = []

    def guard(function, host_of):
        def guarded(*arguments, **more):
            host = host_of(*arguments)
            if host in ("127.0.0.1", "::1", "localhost", "", None):
                return function(*arguments, **more)
            tried.append(host)
            raise OSError(f"tests reach the loopback interface only, not {host}")

        return guarded

    for name in ("connect", "connect_ex"):
        inside = guard(getattr(socket.socket, name), lambda _, address: address[0] if type(address) is tuple else None)
        monkeypatch.setattr(socket.socket, name, inside)
    for name in ("getaddrinfo", "gethostbyname", "gethostbyname_ex"):
        monkeypatch.setattr(socket, name, guard(getattr(socket, name), lambda host, *_: host))
    yield tried
    assert not tried, f"this test tried to reach {tried}"


@pytest.fixture(autouse=True)
def own_data(request, monkeypatch, tmp_path_factory):
    """No test finds data sets that somebody has on this computer; those marked real_data find COURSE_DATA's."""
    empty = tmp_path_factory.getbasetemp() / "nobody"
    monkeypatch.setattr("common.datasets.CACHE", empty / "cache")
    monkeypatch.setenv("KERAS_HOME", str(empty / "keras"))
    for home in ("HOME", "USERPROFILE"):
        monkeypatch.setenv(home, str(empty))
    if request.node.get_closest_marker("real_data"):
        monkeypatch.setenv("COURSE_DATA", DATA)


@pytest.fixture
def run_script(monkeypatch, tmp_path):
    """Run a script of the course in this process, as `python script flags`; returns what it prints.

    The script's variables are in `run_script.variables` afterwards, its figures in `run_script.figures`.
    """
    monkeypatch.setattr("common.OUTPUTS", tmp_path / "outputs")
    monkeypatch.setenv("COURSE_CHECKPOINTS", str(tmp_path / "checkpoints"))

    def run(script, *flags):
        tf.random.set_seed(None)  # operation seeds count on within a process; this starts them anew
        keras.utils.clear_session(free_memory=False)  # and so do the numbers in the names of layers
        monkeypatch.setattr(sys, "argv", [str(ROOT / script), *flags])
        with contextlib.redirect_stdout(io.StringIO()) as out:
            run.variables = runpy.run_path(str(ROOT / script), run_name="__main__")
        run.figures = sorted(tmp_path.rglob("*.png"))
        return out.getvalue()

    return run


def run_alone(*command, cwd=ROOT, **environment):
    """A script in a process of its own, with an empty standard input and its output in pipes."""
    kept = {name: value for name, value in os.environ.items() if name not in ("PYTHONIOENCODING", "PYTHONUTF8")}
    env = kept | {"MPLBACKEND": "agg"} | environment
    return subprocess.run([sys.executable, *command], cwd=cwd, env=env, stdin=subprocess.DEVNULL, capture_output=True)


@pytest.fixture
def eagerly():
    """For a few steps a graph takes longer to make than it saves."""
    tf.config.run_functions_eagerly(True)
    with warnings.catch_warnings():
        warnings.filterwarnings("ignore", "Even though the `tf.config")  # tf.data goes on making graphs
        yield
    tf.config.run_functions_eagerly(False)


@pytest.fixture(scope="session")
def photographs():
    (x, y), _ = standins.cifar10()
    return (x[:64], y[:64]), (x[64:96], y[64:96])


@pytest.fixture
def few(photographs, monkeypatch):
    """Scripts find 64 images, and write none of the 15 million parameters of VGG16 to the disk."""
    monkeypatch.setattr("common.datasets.cifar10", lambda opt=None: photographs)
    monkeypatch.setattr(Checkpoint, "save", lambda self, value: None)
    monkeypatch.setattr(training, "save_parameters", lambda model: None)
    yield
    devices.set_up(SimpleNamespace(**devices.FLAGS))


@pytest.fixture
def trained(few, run_script):
    """What a network's script prints, its variables and its figures, after four steps; each script runs once."""

    def run(script):
        if script not in RUNS:
            text = run_script(f"class5_cnn/{script}.py", "--epochs", "1", "--batch-size", "16")
            RUNS[script] = text, run_script.variables, [figure.stat().st_size for figure in run_script.figures]
        return RUNS[script]

    return run
