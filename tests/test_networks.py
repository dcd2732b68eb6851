"""The networks of chapter 五: what they are made of, that they learn, on which devices; and the silent trap."""

import ast
import json
import re
import runpy
import subprocess
import sys
from pathlib import Path
from types import SimpleNamespace

from common import ROOT, checkpoints
from common.compare import verdicts

import keras
import numpy as np
import pytest
import tensorflow as tf
from conftest import NETWORKS, TRAINED, run_alone

SCRIPTS = sorted(ROOT.glob("class*/*.py"))


def summary(text):
    """The layers and their parameters, and the totals, as compare reads them."""
    lines = text[text.index("Model: ") :].splitlines()
    return [entry for _, _, entry in verdicts.entries(lines) if re.search(r": \d+$", entry)]


@pytest.mark.parametrize("script", TRAINED)
def test_runs(script, trained):
    text, _, sizes = trained(script)
    assert text and sizes and all(size > 5000 for size in sizes)


@pytest.mark.parametrize("script", NETWORKS)
def test_four_steps_and_the_notes_summary(script, trained):
    text, lesson, _ = trained(script)
    assert int(lesson["model"].optimizer.iterations) == 4
    assert len(lesson["checkpoint"].history["val_loss"]) == 1
    assert np.isfinite(lesson["checkpoint"].history["val_loss"]).all()
    notes = (ROOT / f"class5_cnn/expected/{script}.txt").read_text(encoding="utf-8")
    expected = summary(notes)
    assert len(expected) == notes.count(" multiple ") + 3 > 6
    assert summary(text) == expected
    assert {lesson[name].dtype.name for name in ("x_train", "x_test")} == {"float32"}


# ------------------------------------------------------------------------------------------------ the silent trap


def flat(layer):
    """The layer and all that are in it."""
    parts = layer.layers if isinstance(layer, keras.Model) else vars(layer).values()
    return [layer, *(one for part in parts if isinstance(part, keras.layers.Layer) for one in flat(part))]


def check_that_it_was_trained(model):
    """Moving statistics have left 0 and 1, and every dropout has drawn one mask in every step."""
    for layer in flat(model):
        if isinstance(layer, keras.layers.BatchNormalization):
            assert np.all(layer.moving_mean.numpy() != 0), layer.path
            assert np.all(layer.moving_variance.numpy() != 1), layer.path
        if isinstance(layer, keras.layers.Dropout):
            assert int(layer.seed_generator.state[1]) == int(model.optimizer.iterations) > 0, layer.path


@pytest.mark.parametrize("script", NETWORKS)
def test_fit_normalizes_and_drops(script, trained):
    model = trained(script)[1]["model"]
    if script != "p31_cifar10_lenet5":
        assert {type(layer).__name__ for layer in flat(model)} & {"Dropout", "BatchNormalization"}
    check_that_it_was_trained(model)


OTHERS = [
    path
    for path in SCRIPTS
    if re.search(r"layers\.(Dropout|BatchNormalization)\(", text := path.read_text(encoding="utf-8"))
    and "model.fit(" in text
    and path.stem not in NETWORKS
]


class Done(Exception):
    pass


@pytest.mark.parametrize("path", OTHERS, ids=lambda path: path.stem)
def test_fit_normalizes_and_drops_in_the_other_chapters(path, monkeypatch, run_script):
    fit = keras.Model.fit

    def two_steps(model, data, **arguments):
        model.steps_per_execution = 1  # several in one call are taken even where an epoch has fewer
        fit(model, data, steps_per_epoch=2, shuffle=False, verbose=0)
        assert int(model.optimizer.iterations) == 2
        check_that_it_was_trained(model)
        raise Done

    monkeypatch.setattr(keras.Model, "fit", two_steps)
    with pytest.raises(Done):
        run_script(
            path.relative_to(ROOT),
            "--offline",
            *(["--limit", "192"] if "limit=" in path.read_text(encoding="utf-8") else []),
        )


@pytest.mark.parametrize("declared", [True, False])
def test_without_training_none_fit_does_neither_and_the_check_sees_it(declared):
    class Network(keras.Model):
        def __init__(self):
            super().__init__()
            self.steps = [keras.layers.BatchNormalization(), keras.layers.Dropout(0.5), keras.layers.Dense(1)]

        def forward(self, x):
            for step in self.steps:
                x = step(x)
            return x

    class Told(Network):
        def call(self, x, training=None):
            return self.forward(x)

    class Untold(Network):
        def call(self, x):
            return self.forward(x)

    model = Told() if declared else Untold()
    model.compile("adam", "mse")
    x = np.random.RandomState(0).normal(3, 2, (8, 4)).astype("float32")
    model.fit(x, x[:, :1], epochs=2, verbose=0)
    if declared:
        check_that_it_was_trained(model)
    else:
        np.testing.assert_array_equal(model.steps[0].moving_mean, np.zeros(4))
        assert int(model.steps[1].seed_generator.state[1]) == 0
        with pytest.raises(AssertionError):
            check_that_it_was_trained(model)


def test_every_model_of_the_repository_declares_training():
    found = 0
    for path in SCRIPTS:
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.ClassDef) and any(ast.unparse(base).endswith("Model") for base in node.bases):
                (call,) = (item for item in node.body if isinstance(item, ast.FunctionDef) and item.name == "call")
                assert ast.unparse(call.args).endswith(", training=None"), f"{path.name}: {node.name}"
                found += 1
    assert found >= 6


# ------------------------------------------------------------------------------------------------ they can learn

RATES = {"p31_cifar10_lenet5": 3e-3, "p34_cifar10_alexnet8": 3e-4, "p36_cifar10_vgg16": 3e-4}  # for so few images


@pytest.mark.parametrize(
    "script",
    [
        pytest.param(name, marks=[pytest.mark.slow] if name[:3] not in ("p27", "p40") else [], id=name)
        for name in NETWORKS
    ],
)
def test_it_learns_64_images_by_heart(script, trained):
    lesson = trained(script)[1]
    model = lesson["model"]
    model.optimizer.learning_rate = RATES.get(script, 1e-3)
    done = keras.callbacks.LambdaCallback(
        on_epoch_end=lambda _, logs: setattr(model, "stop_training", logs["sparse_categorical_accuracy"] == 1)
    )
    history = model.fit(
        lesson["x_train"], lesson["y_train"], batch_size=64, epochs=1000, verbose=0, callbacks=[done]
    ).history
    assert history["sparse_categorical_accuracy"][-1] == 1


# ------------------------------------------------------------------------------------------- blocks in plain NumPy


def convolve(x, kernel, strides=1):
    size = -(-x.shape[1] // strides)
    pad = max((size - 1) * strides + len(kernel) - x.shape[1], 0)
    x = np.pad(x, ((0, 0), (pad // 2, pad - pad // 2), (pad // 2, pad - pad // 2), (0, 0)))
    cut = [slice(i, i + (size - 1) * strides + 1, strides) for i in range(len(kernel))]
    return sum(x[:, rows, columns] @ kernel[i, j] for i, rows in enumerate(cut) for j, columns in enumerate(cut))


def pool(x):
    """The largest of 3 x 3, with strides of 1."""
    size = x.shape[1]
    x = np.pad(x, ((0, 0), (1, 1), (1, 1), (0, 0)), constant_values=-np.inf)
    return np.max([x[:, i : i + size, j : j + size] for i in range(3) for j in range(3)], axis=0)


def normalize(x, gamma, beta, mean, variance, training):
    if training:
        mean, variance = x.mean((0, 1, 2)), x.var((0, 1, 2))
    return gamma * (x - mean) / np.sqrt(variance + 1e-3) + beta


class Wrapped(keras.Model):
    def __init__(self, block):
        super().__init__()
        self.block = block

    def call(self, x, training=None):
        return self.block(x)


def filled(block, x):
    """A model of the block alone, all its weights random."""
    model = Wrapped(block)
    model(x)
    random = np.random.RandomState(1)
    for weight in model.weights:
        low = 0.5 if weight.name in ("gamma", "moving_variance") else -1
        weight.assign(random.uniform(low, 1, weight.shape))
    return model


def weights(layer):
    names = ("gamma", "beta", "moving_mean", "moving_variance")
    return [getattr(layer, name).numpy() for name in names]


def convolution(x, layer, strides=1):
    return convolve(x, layer.kernel.numpy(), strides) + (0 if layer.bias is None else layer.bias.numpy())


@pytest.fixture
def x():
    return np.random.RandomState(0).normal(size=(3, 7, 7, 4)).astype("float32")


@pytest.mark.parametrize("training", [False, True])
@pytest.mark.parametrize(("filters", "strides"), [(4, 1), (6, 2)])
def test_the_residual_block_in_numpy(filters, strides, training, x, trained):
    block = trained("p46_cifar10_resnet18")[1]["ResidualBlock"](filters, strides=strides)
    model = filled(block, x)
    y = normalize(convolution(x, block.c1, strides), *weights(block.b1), training)
    y = normalize(convolution(np.maximum(y, 0), block.c2), *weights(block.b2), training)
    residual = x
    if strides == 2:
        residual = normalize(convolution(x, block.down_c1, strides), *weights(block.down_b1), training)
    expected = np.maximum(y + residual, 0)
    assert 0.1 < np.mean(expected > 0) < 0.9
    np.testing.assert_allclose(model(x, training=training), expected, rtol=1e-3, atol=1e-3)


@pytest.mark.parametrize("training", [False, True])
@pytest.mark.parametrize("strides", [1, 2])
def test_the_inception_block_in_numpy(strides, training, x, trained):
    block = trained("p40_cifar10_inception10")[1]["InceptionBlock"](2, strides=strides)
    model = filled(block, x)

    def cba(x, step, strides):
        c, b, _ = step.steps.layers
        return np.maximum(normalize(convolution(x, c, strides), *weights(b), training), 0)

    one, two, three, four, five, six = block.c1, block.c2_1, block.c2_2, block.c3_1, block.c3_2, block.c4_2
    expected = [
        cba(x, one, strides),
        cba(cba(x, two, strides), three, 1),
        cba(cba(x, four, strides), five, 1),
        cba(pool(x), six, strides),
    ]
    assert expected[2].shape[-1] == 2 and five.steps.layers[0].kernel.shape[:2] == (5, 5)
    np.testing.assert_allclose(model(x, training=training), np.concatenate(expected, -1), rtol=1e-3, atol=1e-3)


def test_p40_momentum_and_the_notes_frozen_variant(trained, x):
    lesson = trained("p40_cifar10_inception10")[1]
    assert (lesson["opt"].momentum, lesson["opt"].frozen_bn) == (0.9, False)
    for frozen, moved in ((False, 0.25), (True, 0)):
        block = lesson["ConvBNRelu"](2, momentum=0.75, frozen=frozen)
        model = keras.Sequential([block, keras.layers.GlobalAveragePooling2D()])
        model.compile("adam", "mse")
        model(x)
        c, b, _ = block.steps.layers
        mean = convolution(x, c).mean((0, 1, 2))
        model.fit(x, np.ones((3, 2)), verbose=0)
        np.testing.assert_allclose(b.moving_mean, moved * mean, rtol=1e-4, atol=1e-6)
        assert np.all(b.gamma.numpy() != 1)  # trained even where nothing is normalized


@pytest.mark.parametrize(
    ("flags", "way"),
    [(["--momentum", "0.75"], "momentum_0.75"), (["--frozen-bn"], "frozen")],
    ids=["momentum", "frozen"],
)
def test_p40_each_way_has_all_its_blocks_and_its_own_checkpoint(flags, way, few, run_script, monkeypatch):
    monkeypatch.setattr(keras.Model, "fit", lambda model, *data, **more: None)
    monkeypatch.setattr("common.figures.training_curves", lambda history, resumed: None)
    run_script("class5_cnn/p40_cifar10_inception10.py", *flags)
    lesson = run_script.variables
    assert lesson["checkpoint"].folder == checkpoints.folder("p40_cifar10_inception10") / way
    blocks = [one for one in flat(lesson["model"]) if isinstance(one, lesson["ConvBNRelu"])]
    assert len(blocks) == 25
    assert {block.frozen for block in blocks} == {way == "frozen"}
    assert {block.steps.layers[1].momentum for block in blocks} == {0.9 if way == "frozen" else 0.75}


def normalizations(model):
    return [layer for layer in flat(model) if isinstance(layer, keras.layers.BatchNormalization)]


@pytest.mark.parametrize(
    ("script", "number"), [("p34_cifar10_alexnet8", 2), ("p36_cifar10_vgg16", 13), ("p46_cifar10_resnet18", 20)]
)
def test_momentum_is_that_of_every_batch_normalization(script, number, trained):
    assert [layer.momentum for layer in normalizations(trained(script)[1]["model"])] == [0.99] * number
    code = (ROOT / f"class5_cnn/{script}.py").read_text(encoding="utf-8")
    made = re.findall(r"BatchNormalization\(.*?\)", code)
    assert made and set(made) == {"BatchNormalization(momentum=opt.momentum)"}


def test_p34_weights_are_the_same_whatever_the_momentum(few, run_script):
    models = []
    for momentum in ("0.99", "0.5"):
        run_script("class5_cnn/p34_cifar10_alexnet8.py", "--epochs", "1", "--fresh", "--momentum", momentum)
        models.append(run_script.variables["model"])
    for one, two in zip(*(model.trainable_variables for model in models), strict=True):
        assert np.array_equal(one, two), one.path
    assert {layer.momentum for layer in normalizations(models[1])} == {0.5}
    for one, two in zip(*map(normalizations, models), strict=True):
        assert not np.allclose(one.moving_mean, two.moving_mean)


# --------------------------------------------------------------------------------------------- compare_networks


def multiply_adds(model):
    """Of one image, counted in the graph of the model: its kernels are all that it multiplies with."""
    graph = tf.function(model).get_concrete_function(tf.TensorSpec((1, 32, 32, 3))).graph
    total = 0
    for operation in graph.get_operations():
        if operation.type in ("Conv2D", "MatMul"):
            kernel, output = operation.inputs[1].shape, operation.outputs[0].shape
            total += np.prod(kernel) * np.prod(output[1:-1])  # the whole kernel once for each pixel of the output
    return int(total)


@pytest.fixture
def in_this_process(photographs, monkeypatch, eagerly):
    """Lets compare_networks and its like run the other scripts in this process; the commands that they gave."""
    made = []

    def run(command, env):
        _, script, *flags = map(str, command)
        made.append((Path(script).stem, flags))
        with monkeypatch.context() as patch:
            patch.setenv("COURSE_CHECKPOINTS", env["COURSE_CHECKPOINTS"])
            patch.setattr(sys, "argv", [script, *flags])
            runpy.run_path(script, run_name="__main__")
            checkpoints.finish()
        return SimpleNamespace(returncode=0)

    monkeypatch.setattr(subprocess, "run", run)
    monkeypatch.setattr("common.datasets.cifar10", lambda opt=None: photographs)
    return made


def test_compare_networks(in_this_process, run_script):
    text = run_script("class5_cnn/compare_networks.py", "--networks=LeNet5,Baseline", "--epochs=1", "--offline")
    flags = ["--data", "", "--limit", "0", "--precision", "float32", "--offline", "--epochs", "1"]
    assert in_this_process == [("p31_cifar10_lenet5", flags), ("p27_cifar10_baseline", flags)]
    rows = re.findall(r"^(\w+) +([\d,]+) +([\d,]+) +1 +[\d.]+ +[\d.]+ +[01]\.\d{4}$", text, re.MULTILINE)
    assert rows == [("LeNet5", "62,006", "651,720"), ("Baseline", "198,506", "658,688")]
    assert "networks.png" in [figure.name for figure in run_script.figures]


def test_compare_networks_takes_what_is_there(in_this_process, run_script, photographs, monkeypatch):
    def scripts_run():
        in_this_process.clear()
        run_script("class5_cnn/compare_networks.py", "--networks=LeNet5,Baseline", "--epochs=1")
        return [script for script, _ in in_this_process]

    assert scripts_run() == ["p31_cifar10_lenet5", "p27_cifar10_baseline"]
    assert scripts_run() == []
    last = checkpoints.folder("p31_cifar10_lenet5") / "last.npz"
    last.write_bytes(b"PK damaged")
    assert scripts_run() == ["p31_cifar10_lenet5"]
    (x, y), test = photographs
    monkeypatch.setattr("common.datasets.cifar10", lambda opt=None: ((x, y[::-1]), test))  # other data
    assert scripts_run() == ["p31_cifar10_lenet5", "p27_cifar10_baseline"]


@pytest.fixture
def no_processes(photographs, monkeypatch):
    """Lets compare_networks and its like find what scripts would have left; the commands that they gave."""
    made = []

    def run(command, env):
        made.append(command)
        history = {"sparse_categorical_accuracy": [0.6], "val_sparse_categorical_accuracy": [0.5]}
        done = {"history": history, "seconds": [1.0], "parameters": 1, "epochs": 1, "until": 1}
        (_, y_train), _ = photographs
        script = Path(command[1]).stem
        folder = Path(env["COURSE_CHECKPOINTS"]) / script / ("momentum_0.9" * script.startswith("p40"))
        folder.mkdir(parents=True, exist_ok=True)
        np.savez(folder / "last.npz", run=json.dumps(done | {"labels": checkpoints.fingerprint(y_train)}))
        return SimpleNamespace(returncode=0)

    monkeypatch.setattr(subprocess, "run", run)
    monkeypatch.setattr("common.datasets.cifar10", lambda opt=None: photographs)
    return made


def test_the_multiply_adds_by_hand_are_those_in_the_graph(trained, run_script, no_processes):
    scripts = [trained(script)[1] for script in TRAINED]
    run_script("class5_cnn/compare_networks.py")
    lesson = run_script.variables
    by_hand = {checkpoint: lesson["multiply_adds"](layers) for checkpoint, layers in lesson["NETWORKS"].values()}
    for script in scripts:  # each is asked for by the folder that it keeps its checkpoint in
        folder = script["checkpoint"].folder.as_posix()
        (checkpoint,) = (name for name in by_hand if folder.endswith(f"/{name}"))
        assert by_hand.pop(checkpoint) == multiply_adds(script["model"])
    assert not by_hand


def test_compare_batch_normalization(run_script, no_processes):
    text = run_script("class5_cnn/compare_batch_normalization.py", "--epochs", "1", "--offline")
    ways = [["--momentum", "0.9"], ["--momentum", "0.99"], ["--offline", "--frozen-bn"]]
    assert [command[-2:] for command in no_processes] == ways
    assert len(re.findall(r"^(?:momentum|frozen).* 0\.600 +0\.500$", text, re.MULTILINE)) == 3
    assert "batch_normalization.png" in [figure.name for figure in run_script.figures]


@pytest.mark.parametrize("script", ["compare_networks", "compare_batch_normalization"])
def test_a_script_that_fails_ends_the_comparison(script, run_script, photographs, monkeypatch, capsys):
    monkeypatch.setattr("common.datasets.cifar10", lambda opt=None: photographs)
    monkeypatch.setattr(subprocess, "run", lambda command, env: SimpleNamespace(returncode=2))
    with pytest.raises(SystemExit, match="2"):
        run_script(f"class5_cnn/{script}.py")
    assert capsys.readouterr().err.count("\n") == 1


def test_a_network_that_does_not_exist(run_script, capsys):
    with pytest.raises(SystemExit, match="2"):
        run_script("class5_cnn/compare_networks.py", "--networks", "LeNet6")
    assert "--networks LeNet6: there are Baseline, LeNet5" in capsys.readouterr().err


# ------------------------------------------------------------------------------------------------------ devices


@pytest.mark.parametrize(
    ("flags", "said"),
    [
        (["--precision", "float16"], r"--precision: invalid choice: 'float16' .*mixed_float16.*mixed_bfloat16"),
        (["--strategy", "two"], r"--strategy: invalid choice: 'two' .*none.*mirrored"),
    ],
)
def test_a_precision_or_strategy_that_does_not_exist(flags, said, run_script, capsys):
    with pytest.raises(SystemExit) as exit:
        run_script("class5_cnn/p40_cifar10_inception10.py", *flags)
    assert exit.value.code == 2
    assert re.fullmatch(f".*error: {said}.*\n", capsys.readouterr().err)


@pytest.mark.parametrize("precision", ["mixed_float16", "mixed_bfloat16"])
@pytest.mark.parametrize("script", ["p31_cifar10_lenet5", "beyond_cifar10"])
def test_mixed_precision_computes_in_16_bits_and_ends_in_32(script, precision, few, run_script, eagerly):
    picture = tf.ones((1, 8, 8, 3), precision.removeprefix("mixed_"))
    try:
        tf.nn.conv2d(picture, tf.ones((3, 3, 3, 4), picture.dtype), 1, "VALID")
    except tf.errors.AbortedError:  # of oneDNN, where ONEDNN_MAX_CPU_ISA hides from it what TensorFlow counts on
        pytest.skip(f"no convolutions in {precision.removeprefix('mixed_')} on this processor")
    run_script(f"class5_cnn/{script}.py", "--epochs=1", "--batch-size=64", "--precision", precision)
    model = run_script.variables["model"]
    *inner, last = (layer for layer in model.layers if not isinstance(layer, keras.layers.RandomErasing))
    assert {layer.compute_dtype for layer in inner} == {precision.removeprefix("mixed_")}
    assert last.compute_dtype == "float32"
    assert {weight.dtype for weight in model.weights} == {"float32"}
    assert np.isfinite(run_script.variables["checkpoint"].history["loss"]).all()


@pytest.mark.parametrize("script", NETWORKS)
def test_every_network_ends_in_float32(script):
    text = (ROOT / f"class5_cnn/{script}.py").read_text(encoding="utf-8")
    (last,) = re.findall(r"layers.Dense\(\s*10,.*", text)
    assert 'activation="softmax"' in last and 'dtype="float32"' in last


MIRRORED = """
import sys
from types import SimpleNamespace
import common.quiet
from common import devices, training
from common.checkpoints import Checkpoint
import keras
import numpy as np
import tensorflow as tf

folder, strategy, epochs = sys.argv[1:]
cpu = tf.config.list_physical_devices("CPU")[0]
tf.config.set_logical_device_configuration(cpu, [tf.config.LogicalDeviceConfiguration()] * 2)
devices.set_up(SimpleNamespace(precision="float32", strategy=strategy))
keras.utils.set_random_seed(0)
random = np.random.RandomState(0)
x, y = random.rand(70, 8, 8, 3).astype("float32"), random.randint(0, 10, (70, 1))
layers = [keras.layers.Conv2D(4, 3), keras.layers.Flatten(), keras.layers.Dense(10)]
model = keras.Sequential(layers)
model.compile("adam", keras.losses.SparseCategoricalCrossentropy(from_logits=True))
model(keras.Input((8, 8, 3)))
checkpoint = Checkpoint(model, int(epochs), y)
train = training.batches(x, y, 32, 0, checkpoint.epoch)
model.fit(train, steps_per_epoch=3, epochs=checkpoint.epochs, initial_epoch=checkpoint.epoch, shuffle=False,
          validation_data=(x, y), verbose=2, callbacks=[checkpoint])
print("replicas", model.distribute_strategy.num_replicas_in_sync)
np.savez(folder + "/weights.npz", *[weight.numpy() for weight in model.weights])
"""


@pytest.mark.slow
def test_two_devices_give_what_one_gives_also_after_an_interruption(tmp_path):
    """70 images in batches of 32, the last of 6. The second run on two devices goes on where the first ended."""
    weights = {}
    for name, runs in (("none", ["2"]), ("mirrored", ["1", "1"])):
        folder = tmp_path / name
        folder.mkdir()
        for epochs in runs:
            done = run_alone("-c", MIRRORED, str(folder), name, epochs, COURSE_CHECKPOINTS=str(folder))
            assert done.returncode == 0, done.stderr.decode()
        assert b"replicas %d" % (2 if name == "mirrored" else 1) in done.stdout
        with np.load(folder / "weights.npz") as saved:
            weights[name] = [saved[key] for key in saved.files]
    for one, two in zip(weights["none"], weights["mirrored"], strict=True):
        np.testing.assert_allclose(one, two, rtol=0, atol=1e-4)  # six steps of 0.001 move a weight by 0.006


MEMORY = """
import resource, runpy, sys
import common.quiet
from common import datasets
import keras
import numpy as np

fit = keras.Model.fit
five = {"steps_per_epoch": 5, "validation_steps": 5, "validation_batch_size": 32}
keras.Model.fit = lambda self, data, **more: fit(self, data, **{**more, **five})
datasets.cifar10 = lambda opt: [
    (np.random.randint(0, 256, (n, 32, 32, 3), "uint8"), np.zeros((n, 1), "uint8")) for n in (50_000, 10_000)
]
sys.argv = [sys.argv[1], "--epochs", "1"]
runpy.run_path(sys.argv[0], run_name="__main__")
print("GiB", resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 2**20)
"""


@pytest.mark.slow
@pytest.mark.skipif(sys.platform != "linux", reason="ru_maxrss counts in other units elsewhere")
def test_resnet18_trains_within_3_gib(tmp_path):
    done = run_alone("-c", MEMORY, "class5_cnn/p46_cifar10_resnet18.py", COURSE_CHECKPOINTS=str(tmp_path))
    assert done.returncode == 0, done.stderr.decode()
    assert float(done.stdout.split()[-1]) < 3
