"""One TensorFlow for the whole suite: scripts run inside it."""

import contextlib
import io
import runpy
import sys

from common import ROOT

import matplotlib
import pytest
import tensorflow as tf

matplotlib.use("agg")


@pytest.fixture
def run_script(monkeypatch, tmp_path):
    """Run a script of the course in this process, as `python script flags`; returns what it prints.

    The script's variables are in `run_script.variables` afterwards, its figures in `run_script.figures`.
    """
    monkeypatch.setattr("common.figures.ROOT", tmp_path)

    def run(script, *flags):
        tf.random.set_seed(None)  # operation seeds count on within a process; this starts them anew
        monkeypatch.setattr(sys, "argv", [str(ROOT / script), *flags])
        with contextlib.redirect_stdout(io.StringIO()) as out:
            run.variables = runpy.run_path(str(ROOT / script), run_name="__main__")
        run.figures = sorted(tmp_path.rglob("*.png"))
        return out.getvalue()

    return run


def pytest_collection_modifyitems(config, items):
    """Slow tests run only where they are asked for: `pytest -m slow`."""
    if not config.option.markexpr:
        for item in items:
            if "slow" in item.keywords:
                item.add_marker(pytest.mark.skip(reason="slow: run with pytest -m slow"))
