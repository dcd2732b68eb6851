"""
Beyond the notes: what six years changed
========================================

笔记之后：六年间的变化

The networks of the notes (2020) are from 1998 to 2015. Much of what has been found since is about getting more out of
each step: this network has a seventh of ResNet18's multiply-adds. Every idea is a cell below, and most have a flag that
leaves it out, such as --no-whitening --fresh. Look at the validation accuracy of the last epochs, when the learning
rate falls. What the cells say is lost without an idea was measured with --epochs 5, seeds 0 and 1. With all of them:
0.854 and 0.852 with --precision mixed_bfloat16, 0.853 in float32 (seed 1 of flips, squares and momentum).
笔记（2020 年）中的网络出自 1998 至 2015 年。此后的进展多半在于让每一步训练更有效：本网络的乘加次数只有
ResNet18 的七分之一。下面每个单元格是一个想法，大多有一个去掉它的参数，例如 --no-whitening --fresh。
请看最后几个 epoch、学习率下降时的验证准确率。单元格里所说的“去掉后损失多少”是用 --epochs 5 测得的（种子 0 和 1）：
全部想法都用时，--precision mixed_bfloat16 为 0.854 和 0.852，float32 为 0.853（翻转、方块和动量的种子 1）。

:Notes: 五、卷积神经网络(CNN) › 经典卷积网络 › 经典卷积网络小结
:Data: CIFAR-10
:Expect: 1,161,504 parameters; validation accuracy 0.884 to 0.887 after 12 epochs (seeds 0 to 2, JPEG copy of the data)
:Time: 2000 s
"""

# %% import
import math

import common.quiet  # TensorFlow without its start-up messages
from common import datasets, devices, figures
from common.options import options
from common.training import batches

opt = options(
    __doc__,
    epochs=12,
    batch_size=1024,
    learning_rate=1.5,
    momentum=0.6,
    label_smoothing=0.2,
    whitening=True,
    flips=True,
    shifts=True,
    erasing=True,
    views=True,
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

# %% data: each colour with mean 0 and standard deviation 1; labels as rows with a 1 at the class. Label smoothing makes
# them 0.82 and 0.02, so that the network need not be surer than it can be (without: 0.003 and 0.000 lost)
(x_train, y_train), (x_test, y_test) = datasets.cifar10(opt)  # what keras.datasets.cifar10.load_data() returns
mean, deviation = x_train.mean((0, 1, 2)), x_train.std((0, 1, 2))
x_train, x_test = ((x - np.float32(mean)) / np.float32(deviation) for x in (x_train, x_test))
t_train, t_test = (keras.utils.to_categorical(y, 10) for y in (y_train, y_test))
steps = math.ceil(len(x_train) / opt.batch_size)  # 49 batches make an epoch

# %% augmentation, as the first layers of the network, which do nothing at inference: a mirrored cat is a cat, and so is
# one four pixels further left, or behind a grey square (half of the pictures). So short a training gains by none:
# without flips 0.001 more and 0.002 less, squares 0.004 and 0.010 more, shifts (in 12 epochs) 0.002 and 0.001 more
model = keras.Sequential([keras.Input((32, 32, 3))])
if opt.flips:
    model.add(layers.RandomFlip("horizontal"))
if opt.shifts:
    model.add(layers.RandomTranslation(4 / 32, 4 / 32, fill_mode="reflect", interpolation="nearest"))
if opt.erasing:
    # 8 by 8 pixels, with a probability from 0 to 1, on average 0.5; in float32, since it counts pixels
    model.add(layers.RandomErasing((0.0, 1.0), scale=(1 / 16, 1 / 16), fill_value=0.0, dtype="float32"))

# %% whitening: neighbouring pixels are nearly equal, and a network takes epochs to see how they differ. Eigenvectors of
# the covariance of 2x2 patches, those of 5,000 images, each divided by its standard deviation, show it at once; 1e-2
# keeps the faintest of them small, where JPEG leaves little but noise. With each kernel comes its negative, so that
# nothing is lost below 0. They are not trained. (Without: 0.010 and 0.009 lost)
first = layers.Conv2D(24, 2, use_bias=False, trainable=not opt.whitening)  # (n, 31, 31, 24)
model.add(first)
if opt.whitening:
    patches = np.lib.stride_tricks.sliding_window_view(x_train[:5000], (2, 2), axis=(1, 2))  # (n, 31, 31, 3, 2, 2)
    patches = patches.transpose(0, 1, 2, 4, 5, 3).reshape(-1, 12)
    variances, vectors = np.linalg.eigh(patches.T @ patches / len(patches))
    kernels = (vectors / np.sqrt(variances + 1e-2)).reshape(2, 2, 3, 12)
    first.set_weights([np.concatenate([kernels, -kernels], axis=3)])
model.add(layers.Activation("gelu"))


# %% three wide blocks, pooled early: what comes after that costs a quarter. The averages of batch normalization follow
# within a few steps (momentum 0.6; with 0.99, Keras's own, 0.213 and 0.212 lost); it need not scale, as the next kernel
# can make up for nearly all of that. A kernel begins by handing on its input
def identity(shape, dtype=None):
    kernel = np.array(keras.initializers.VarianceScaling(1 / 3, seed=opt.seed)(shape))  # (3, 3, inputs, outputs)
    kernel[..., : shape[2]] = 0
    kernel[1, 1, :, : shape[2]] = np.eye(shape[2])
    return kernel.astype(dtype or "float32")


for filters in (64, 192, 192):  # (n, 15, 15, 64), (n, 7, 7, 192), (n, 3, 3, 192)
    for pooling in (True, False):
        model.add(layers.Conv2D(filters, 3, padding="same", use_bias=False, kernel_initializer=identity))
        if pooling:
            model.add(layers.MaxPooling2D())
        model.add(layers.BatchNormalization(momentum=opt.momentum, scale=False))
        model.add(layers.Activation("gelu"))
model.add(layers.GlobalMaxPooling2D())  # (n, 192)
model.add(layers.Dense(10, use_bias=False))
model.add(layers.Rescaling(1 / 9, dtype="float32"))  # small logits at first: the learning rate is high

# %% compile: stochastic gradient descent with Nesterov's momentum; weight decay on the kernels alone
optimizer = keras.optimizers.SGD(opt.learning_rate, momentum=0.85, nesterov=True, weight_decay=0.009)
optimizer.exclude_from_weight_decay(var_names=["beta"])
model.compile(
    optimizer=optimizer,
    loss=keras.losses.CategoricalCrossentropy(from_logits=True, label_smoothing=opt.label_smoothing),
    metrics=["categorical_accuracy"],
)

# %% fit, from where the last run ended. The learning rate rises, higher than a long training could bear, and falls to
# nearly 0 in the last of all epochs; when a finished training goes on, it rises again
checkpoint = Checkpoint(model, opt.epochs, y_train, fresh=opt.fresh)
total = checkpoint.epochs * steps
rate = keras.optimizers.schedules.CosineDecay(
    opt.learning_rate / 5, total - total // 4, warmup_target=opt.learning_rate, warmup_steps=total // 4
)
optimizer.learning_rate = rate
model.fit(
    batches(x_train, t_train, opt.batch_size, opt.seed, checkpoint.epoch),
    steps_per_epoch=steps,
    epochs=checkpoint.epochs,
    initial_epoch=checkpoint.epoch,
    shuffle=False,  # the batches come shuffled
    validation_data=(x_test, t_test),
    callbacks=[checkpoint],
)
model.summary()
figures.training_curves(checkpoint.history, checkpoint.resumed)

# %% at test time, too, a picture, its mirror image and both moved by a pixel show the same: the mean is surer than each
if opt.views:
    padded = np.pad(x_test, ((0, 0), (1, 1), (1, 1), (0, 0)), "reflect")  # (n, 34, 34, 3)
    views = [view[:, i : i + 32, i : i + 32] for view in (padded, padded[:, :, ::-1]) for i in (0, 1, 2)]
    logits = sum(model.predict(view, verbose=0) for view in views)
    print("accuracy with six views:", np.mean(logits.argmax(1) == y_test.ravel()))
