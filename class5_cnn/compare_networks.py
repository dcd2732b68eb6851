"""
Seven networks side by side
===========================

七个网络对比：参数量、计算量、时间、准确率

The six networks of the notes and the one of beyond_cifar10.py, each trained by its own script: what a script has left
among its checkpoints is taken as it is, and those that have not been run yet are run now. Look at the figure: accuracy
tends to rise with the cost and with the minutes, but not at the same price for all. Inception10 is ahead of AlexNet8
with a tenth of its multiply-adds, and "Beyond" ahead of ResNet18 with a seventh.
笔记中的六个网络和 beyond_cifar10.py 的网络，各由自己的脚本训练：训练过的直接读取其 checkpoint，没有运行过的现在运行。
请看图：准确率大体随计算量和分钟数上升，但代价并不相同：Inception10 的乘加次数只有 AlexNet8 的十分之一，
Beyond 只有 ResNet18 的七分之一，准确率却更高。

:Notes: 五、卷积神经网络(CNN) › 经典卷积网络 › 经典卷积网络小结
:Data: CIFAR-10
:Expect: 651,720 (LeNet5) to 555,422,720 (ResNet18) multiply-adds per image; of the notes' six ResNet18 is ahead
:Time: 8100 s
"""

# %% import
import os
import re
import subprocess
import sys

import common.quiet  # TensorFlow without its start-up messages
from common import ROOT, figures, stop
from common.options import options

# %% multiply-adds for one image, by hand. A convolution lays a kernel of side k with `inputs` channels on side · side
# places, once for each of its output channels: side² · k² · inputs · outputs. A dense layer is one of side and kernel 1
NETWORKS = {  # its checkpoint, named after its script; side, k, inputs, outputs of every layer that multiplies
    "Baseline": ("p27_cifar10_baseline", [(32, 5, 3, 6), (1, 1, 1536, 128), (1, 1, 128, 10)]),
    "LeNet5": (
        "p31_cifar10_lenet5",
        [(28, 5, 3, 6), (10, 5, 6, 16), (1, 1, 400, 120), (1, 1, 120, 84), (1, 1, 84, 10)],
    ),
    "AlexNet8": (
        "p34_cifar10_alexnet8",
        [(30, 3, 3, 96), (12, 3, 96, 256), (5, 3, 256, 384), (5, 3, 384, 384), (5, 3, 384, 256)]
        + [(1, 1, 1024, 2048), (1, 1, 2048, 2048), (1, 1, 2048, 10)],
    ),
    "VGG16": (
        "p36_cifar10_vgg16",
        [(32, 3, 3, 64), (32, 3, 64, 64), (16, 3, 64, 128), (16, 3, 128, 128)]
        + [(8, 3, 128, 256), (8, 3, 256, 256), (8, 3, 256, 256)]
        + [(4, 3, 256, 512), (4, 3, 512, 512), (4, 3, 512, 512)]
        + [(2, 3, 512, 512)] * 3
        + [(1, 1, 512, 512), (1, 1, 512, 512), (1, 1, 512, 10)],
    ),
    "Inception10": (
        "p40_cifar10_inception10/momentum_0.9",
        [(32, 3, 3, 16)]
        + [(16, 1, 16, 16)] * 4
        + [(16, 1, 64, 16)] * 4
        + [(16, 3, 16, 16), (16, 5, 16, 16)] * 2
        + [(8, 1, 64, 32)] * 4
        + [(8, 1, 128, 32)] * 4
        + [(8, 3, 32, 32), (8, 5, 32, 32)] * 2
        + [(1, 1, 128, 10)],
    ),
    "ResNet18": (
        "p46_cifar10_resnet18",
        [(32, 3, 3, 64)]
        + [(32, 3, 64, 64)] * 4
        + [(16, 3, 64, 128), (16, 1, 64, 128)]
        + [(16, 3, 128, 128)] * 3
        + [(8, 3, 128, 256), (8, 1, 128, 256)]
        + [(8, 3, 256, 256)] * 3
        + [(4, 3, 256, 512), (4, 1, 256, 512)]
        + [(4, 3, 512, 512)] * 3
        + [(1, 1, 512, 10)],
    ),
    "Beyond": (
        "beyond_cifar10",
        [(31, 2, 3, 24), (31, 3, 24, 64), (15, 3, 64, 64), (15, 3, 64, 192)]
        + [(7, 3, 192, 192)] * 2
        + [(3, 3, 192, 192), (1, 1, 192, 10)],
    ),
}


def multiply_adds(layers):
    return sum(side**2 * k**2 * inputs * outputs for side, k, inputs, outputs in layers)


opt = options(
    __doc__, networks=",".join(NETWORKS), epochs=0, data="", offline=False, limit=0, precision="float32"
)  # epochs 0: as many as each script trains by itself
for name in opt.networks.split(","):
    if name not in NETWORKS:
        stop(f"--networks {name}: there are {', '.join(NETWORKS)}")

from common import checkpoints, datasets

import matplotlib.pyplot as plt
import numpy as np

# %% each network: what its script leaves among its checkpoints is all that is needed here
(_, y_train), _ = datasets.cifar10(opt)
labels = checkpoints.fingerprint(y_train)


def left(checkpoint):
    """What a script has left of a training on these data that came to its end: epochs, seconds, history; or None."""
    try:
        run, _ = checkpoints.read(checkpoints.folder(checkpoint) / "last.npz")
    except Exception:  # there is none, or it is damaged, which makes its reader raise anything
        return None
    return run if run["labels"] == labels and run["epochs"] >= run["until"] else None


flags = ["--data", opt.data, "--limit", str(opt.limit), "--precision", opt.precision]
flags += ["--offline"] * opt.offline + ["--epochs", str(opt.epochs)] * bool(opt.epochs)
rows = []
for name in opt.networks.split(","):
    checkpoint, layers = NETWORKS[name]
    run = left(checkpoint)
    if not run:
        script = f"{checkpoint.partition('/')[0]}.py"
        print(script, flush=True)
        env = {**os.environ, "MPLBACKEND": "agg"}  # no windows on the way
        status = subprocess.run([sys.executable, ROOT / "class5_cnn" / script, *flags], env=env).returncode
        run = None if status else left(checkpoint)
    if not run:
        stop(f"{script} did not come to its end, but ended with status {status}")
    (validation,) = (run["history"][key] for key in run["history"] if re.match("val_.*accuracy", key))
    rows.append((name, run["parameters"], multiply_adds(layers), run["seconds"], validation))

print(f"{'network':12}{'parameters':>12}{'multiply-adds':>15}{'epochs':>8}{'minutes':>9}{'s/epoch':>9}{'accuracy':>10}")
for name, parameters, cost, seconds, validation in rows:
    times = f"{len(seconds):8}{sum(seconds) / 60:9.1f}{np.median(seconds):9.1f}"
    print(f"{name:12}{parameters:12,}{cost:15,}{times}{validation[-1]:10.4f}")

# %% figure: accuracy against cost, and epoch by epoch against the time
_, (left, right) = plt.subplots(1, 2, figsize=(12, 4.6), sharey=True, layout="constrained")
for name, parameters, cost, seconds, validation in rows:
    area = parameters / 10_000  # in square points
    left.scatter(cost, validation[-1], s=area, alpha=0.5)
    above = (0, 4 + (area / np.pi) ** 0.5)
    left.annotate(name, (cost, validation[-1]), above, textcoords="offset points", ha="center")
    right.plot(np.cumsum(seconds) / 60, validation, marker="o", markersize=3, label=name)
left.set(xlabel="Multiply-adds per image", ylabel="Validation accuracy")
left.set_title("After the last epoch; the area is the number of parameters")
right.set(xlabel="Minutes of training, validation included", title="Epoch by epoch")
right.legend()
for axis in (left, right):
    axis.set_xscale("log")
    axis.grid(alpha=0.3)
    axis.margins(0.2)
right.xaxis.set_major_formatter("{x:g}")  # 100 minutes, not 10²
figures.show("networks")
