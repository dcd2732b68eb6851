"""
ResNet18
========

ResNet18：层间残差跳连

A block gives F(x) + x: the sum of what its two convolutions make of x and of x itself, where Inception puts its
branches side by side. What a block should leave as it is needs no learning, and the gradient reaches the first layers
through the sums unhindered. Look at how much sooner than VGG16 it learns, which has fewer layers, and at validation
accuracy with --momentum 0.9 --fresh: of the same weights, bit for bit, it was 0.790 here instead of 0.757.
每个残差块给出 F(x) + x：两层卷积的结果与输入 x 逐元素相加；而 Inception 是把各分支沿通道方向拼接。不必改变的部分
无需学习，梯度经由加法直达前面的层。请看它比层数更少的 VGG16 学得快多少，再用 --momentum 0.9 --fresh 运行并对比验证
准确率：权重逐位相同，在这里由 0.757 变为 0.790。

:Notes: 五、卷积神经网络(CNN) › 经典卷积网络 › ResNet
:Data: CIFAR-10
:Expect: 11,183,562 parameters; validation accuracy 0.76 to 0.77 after 5 epochs (seeds 0 to 2, images through JPEG)
:Time: 3000 s
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
    batch_size=32,
    momentum=0.99,
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
steps = math.ceil(len(x_train) / opt.batch_size)  # 1,563 batches make an epoch


# %% 3. the network. A block: what two convolutions make of x, plus x. momentum: how much of its moving averages, which
# only validation uses, a batch normalization keeps in each step; at 0.99 those lag behind weights that still move fast
class ResidualBlock(layers.Layer):
    def __init__(self, filters, strides=1):
        super().__init__()
        self.c1 = layers.Conv2D(filters, 3, strides=strides, padding="same", use_bias=False)
        self.b1 = layers.BatchNormalization(momentum=opt.momentum)
        self.a1 = layers.Activation("relu")

        self.c2 = layers.Conv2D(filters, 3, padding="same", use_bias=False)
        self.b2 = layers.BatchNormalization(momentum=opt.momentum)

        self.smaller = strides > 1  # then x has to become smaller and deeper as well before it can be added
        if self.smaller:
            self.down_c1 = layers.Conv2D(filters, 1, strides=strides, padding="same", use_bias=False)
            self.down_b1 = layers.BatchNormalization(momentum=opt.momentum)
        self.a2 = layers.Activation("relu")

    def call(self, x):
        y = self.c1(x)
        y = self.b1(y)
        y = self.a1(y)

        y = self.c2(y)  # <- the second convolution
        y = self.b2(y)

        if self.smaller:
            x = self.down_c1(x)  # <- x, made smaller
            x = self.down_b1(x)
        return self.a2(y + x)  # <- the sum, through the last activation


class ResNet18(keras.Model):
    def __init__(self):
        super().__init__()
        self.c1 = layers.Conv2D(64, 3, padding="same", use_bias=False)
        self.b1 = layers.BatchNormalization(momentum=opt.momentum)
        self.a1 = layers.Activation("relu")
        self.blocks = keras.Sequential()
        for filters in (64, 128, 256, 512):  # (n, 32, 32, 64), (n, 16, 16, 128), (n, 8, 8, 256), (n, 4, 4, 512)
            self.blocks.add(ResidualBlock(filters, strides=1 if filters == 64 else 2))
            self.blocks.add(ResidualBlock(filters))
        self.p1 = layers.GlobalAveragePooling2D()
        self.f1 = layers.Dense(
            10, activation="softmax", kernel_regularizer=keras.regularizers.L2(0.01), dtype="float32"
        )

    def call(self, x, training=None):
        x = self.c1(x)
        x = self.b1(x)
        x = self.a1(x)
        x = self.blocks(x)
        x = self.p1(x)  # (n, 512)
        return self.f1(x)


model = ResNet18()

# %% 4. compile
model.compile(
    optimizer="adam",
    loss=keras.losses.SparseCategoricalCrossentropy(from_logits=False),
    metrics=["sparse_categorical_accuracy"],
)

# %% 5. fit, from where the last run ended: what p16_checkpoint.py does, but so that the end is, bit for bit, that of a
# training without a break. For this the order of the batches depends on nothing but seed and epoch
model(keras.Input((32, 32, 3)))  # makes the weights, which the checkpoint may replace
checkpoint = Checkpoint(model, opt.epochs, y_train, fresh=opt.fresh)
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
