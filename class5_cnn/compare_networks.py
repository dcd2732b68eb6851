"""
Six networks side by side
=========================

六个网络对比：参数量、计算量、时间、准确率

:Notes: 五、卷积神经网络(CNN) › 经典卷积网络 › 经典卷积网络小结
:Data: CIFAR-10
:Expect: 651,720 (LeNet5) to 555,422,720 (ResNet18) multiply-adds per image; ResNet18 is ahead
:Time: 6000 s
"""

# %% import
import os
import runpy
import sys
import tempfile
import time

import common.quiet
from common import ROOT, devices, figures, stop
from common.options import options

import keras
import matplotlib.pyplot as plt
import numpy as np
import tensorflow as tf

plt.switch_backend("agg")  # a window of one of the six scripts would wait to be closed
tf.get_logger().setLevel("ERROR")  # it warns of functions that are made again and again: here by each network

NETWORKS = {
    "Baseline": "p27_cifar10_baseline",
    "LeNet5": "p31_cifar10_lenet5",
    "AlexNet8": "p34_cifar10_alexnet8",
    "VGG16": "p36_cifar10_vgg16",
    "Inception10": "p40_cifar10_inception10",
    "ResNet18": "p46_cifar10_resnet18",
}
opt = options(
    __doc__,
    networks=",".join(NETWORKS),
    epochs=5,
    batch_size=128,
    data="",
    offline=False,
    **devices.FLAGS,
)
for name in opt.networks.split(","):
    if name not in NETWORKS:
        stop(f"--networks {name}: there are {', '.join(NETWORKS)}")


# %% multiply-adds for one image, counted in the graph of the model: its kernels are all that it multiplies with
def multiply_adds(model):
    graph = tf.function(model).get_concrete_function(tf.TensorSpec((1, 32, 32, 3))).graph
    total = 0
    for operation in graph.get_operations():
        if operation.type in ("Conv2D", "MatMul"):
            kernel, output = operation.inputs[1].shape, operation.outputs[0].shape
            total += np.prod(kernel) * np.prod(output[1:-1])  # the whole kernel once for each pixel of the output
    return int(total)


# %% each script trained with the same flags, from the first epoch
flags = []
for name, value in vars(opt).items():
    if value is True:
        flags.append(f"--{name}")
    elif value is not False and name != "networks":
        flags.append(f"--{name.replace('_', '-')}={value}")
rows = []
for name in opt.networks.split(","):
    script = str(ROOT / "class5_cnn" / f"{NETWORKS[name]}.py")
    sys.argv = [script, *flags]
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as folder:
        os.environ["COURSE_CHECKPOINTS"] = folder
        lesson = runpy.run_path(script, run_name=__name__)

    model, x, y = lesson["model"], lesson["x_train"], lesson["y_train"]
    part = len(x) // 10 // opt.batch_size * opt.batch_size or opt.batch_size  # a tenth of an epoch, in whole batches
    start = time.perf_counter()
    model.fit(x[:part], y[:part], batch_size=opt.batch_size, verbose=0)
    seconds = (time.perf_counter() - start) * len(x) / part
    accuracy = lesson["history"].history["val_sparse_categorical_accuracy"][-1]
    rows.append((name, model.count_params(), multiply_adds(model), seconds, accuracy))
    del lesson, model, x, y  # before the next script loads the images
    keras.utils.clear_session()

print(f"{'network':12}{'parameters':>12}{'multiply-adds':>15}{'s/epoch':>9}{'accuracy':>10}")
for name, parameters, cost, seconds, accuracy in rows:
    print(f"{name:12}{parameters:12,}{cost:15,}{seconds:9.1f}{accuracy:10.4f}")

# %% figure: accuracy against cost
plt.figure(figsize=(7, 4.6))
for name, parameters, cost, _, accuracy in rows:
    area = parameters / 10_000  # in square points
    plt.scatter(cost, accuracy, s=area, alpha=0.5)
    above = (0, 4 + (area / np.pi) ** 0.5)
    plt.annotate(name, (cost, accuracy), above, textcoords="offset points", ha="center")
plt.xscale("log")
plt.xlabel("Multiply-adds per image")
plt.ylabel("Validation accuracy")
plt.title(f"After {opt.epochs} epochs; the area is the number of parameters")
plt.grid(alpha=0.3)
plt.margins(0.2)
figures.show("networks")
