"""The network of beyond_cifar10: what its cells say, and that an interruption changes nothing."""

import re

from common import ROOT
from common.checkpoints import Checkpoint, finish

import numpy as np
import pytest
import tensorflow as tf

SCRIPT = "class5_cnn/beyond_cifar10.py"
pytestmark = pytest.mark.usefixtures("eagerly")


@pytest.fixture
def beyond(run_script, photographs, monkeypatch):
    monkeypatch.setattr("common.datasets.cifar10", lambda opt=None: [(x[:32], y[:32]) for x, y in photographs])
    monkeypatch.setattr("common.figures.training_curves", lambda history, resumed: None)

    def run(*flags):
        run.text = run_script(SCRIPT, "--batch-size", "16", *flags)
        finish()
        return run_script.variables

    return run


def test_an_interrupted_training_ends_like_an_undisturbed_one(beyond, monkeypatch):
    whole = [weight.numpy() for weight in beyond("--epochs", "2", "--fresh")["model"].variables]
    save = Checkpoint.on_epoch_end

    def interrupted(self, epoch, logs=None):
        save(self, epoch, logs)
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr(Checkpoint, "on_epoch_end", interrupted)
        with pytest.raises(KeyboardInterrupt):
            beyond("--epochs", "2", "--fresh")
    finish()
    lesson = beyond("--epochs", "2")
    assert "-------------load the model-----------------" in beyond.text
    assert lesson["checkpoint"].epoch == 1 and lesson["checkpoint"].run["epochs"] == 2
    for one, two in zip(whole, lesson["model"].variables, strict=True):
        np.testing.assert_array_equal(one, two.numpy())


def test_its_cells(beyond):
    """Whitened patches are uncorrelated, with variance 1; a fresh block hands its input on; labels are smoothed."""
    lesson = beyond("--epochs", "1")
    kernels, patches = lesson["first"].get_weights()[0], lesson["patches"]
    assert not lesson["first"].trainable and kernels.shape == (2, 2, 3, 24)
    np.testing.assert_array_equal(kernels[..., 12:], -kernels[..., :12])
    white = patches @ kernels[..., :12].reshape(12, 12)
    variances = np.clip(lesson["variances"], 0, None)
    expected = np.diag(variances / (variances + 1e-2))  # 1, but for what is as good as constant
    np.testing.assert_allclose(white.T @ white / len(white), expected, atol=0.02)

    said = re.search(r":Expect: ([\d,]+) parameters", (ROOT / SCRIPT).read_text(encoding="utf-8"))[1]
    assert f"{lesson['model'].count_params():,}" == said

    kernel = lesson["identity"]((3, 3, 4, 6))
    picture = np.random.RandomState(0).rand(1, 5, 5, 4).astype("float32")
    np.testing.assert_array_equal(tf.nn.conv2d(picture, kernel, 1, "SAME")[..., :4], picture)
    assert np.abs(kernel[..., 4:]).min() > 0

    loss = lesson["model"].loss(np.eye(10)[:1], 100 * np.eye(10)[1:2])  # all of it at another class: 100 away
    np.testing.assert_allclose(loss, (0.82 + 8 * 0.02) * 100, rtol=1e-5)
    assert len(lesson["model"].layers) == 3 + 2 + 3 * 7 + 3


def test_every_idea_can_be_left_out(beyond):
    flags = ["--no-whitening", "--no-flips", "--no-shifts", "--no-views", "--no-erasing", "--label-smoothing", "0"]
    lesson = beyond("--epochs", "1", *flags)
    assert lesson["first"].trainable and len(lesson["model"].layers) == 2 + 3 * 7 + 3
    assert "six views" not in beyond.text


def test_six_views(beyond):
    lesson = beyond("--epochs", "1")
    x, model, logits = np.pad(lesson["x_test"], ((0, 0), (1, 1), (1, 1), (0, 0)), "symmetric"), lesson["model"], 0
    x[:, 0], x[:, -1], x[:, :, 0], x[:, :, -1] = x[:, 2], x[:, -3], x[:, :, 2], x[:, :, -3]  # mirrored at the border
    for moved in (-1, 0, 1):
        view = np.roll(x, (moved, moved), (1, 2))[:, 1:-1, 1:-1]
        other = np.roll(x[:, :, ::-1], (moved, moved), (1, 2))[:, 1:-1, 1:-1]
        logits += model.predict_on_batch(view) + model.predict_on_batch(other)
    np.testing.assert_allclose(lesson["logits"], logits, atol=1e-4)
    said = re.search(r"accuracy with six views: ([\d.]+)", beyond.text)[1]
    assert float(said) == np.mean(logits.argmax(1) == lesson["y_test"].ravel())


def test_the_learning_rate_rises_and_falls(beyond):
    lesson = beyond("--epochs", "2")
    rates = np.array([float(lesson["rate"](step)) for step in range(0, 4)])  # of the four steps
    assert rates[0] == pytest.approx(0.3) and rates[1] == rates.max() == pytest.approx(1.5)
    assert float(lesson["rate"](4)) == pytest.approx(0)
    trained = [weight.numpy() for weight in lesson["model"].trainable_variables]
    lesson = beyond("--epochs", "1")  # one more: of three epochs the last
    rates = [float(lesson["rate"](step)) for step in (4, 5, 6)]
    assert 0.1 < rates[1] < rates[0] < 1.5 and rates[2] == pytest.approx(0)
    assert int(lesson["optimizer"].iterations) == 6
    for before, after in zip(trained, lesson["model"].trainable_variables, strict=True):
        assert not np.array_equal(before, after.numpy())
