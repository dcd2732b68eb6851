"""
VGG16
=====

VGG16：五段卷积、三层全连接

Thirteen small convolutions in five stages (2014). After each stage a picture has half the side, so a quarter of the
pixels; twice as many filters keep the information and the work per layer from shrinking as fast. Look at the first
epoch: so deep a network stays long at the accuracy of guessing before it finds a direction.
五段共十三层小卷积核（2014 年）。每段之后边长减半、像素只剩四分之一；卷积核个数加倍，信息量和每层的计算量
才不会同样快地缩小。请看第一个 epoch：这么深的网络要在接近瞎猜的水平停留很久，才找到方向。

:Notes: 五、卷积神经网络(CNN) › 经典卷积网络 › VGGNet
:Data: CIFAR-10
:Expect: 15,262,026 parameters; validation accuracy 0.62 to 0.69 after 5 epochs (seeds 0 to 2, images through JPEG)
:Time: 1900 s
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


# %% 3. the network: thirteen convolutions in five stages, three dense layers. momentum: how much of its moving
# averages, which only validation uses, a batch normalization keeps in each step
def stage(filters, convolutions):
    """The layers of one stage: C-B-A several times, then P and D."""
    steps = []
    for _ in range(convolutions):
        steps += [
            layers.Conv2D(filters, 3, padding="same"),
            layers.BatchNormalization(momentum=opt.momentum),
            layers.Activation("relu"),
        ]
    # <- the steps, then pooling of 2 x 2 with same padding, then dropout of 0.2
    return [*steps, layers.MaxPooling2D(2, padding="same"), layers.Dropout(0.2)]


model = keras.Sequential(
    [
        *stage(64, convolutions=2),  # (n, 16, 16, 64)  # <- 2 convolutions of 64 kernels
        *stage(128, convolutions=2),  # (n, 8, 8, 128)  # <- 2 convolutions of 128 kernels
        *stage(256, convolutions=3),  # (n, 4, 4, 256)  # <- 3 convolutions of 256 kernels
        *stage(512, convolutions=3),  # (n, 2, 2, 512)
        *stage(512, convolutions=3),  # (n, 1, 1, 512)
        layers.Flatten(),
        layers.Dense(512, activation="relu"),
        layers.Dropout(0.2),
        layers.Dense(512, activation="relu"),
        layers.Dropout(0.2),
        layers.Dense(10, activation="softmax", dtype="float32"),
    ],
    name="vgg16",
)

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
