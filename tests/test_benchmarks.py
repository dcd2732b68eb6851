"""The benchmarks: what they time, and what they make of it. Not how long anything takes."""

import math
import os
import re
from types import SimpleNamespace

from benchmarks import __main__ as benchmarks
from benchmarks import jpeg, worker
from common import ROOT, checkpoints, datasets

import keras
import numpy as np
import pytest

LIKE = {  # the network of another script or its kind, or augmented images, which have a benchmark of their own
    "p04_baseline": "p14_mnist_sequential",
    "p08_custom_dataset": "p14_mnist_sequential",
    "p13_augmentation": "benchmarks.augmentation",
    "p16_checkpoint": "p14_mnist_sequential",
    "p19_parameters": "p14_mnist_sequential",
    "p23_curves": "p14_mnist_sequential",
    "digit_network": "benchmarks.augmentation",
    "p29_regularizationcontain": "p29_regularizationfree",
    "beyond_cifar10": "p46_cifar10_resnet18",
    "compare_batch_normalization": "p40_cifar10_inception10",
    "compare_networks": "p27_cifar10_baseline",
    "compare_optimizers": "p32_sgd",
    "compare_stock": "p47_lstm_stock",
}


def test_every_script_that_trains_is_measured_or_like_one_that_is():
    trains = {
        path.stem
        for path in ROOT.glob("class*/*.py")
        if re.search(r"model\.fit\(|tf\.GradientTape|subprocess", text := path.read_text(encoding="utf-8"))
        and "epochs=" in text
    }
    single = {"p13_backpropagation", "p10_learning_rate_decay", "p19_mse", "p20_custom_loss"}  # one sample a step
    assert trains == (set(benchmarks.TRAINING) | set(LIKE) | single) & trains
    assert set(benchmarks.TRAINING) <= trains


def test_a_short_epoch_is_a_multiple_of_the_steps_per_call_of_the_whole_one():
    for script, (_, steps) in benchmarks.TRAINING.items():
        if steps and "cifar10" in script:
            text = next(ROOT.glob(f"class*/{script}.py")).read_text(encoding="utf-8")
            whole = math.ceil(50000 / int(re.search(r"batch_size=(\d+)", text)[1]))
            most = re.search(r"steps_per_execution=math\.gcd\(steps, (\d+)\)", text)
            assert bool(most) == ("steps_per_execution" in text)
            assert steps < whole and steps % math.gcd(whole, int(most[1]) if most else 1) == 0


@pytest.mark.parametrize("script", benchmarks.TRAINING)
def test_a_script_is_given_the_flags_alone_that_it_has(script):
    text = next(ROOT.glob(f"class*/{script}.py")).read_text(encoding="utf-8")
    given = [flag for way in benchmarks.ways(script, torch=True) for flag in worker.FLAGS.get(way, ())]
    assert "--precision" not in given or "precision=" in text or "devices.FLAGS" in text


@pytest.mark.parametrize("name", worker.NOISE)
def test_the_noise_has_shapes_and_kinds_of_the_real_data(name):
    data = worker.NOISE[name]()
    if name == "moutai":
        assert len(data) == 2426 and data["open"].min() > 0 and data["date"].is_monotonic_increasing
        return
    shape, label = {"mnist": ((28, 28), ()), "cifar10": ((32, 32, 3), (1,))}[name]
    for (x, y), count in zip(data, ({"mnist": 60000, "cifar10": 50000}[name], 10000), strict=True):
        assert x.shape == (count, *shape) and y.shape == (count, *label)
        assert x.dtype == y.dtype == "uint8" and x.max() == 255 and y.max() == 9


def test_operations_of_a_step():
    layers = [keras.layers.Flatten(), keras.layers.Dense(128, activation="relu"), keras.layers.Dense(10)]
    x = np.zeros((1, 28, 28), "float32")
    first, second = 784 * 128, 128 * 10
    assert worker.operations(keras.Sequential(layers), x) == 2 * (2 * first + 3 * second)
    layers = [keras.layers.Conv2D(6, 5, padding="same"), keras.layers.Flatten(), keras.layers.Dense(10)]
    first, second = 5 * 5 * 3 * 6 * 32 * 32, 32 * 32 * 6 * 10
    assert worker.operations(keras.Sequential(layers), np.zeros((1, 32, 32, 3), "float32")) == 2 * (
        2 * first + 3 * second
    )
    model = keras.Sequential([keras.layers.SimpleRNN(3), keras.layers.Dense(5)])
    model(np.zeros((1, 4, 5), "float32"))
    first, others = 4 * 5 * 3, 4 * 3 * 3 + 3 * 5
    assert worker.operations(model, np.zeros((1, 4, 5), "float32")) == 2 * (2 * first + 3 * others)


@pytest.mark.parametrize("way", ["notes", "ours", "xla"])
def test_a_worker_trains_the_scripts_own_network(way, monkeypatch):
    monkeypatch.setattr("sys.stdout", worker.Terminal())
    script = ROOT / "class3_keras_six_steps/p08_iris_sequential.py"
    seen, ends, fit = [], [], keras.Model.fit
    opt, count, work, run = worker.keras_run(script, way)
    assert keras.Model.fit is fit and count == 120 and opt.batch_size == 32
    assert work == 32 * 2 * 2 * 12
    monkeypatch.setattr(keras.Model, "fit", lambda self, **named: seen.append((self, named)) or fit(self, **named))
    run(3, 4, lambda: ends.append(1))
    ((model, named),) = seen
    assert len(ends) == 3 and int(model.optimizer.iterations) == 12 and model.count_params() == 15
    assert model.steps_per_execution == {"notes": 1}.get(way, 4) and model.jit_compile == (way == "xla")
    assert named["validation_freq"] == 20 and len(named["validation_data"][0]) == 30
    assert (way == "notes") == isinstance(named["x"], np.ndarray)
    if way == "notes":
        assert named["x"].dtype == "float64" and named["batch_size"] == 32 and "shuffle" not in named


def test_a_long_training_is_cut_and_its_checkpoints_are_left_alone(monkeypatch, tmp_path):
    monkeypatch.setenv("COURSE_CHECKPOINTS", str(tmp_path))
    monkeypatch.setattr("sys.stdout", worker.Terminal())
    monkeypatch.setitem(worker.NOISE, "cifar10", worker.pictures(1152, (32, 32, 3), labels=(1,)))
    real, seen, ends, fit = datasets.cifar10, [], [], keras.Model.fit
    _, count, _, run = worker.keras_run(ROOT / "class5_cnn/p31_cifar10_lenet5.py", "ours")
    assert datasets.cifar10 is real and os.environ["COURSE_CHECKPOINTS"] == str(tmp_path) and count == 1152
    monkeypatch.setattr(keras.Model, "fit", lambda self, **named: seen.append((self, named)) or fit(self, **named))
    run(2, 12, lambda: ends.append(1))
    ((model, named),) = seen
    assert len(ends) == 2 and int(model.optimizer.iterations) == 24 and model.steps_per_execution == 12
    assert named["validation_data"] is None and named["shuffle"] is False
    assert not any(isinstance(callback, checkpoints.Checkpoint) for callback in named["callbacks"])
    assert not checkpoints.RUNNING and not list(tmp_path.iterdir())


@pytest.mark.parametrize("way", ["notes", "ours"])
@pytest.mark.parametrize("name, lines", [("p40_adam", 3), ("p29_regularizationfree", 2)])
def test_a_hand_written_loop_is_timed_by_what_it_prints(name, lines, way, monkeypatch):
    from benchmarks import loops

    monkeypatch.setattr("sys.stdout", out := worker.Terminal())
    ends = []
    out.epoch_ends = lambda: ends.append(1)
    loops.run(next(ROOT.glob(f"class2*/{name}.py")), way)(21 if lines == 2 else 3)
    assert len(ends) == lines


def test_the_report_holds_every_part_and_newer_rows_replace_older_ones(monkeypatch, tmp_path, capsys):
    class Worker:
        operations, speed = 4e8, 0

        def __init__(self, way, *arguments):
            self.ms = {"notes": 5.0, "ours": self.speed, "xla": 1.0}[way]

        def measure(self):
            return {"ms": self.ms, "MiB": 1234.4, "batch": 32}

        def close(self):
            pass

    monkeypatch.setattr(benchmarks, "Worker", Worker)
    monkeypatch.setattr(benchmarks, "HERE", tmp_path)
    monkeypatch.setattr(benchmarks, "RESULTS", tmp_path / "results.json")
    peaks = iter([{"float32": 500, "bfloat16": 1000}, {"float32": 400, "bfloat16": 1000}])
    monkeypatch.setattr(benchmarks, "peak", lambda: next(peaks))
    monkeypatch.setattr(benchmarks, "command", lambda *arguments: ["a line", "(1 s in total)"])
    monkeypatch.setattr("importlib.util.find_spec", lambda name: None)
    for speed, names in ((2.5, "p14_mnist_sequential,p27_cifar10_baseline"), (2.0, "p14_mnist_sequential,loading")):
        Worker.speed = speed
        monkeypatch.setattr("sys.argv", ["benchmarks", "--only", names])
        benchmarks.main()
    text = (tmp_path / "RESULTS.md").read_text(encoding="utf-8")
    assert "; matrix product: 400 to 500 GFLOP/s in float32, 1,000 GFLOP/s in bfloat16. Compare within" in text
    assert "| p14_mnist_sequential | ours | 2 | 2 to 2 | 16,000 | 2.50 | – | 50% | 1,234 |" in text
    assert "| p27_cifar10_baseline | ours | 2.5 | 2.5 to 2.5 | 12,800 | 2.00 | – |" in text
    assert text.count("| p14_mnist_sequential |") == 3 and "benchmarks.loading" in text and "a line" in text
    assert {line.count("|") for line in text.splitlines() if line.startswith("|")} == {10}
    assert (tmp_path / "results.png").stat().st_size > 5000
    capsys.readouterr()
    with pytest.raises(SystemExit):
        monkeypatch.setattr("sys.argv", ["benchmarks", "--only", "p99"])
        benchmarks.main()
    assert "no part p99" in capsys.readouterr().err


@pytest.fixture
def averages(run_script, tmp_path, monkeypatch):
    """Functions: train a network for an epoch, judge its moving averages, read what lies among its checkpoints."""
    (x, y), (x_test, y_test) = datasets.cifar10(SimpleNamespace(offline=True))
    monkeypatch.setattr(datasets, "cifar10", lambda opt: ((x[:960], y[:960]), (x_test[:500], y_test[:500])))
    kept = tmp_path / "checkpoints"

    def train(name):
        run_script(f"class5_cnn/{name}.py", "--epochs", "1", "--batch-size", "32", "--momentum", "0.99")
        checkpoints.finish()  # as at the end of a process

    def judge(*flags):
        with monkeypatch.context() as patch:  # it puts something else into their places
            patch.setattr(keras.Model, "fit", keras.Model.fit)
            patch.setenv("COURSE_CHECKPOINTS", str(kept))
            return run_script("benchmarks/moving_averages.py", *flags)

    def left():
        return {path: path.read_bytes() for path in kept.rglob("*") if path.is_file()}

    return SimpleNamespace(train=train, judge=judge, left=left)


@pytest.mark.slow
@pytest.mark.parametrize("name", ["p34_cifar10_alexnet8", "p40_cifar10_inception10"])
def test_moving_averages_are_made_anew_and_nothing_is_saved(name, averages):
    averages.train(name)
    before = averages.left()
    one, two = (float(line.split()[-1]) for line in averages.judge(name).splitlines()[-2:])
    assert 0 <= one < two <= 1  # after 30 steps the averages are far behind
    assert before == averages.left()


@pytest.mark.slow
def test_the_last_epoch_again_with_another_momentum(averages, capsys):
    def refused(words, *flags):
        with pytest.raises(SystemExit) as end:
            averages.judge(name, *flags)
        assert end.value.code == 2
        assert f"{name}: error: it has left {words}" in capsys.readouterr().err

    name = "p34_cifar10_alexnet8"
    refused("nothing with momentum 0.99")
    averages.train(name)
    refused("no epoch before the last", "--momentum", "0.5")
    averages.train(name)
    before = averages.left()
    again = re.findall(r"val_sparse_categorical_accuracy: ([.\d]+)", averages.judge(name, "--momentum", "0.5"))[-1]
    as_it_is = re.search(r"as they are +([.\d]+)", averages.judge(name))[1]
    assert float(as_it_is) < float(again) <= 1
    assert before == averages.left()


def test_onednn_is_on_in_one_process_and_off_in_the_other(run_script, monkeypatch, capsys):
    class Worker:
        def __init__(self, *arguments):
            assert arguments == ("ours", "p45_iris", *benchmarks.TRAINING["p45_iris"])
            self.times = iter({"0": [6, 8, 9, 10, 40], "1": [3, 4, 3, 8, 10]}[os.environ["TF_ENABLE_ONEDNN_OPTS"]])

        def measure(self):
            return {"ms": next(self.times)}

        def close(self):
            assert not list(self.times)

    monkeypatch.setattr(benchmarks, "Worker", Worker)
    monkeypatch.setenv("TF_ENABLE_ONEDNN_OPTS", "0")  # and as it was afterwards
    *_, line = run_script("benchmarks/onednn.py", "p45_iris").splitlines()
    assert line.split() == ["p45_iris", "9", "ms", "4", "ms", "2.00"]
    with pytest.raises(SystemExit, match="2"):
        run_script("benchmarks/onednn.py", "p13_backpropagation")
    assert "p13_backpropagation is not timed" in capsys.readouterr().err


def test_jpeg_is_seen_at_its_quality_and_on_its_own_blocks_alone():
    walk = np.random.RandomState(0).normal(size=(60, 32, 32, 3)).cumsum(1).cumsum(2)  # neighbours are alike
    lowest, highest = (end(walk, axis=(1, 2, 3), keepdims=True) for end in (np.min, np.max))
    images = ((walk - lowest) / (highest - lowest) * 255).astype("uint8")
    assert jpeg.best_quality(images)[1] < jpeg.ROUNDED / 2
    for quality in (60, 75, 90):
        copies = np.stack([jpeg.through_jpeg(image, quality, shift=0) for image in images])
        best, fits = jpeg.best_quality(copies)
        assert best == quality and fits > jpeg.ROUNDED
        assert jpeg.best_quality(np.roll(copies, 4, axis=(1, 2)))[1] < jpeg.ROUNDED / 2


def test_jpeg_copy_is_read_as_cifar10(tmp_path, monkeypatch, capsys):
    rows, labels = 50, np.arange(50, dtype="uint8")[:, None] % 10
    image = datasets.cifar10(SimpleNamespace(offline=True))[1][0][0]
    sets = (np.stack([image] * 5 * rows), np.tile(labels, (5, 1))), (np.stack([image] * rows), labels)
    monkeypatch.setitem(datasets.files.ROWS, "batch", rows)
    with monkeypatch.context() as patch:
        patch.setattr(datasets, "cifar10", lambda opt: sets)
        jpeg.main([str(tmp_path)])
    assert capsys.readouterr().out.count("50 images") == 6
    copies = datasets.cifar10(SimpleNamespace(data=str(tmp_path)))
    for (x, y), (old, labels) in zip(copies, sets, strict=True):
        assert np.array_equal(y, labels) and np.array_equal(x, [jpeg.through_jpeg(image)] * len(x))
        assert 0 < np.abs(x.astype(int) - old).mean() < 20
    with pytest.raises(SystemExit):
        jpeg.main([str(tmp_path)])
    assert "is there already: name another folder" in capsys.readouterr().err
