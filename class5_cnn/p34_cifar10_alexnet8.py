"""
AlexNet8
========

AlexNet8：relu、批标准化与 Dropout

The network that won the ImageNet contest of 2012 and began the boom, cut down for pictures of 32 by 32: relu trains
faster than sigmoid, dropout holds learning by heart back. Look at the summary: two of the eight layers, dense ones,
have 6.3 of the 9.6 million parameters. What validation accuracy loses to the lagging averages of batch normalization is
chance: with --seed 1 --fresh 0.491 here, of the same weights with --momentum 0.9 0.541, with up-to-date ones 0.614.
2012 年 ImageNet 竞赛冠军，深度学习热潮由此开始；这里缩小到 32×32 的图片：relu 比 sigmoid 训练得快，Dropout 抑制过拟合。
请看 summary：8 层中的两层全连接，占了 960 万参数中的 630 万。批标准化的滑动平均落后于权重，验证准确率因此
损失多少全凭运气：--seed 1 --fresh 时为 0.491，同样的权重用 --momentum 0.9 为 0.541，用最新的均值和方差为 0.614。

:Notes: 五、卷积神经网络(CNN) › 经典卷积网络 › AlexNet
:Data: CIFAR-10
:Expect: 9,639,178 parameters; validation accuracy 0.49 to 0.62 after 5 epochs (seeds 0 to 2, images through JPEG)
:Time: 850 s
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

# %% 3. the network: five convolutions, three dense layers. momentum: how much of its moving averages, which only
# validation uses, a batch normalization keeps in each step
model = keras.Sequential(
    [
        layers.Conv2D(96, 3),  # (n, 30, 30, 96)  # <- 96 kernels of 3 x 3
        layers.BatchNormalization(momentum=opt.momentum),
        layers.Activation("relu"),
        layers.MaxPooling2D(3, strides=2),  # (n, 14, 14, 96)
        layers.Conv2D(256, 3),  # (n, 12, 12, 256)  # <- 256 kernels of 3 x 3
        layers.BatchNormalization(momentum=opt.momentum),
        layers.Activation("relu"),
        layers.MaxPooling2D(3, strides=2),  # (n, 5, 5, 256)
        layers.Conv2D(384, 3, padding="same", activation="relu"),  # (n, 5, 5, 384)
        layers.Conv2D(384, 3, padding="same", activation="relu"),
        # <- 256 kernels of 3 x 3 with same padding, relu
        layers.Conv2D(256, 3, padding="same", activation="relu"),
        layers.MaxPooling2D(3, strides=2),  # (n, 2, 2, 256)
        layers.Flatten(),  # (n, 1024)  # <- all numbers of a picture in a row
        layers.Dense(2048, activation="relu"),
        layers.Dropout(0.5),
        layers.Dense(2048, activation="relu"),
        layers.Dropout(0.5),
        layers.Dense(10, activation="softmax", dtype="float32"),
    ],
    name="alex_net8",
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
