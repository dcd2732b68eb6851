"""
LeNet5
======

LeNet5：两层卷积、三层全连接

The first convolutional network that was put to use (1998), for the digits on cheques: sigmoid, and neither batch
normalization nor dropout. Look at how slowly it starts: the sigmoid's slope is 0.25 at most, and four of them in a row
leave little of a gradient.
最早投入使用的卷积网络（1998 年，识别支票上的数字）：用 sigmoid，没有批标准化，也没有舍弃。请看它起步多慢：
sigmoid 的导数最大只有 0.25，连乘四层之后，梯度所剩无几。

:Notes: 五、卷积神经网络(CNN) › 经典卷积网络 › LeNet
:Data: CIFAR-10
:Expect: 62,006 parameters; validation accuracy 0.44 to 0.49 after 5 epochs (seeds 0 to 4, images through JPEG)
:Time: 45 s
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
class LeNet5(keras.Model):
    def __init__(self):
        super().__init__()
        self.c1 = layers.Conv2D(6, 5, activation="sigmoid")  # <- 6 kernels of 5 x 5, sigmoid
        self.p1 = layers.MaxPooling2D(2)  # <- maximum of 2 x 2

        self.c2 = layers.Conv2D(16, 5, activation="sigmoid")  # <- 16 kernels of 5 x 5, sigmoid
        self.p2 = layers.MaxPooling2D(2)  # <- maximum of 2 x 2 once more

        self.flatten = layers.Flatten()
        self.f1 = layers.Dense(120, activation="sigmoid")  # <- dense, 120 neurons, sigmoid
        self.f2 = layers.Dense(84, activation="sigmoid")  # <- dense, 84 neurons, sigmoid
        self.f3 = layers.Dense(10, activation="softmax", dtype="float32")

    def call(self, x, training=None):
        x = self.c1(x)  # (n, 28, 28, 6)
        x = self.p1(x)  # (n, 14, 14, 6)

        x = self.c2(x)  # (n, 10, 10, 16)
        x = self.p2(x)  # (n, 5, 5, 16)

        x = self.flatten(x)  # (n, 400)
        x = self.f1(x)
        x = self.f2(x)
        return self.f3(x)


model = LeNet5()

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
