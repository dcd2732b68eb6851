"""
A convolutional network for small photographs
=============================================

卷积神经网络搭建示例：CBAPD

One convolution in the notes' five steps C-B-A-P-D (convolution, batch normalization, activation, pooling, dropout),
then two dense layers. Look at the summary: the convolution has 456 of the 198,506 parameters, the first dense layer
nearly all the others.
一层卷积，按笔记的五步 CBAPD（卷积、批标准化、激活、池化、舍弃）搭建，再接两层全连接。请看 summary：
198,506 个参数中卷积层只占 456 个，其余几乎全在第一层全连接里。

:Notes: 五、卷积神经网络(CNN) › 卷积神经网络搭建示例
:Data: CIFAR-10
:Expect: 198,506 parameters; validation accuracy 0.49 to 0.58 after 5 epochs (seeds 0 to 4, images through JPEG)
:Time: 75 s
"""

# %% 1. import
import math

import common.quiet  # TensorFlow without its start-up messages
from common import datasets, devices, figures
from common.options import options
from common.training import batches, save_parameters

opt = options(
    __doc__, epochs=5, batch_size=32, seed=0, fresh=False, data="", offline=False, limit=0, precision="float32"
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


# %% 3. the network
class Baseline(keras.Model):
    def __init__(self):
        super().__init__()
        self.c1 = layers.Conv2D(6, 5, padding="same")  # <- convolution: 6 kernels of 5 x 5, same padding
        self.b1 = layers.BatchNormalization()  # <- batch normalization
        self.a1 = layers.Activation("relu")  # <- an Activation layer: relu
        self.p1 = layers.MaxPooling2D(2, padding="same")  # <- pooling: maximum of 2 x 2, same padding
        self.d1 = layers.Dropout(0.2)

        self.flatten = layers.Flatten()
        self.f1 = layers.Dense(128, activation="relu")  # <- dense, 128 neurons, relu
        self.d2 = layers.Dropout(0.2)
        self.f2 = layers.Dense(10, activation="softmax", dtype="float32")  # also where --precision has 16 bits

    def call(self, x, training=None):  # without training=None, b1, d1 and d2 would never be told that it trains
        x = self.c1(x)  # (n, 32, 32, 6)
        x = self.b1(x)  # <- batch normalization, where it belongs in CBAPD
        x = self.a1(x)
        x = self.p1(x)  # (n, 16, 16, 6)
        x = self.d1(x)

        x = self.flatten(x)  # (n, 1536)
        x = self.f1(x)
        x = self.d2(x)
        return self.f2(x)


model = Baseline()

# %% 4. compile
model.compile(
    optimizer="adam",
    loss=keras.losses.SparseCategoricalCrossentropy(from_logits=False),
    metrics=["sparse_categorical_accuracy"],
    steps_per_execution=math.gcd(steps, 12),  # 3 short steps in one call: the same result, sooner
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
