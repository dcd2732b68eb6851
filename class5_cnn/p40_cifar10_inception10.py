"""
Inception10, and what batch normalization needs
===============================================

Inception10：并列的卷积核；批标准化的滑动平均

:Notes: 五、卷积神经网络(CNN) › 经典卷积网络 › InceptionNet
:Data: CIFAR-10
:Expect: 121,418 parameters; validation accuracy about 0.6 after 5 epochs
:Time: 230 s

The notes call their blocks with `training=False` and print 0.4645. Called so, batch normalization takes its moving mean
and variance for those of the batch, also in training; and as nothing moves them, they stay 0 and 1: it normalizes
nothing. `--frozen-bn` does the same.

Without `training=False` training goes well, but with Keras's momentum of 0.99 validation does not: 5 epochs of 49
steps are too few for the moving averages. After 245 steps they still hold 0.99^245 = 9 % of the 0 and 1 that they
began with, and the rest lags a hundred steps behind the weights. `--momentum 0.99` shows it. With 0.9, the default
here, they follow within ten steps.

After 5 epochs, accuracy in     training   validation
momentum 0.9                       0.660        0.631
momentum 0.99                      0.660        0.230
--frozen-bn                        0.412        0.434

`--compare-bn` trains all three and draws them in one figure.
"""

# %% import
import common.quiet
from common import datasets, devices, figures, stop, training
from common.options import options

import keras
import matplotlib.pyplot as plt
import numpy as np
from keras import layers

opt = options(
    __doc__,
    epochs=5,
    batch_size=1024,
    momentum=0.9,
    frozen_bn=False,
    compare_bn=False,
    seed=0,
    fresh=False,
    data="",
    offline=False,
    **devices.FLAGS,
)
if opt.momentum >= 1:
    stop(f"--momentum {opt.momentum:g} would leave the moving averages where they start; give a number below 1")
devices.set_up(opt)

# %% train, test: colour values 0..255 become 0..1
(x_train, y_train), (x_test, y_test) = datasets.cifar10(opt)
x_train = np.divide(x_train, 255, dtype="float32")
x_test = np.divide(x_test, 255, dtype="float32")


# %% blocks
class ConvBNRelu(layers.Layer):
    def __init__(self, filters, kernel_size=3, strides=1):
        super().__init__()
        self.steps = keras.Sequential(
            [
                layers.Conv2D(filters, kernel_size, strides=strides, padding="same"),
                layers.BatchNormalization(momentum=opt.momentum),
                layers.Activation("relu"),
            ]
        )

    def call(self, x):
        return self.steps(x, training=False) if opt.frozen_bn else self.steps(x)


class InceptionBlock(layers.Layer):
    def __init__(self, filters, strides=1):
        super().__init__()
        self.branches = [
            [ConvBNRelu(filters, 1, strides)],
            [ConvBNRelu(filters, 1, strides), ConvBNRelu(filters, 3)],
            [ConvBNRelu(filters, 1, strides), ConvBNRelu(filters, 5)],
            [layers.MaxPooling2D(3, strides=1, padding="same"), ConvBNRelu(filters, 1, strides)],
        ]
        self.join = layers.Concatenate()  # of the channels: 4 * filters

    def call(self, x):
        outputs = []
        for branch in self.branches:
            y = x
            for step in branch:
                y = step(y)
            outputs.append(y)
        return self.join(outputs)


# %% the network
class Inception10(keras.Model):
    def __init__(self):
        super().__init__()
        self.c1 = ConvBNRelu(16)
        self.blocks = keras.Sequential()
        for filters in (16, 32):  # (n, 16, 16, 64), (n, 8, 8, 128)
            self.blocks.add(InceptionBlock(filters, strides=2))
            self.blocks.add(InceptionBlock(filters))
        self.p1 = layers.GlobalAveragePooling2D()
        self.f1 = layers.Dense(10, activation="softmax", dtype="float32")

    def call(self, x, training=None):
        x = self.c1(x)
        x = self.blocks(x)
        x = self.p1(x)  # (n, 128)
        return self.f1(x)


# %% training: one network, or with --compare-bn the same one in three ways
ways = [(0.9, False), (0.99, False), (0.99, True)] if opt.compare_bn else [(opt.momentum, opt.frozen_bn)]
histories = {}
for opt.momentum, opt.frozen_bn in ways:
    keras.utils.set_random_seed(opt.seed)
    model = Inception10()
    model.compile(
        optimizer="adam",
        loss=keras.losses.SparseCategoricalCrossentropy(from_logits=False),
        metrics=["sparse_categorical_accuracy"],
    )
    keep = ways == [(0.9, False)]  # the others must not go on from its checkpoint
    history = training.fit(model, (x_train, y_train), (x_test, y_test), opt, checkpoint=keep)
    histories["frozen, as in the notes" if opt.frozen_bn else f"momentum {opt.momentum:g}"] = history.history

training.summary(model)
training.save_parameters(model)

# %% figure
if opt.compare_bn:
    epochs = range(1, opt.epochs + 1)
    for label, values in histories.items():
        (line,) = plt.plot(epochs, values["val_sparse_categorical_accuracy"], marker="o", label=label)
        plt.plot(epochs, values["sparse_categorical_accuracy"], "--", color=line.get_color(), alpha=0.6)
    plt.title("Batch normalization in Inception10")
    plt.xlabel("Epoch")
    plt.ylabel("Validation accuracy (dashed: training accuracy)")
    plt.xticks(epochs)
    plt.grid(alpha=0.3)
    plt.legend(loc="upper center", bbox_to_anchor=(0.5, -0.12), ncols=3)
    figures.show("batch_normalization")
else:
    figures.training_curves(history)
