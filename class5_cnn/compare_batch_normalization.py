"""
Inception10 with batch normalization in three ways
==================================================

批标准化的三种用法：Inception10 的对比

In training a batch normalization takes mean and variance of the batch, in validation the moving averages it has kept.
With momentum 0.99, Keras's own value, these still hold 0.99^245 = 9 % of the 0 and 1 that they began with after five
epochs of 49 steps, and lag a hundred steps behind the weights: training goes well, validation does not. With 0.9 they
follow within ten steps. Frozen, as in the notes, nothing is normalized at all. Look at the dashed lines beside the
solid ones.
训练时批标准化用本批数据的均值和方差，验证时用累积的滑动平均。动量为 Keras 默认的 0.99 时，5 个 epoch 共 245 步之后，
滑动平均里仍有 0.99^245 = 9 % 是最初的 0 和 1，并落后权重约一百步：训练顺利，验证却很差。动量为 0.9 时十步左右就能跟上。
像笔记那样冻结，则根本没有标准化。请对比图中的虚线与实线。

:Notes: 五、卷积神经网络(CNN) › 经典卷积网络 › InceptionNet
:Data: CIFAR-10
:Expect: after 5 epochs validation accuracy 0.631 with momentum 0.9, 0.230 with 0.99, 0.433 frozen (seed 0)
:Time: 700 s
"""

# %% import
import os
import subprocess
import sys
import tempfile
from pathlib import Path

import common.quiet  # TensorFlow without its start-up messages
from common import ROOT, figures, stop
from common.options import options

opt = options(__doc__, epochs=5, batch_size=1024, seed=0, data="", offline=False, limit=0)

from common import checkpoints

import matplotlib.pyplot as plt

# %% p40_cifar10_inception10.py three times, from the first epoch: what it leaves among its checkpoints has the history
WAYS = {
    "momentum 0.9": ["--momentum", "0.9"],
    "momentum 0.99": ["--momentum", "0.99"],
    "frozen, as in the notes": ["--frozen-bn"],
}
flags = ["--epochs", str(opt.epochs), "--batch-size", str(opt.batch_size), "--seed", str(opt.seed)]
flags += ["--data", opt.data, "--limit", str(opt.limit)]
flags += ["--offline"] if opt.offline else []
histories = {}
for label, way in WAYS.items():
    print(label, flush=True)
    with tempfile.TemporaryDirectory() as folder:
        env = {**os.environ, "COURSE_CHECKPOINTS": folder, "MPLBACKEND": "agg"}  # no windows on the way
        command = [sys.executable, ROOT / "class5_cnn" / "p40_cifar10_inception10.py", *flags, *way]
        if subprocess.run(command, env=env).returncode:
            stop("p40_cifar10_inception10.py did not come to its end")
        run, _ = checkpoints.read(next(Path(folder).rglob("last.npz")))
    histories[label] = run["history"]

print(f"{'':26}{'training':>10}{'validation':>12}")
for label, history in histories.items():
    accuracy, validation = (history[f"{part}sparse_categorical_accuracy"][-1] for part in ("", "val_"))
    print(f"{label:26}{accuracy:10.3f}{validation:12.3f}")

# %% figure
epochs = range(1, opt.epochs + 1)
for label, history in histories.items():
    (line,) = plt.plot(epochs, history["val_sparse_categorical_accuracy"], marker="o", label=label)
    plt.plot(epochs, history["sparse_categorical_accuracy"], "--", color=line.get_color(), alpha=0.6)
plt.title("Batch normalization in Inception10")
plt.xlabel("Epoch")
plt.ylabel("Validation accuracy (dashed: training accuracy)")
plt.xticks(epochs)
plt.grid(alpha=0.3)
plt.legend(loc="upper center", bbox_to_anchor=(0.5, -0.12), ncols=3)
figures.show("batch_normalization")
