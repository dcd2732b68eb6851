"""
Inception10, and what batch normalization needs
===============================================

Inception10：并列的卷积核；批标准化的滑动平均

A block looks at its input through kernels of 1, 3 and 5 pixels at once, and puts the results side by side. The 1x1
kernels before the larger ones save work: 64 channels become 16 for a 5x5 kernel, which needs a quarter of the
multiplications then. Look at validation and training accuracy with --momentum 0.99, Keras's own value, and with
--frozen-bn, as in the notes; compare_batch_normalization.py trains all three.
一个结构块同时用 1、3、5 像素的卷积核观察输入，再把结果沿通道拼接。大卷积核之前的 1x1 卷积核节省计算：先把 64 个通道
变成 16 个，5x5 卷积核的乘法就只剩四分之一。请用 --momentum 0.99（Keras 的默认值）和 --frozen-bn（笔记的写法）
各运行一次，对比训练与验证准确率；compare_batch_normalization.py 三种一起训练。

:Notes: 五、卷积神经网络(CNN) › 经典卷积网络 › InceptionNet
:Data: CIFAR-10
:Expect: 121,418 parameters; validation accuracy 0.62 to 0.63 after 5 epochs (seeds 0 to 2, images through JPEG)
:Time: 230 s
"""

# %% 1. import
import math

import common.quiet  # TensorFlow without its start-up messages
from common import datasets, devices, figures
from common.options import options
from common.training import batches, save_parameters

opt = options(
    __doc__,
    epochs=5,
    batch_size=1024,
    momentum=0.9,
    frozen_bn=False,
    seed=0,
    fresh=False,
    data="",
    offline=False,
    limit=0,
    **devices.FLAGS,
)

from common.checkpoints import Checkpoint

import keras
import numpy as np
from keras import layers

devices.set_up(opt)
keras.utils.set_random_seed(opt.seed)

# %% 2. train, test: colour values 0..255 become 0..1
(x_train, y_train), (x_test, y_test) = datasets.cifar10(opt)  # what keras.datasets.cifar10.load_data() returns
x_train, x_test = x_train / np.float32(255), x_test / np.float32(255)  # without a copy more, which astype would make
steps = math.ceil(len(x_train) / opt.batch_size)  # 49 batches make an epoch


# %% 3. the network. momentum: how much of its moving averages a batch normalization keeps in each step. frozen: called
# with training=False, as in the notes, it uses them in place of the batch's mean and variance in training, too; as
# nothing moves them, they stay 0 and 1, and it normalizes nothing
class ConvBNRelu(layers.Layer):
    def __init__(self, filters, kernel_size=3, strides=1, momentum=0.9, frozen=False):
        super().__init__()
        self.frozen = frozen
        self.steps = keras.Sequential(
            [
                # <- filters kernels of kernel_size, with strides and same padding
                layers.Conv2D(filters, kernel_size, strides=strides, padding="same"),
                layers.BatchNormalization(momentum=momentum),
                layers.Activation("relu"),
            ]
        )

    def call(self, x):
        return self.steps(x, training=False) if self.frozen else self.steps(x)


class InceptionBlock(layers.Layer):
    def __init__(self, filters, strides=1, **bn):
        super().__init__()
        self.c1 = ConvBNRelu(filters, 1, strides, **bn)

        self.c2_1 = ConvBNRelu(filters, 1, strides, **bn)
        self.c2_2 = ConvBNRelu(filters, 3, **bn)

        self.c3_1 = ConvBNRelu(filters, 1, strides, **bn)
        self.c3_2 = ConvBNRelu(filters, 5, **bn)

        self.p4_1 = layers.MaxPooling2D(3, strides=1, padding="same")
        self.c4_2 = ConvBNRelu(filters, 1, strides, **bn)

        self.join = layers.Concatenate()  # of the channels: 4 * filters

    def call(self, x):
        x1 = self.c1(x)
        x2 = self.c2_2(self.c2_1(x))  # <- the second branch
        x3 = self.c3_2(self.c3_1(x))  # <- the third branch
        x4 = self.c4_2(self.p4_1(x))  # <- the fourth branch
        return self.join([x1, x2, x3, x4])  # <- the four, joined


class Inception10(keras.Model):
    def __init__(self, momentum, frozen):
        super().__init__()
        bn = {"momentum": momentum, "frozen": frozen}
        self.c1 = ConvBNRelu(16, **bn)
        self.blocks = keras.Sequential()
        for filters in (16, 32):  # (n, 16, 16, 64), (n, 8, 8, 128)
            self.blocks.add(InceptionBlock(filters, strides=2, **bn))
            self.blocks.add(InceptionBlock(filters, **bn))
        self.p1 = layers.GlobalAveragePooling2D()
        self.f1 = layers.Dense(10, activation="softmax", dtype="float32")

    def call(self, x, training=None):
        x = self.c1(x)
        x = self.blocks(x)
        x = self.p1(x)  # (n, 128)
        return self.f1(x)


model = Inception10(opt.momentum, opt.frozen_bn)

# %% 4. compile
model.compile(
    optimizer="adam",
    loss=keras.losses.SparseCategoricalCrossentropy(from_logits=False),
    metrics=["sparse_categorical_accuracy"],
)

# %% 5. fit, from where the last run ended: what p16_checkpoint.py does, but so that the end is, bit for bit, that of a
# training without a break. For this the order of the batches depends on nothing but seed and epoch
model(keras.Input((32, 32, 3)))  # makes the weights, which the checkpoint may replace
way = "frozen" if opt.frozen_bn else f"momentum_{opt.momentum:g}"  # each with a checkpoint of its own
checkpoint = Checkpoint(model, opt.epochs, y_train, fresh=opt.fresh, name=f"p40_cifar10_inception10/{way}")
train = batches(x_train, y_train, opt.batch_size, opt.seed, checkpoint.epoch)
model.fit(
    train,
    steps_per_epoch=steps,
    epochs=checkpoint.epochs,
    initial_epoch=checkpoint.epoch,
    shuffle=False,  # the batches come shuffled
    validation_data=(x_test, y_test),
    validation_freq=1,
    callbacks=[checkpoint],
)

# %% 6. summary, parameters and curves (p19_parameters.py and p23_curves.py)
model.summary()
save_parameters(model)
figures.training_curves(checkpoint.history, checkpoint.resumed)
