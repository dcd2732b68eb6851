"""
Five optimizers on the same network
===================================

优化器对比：SGD、SGDM、Adagrad、RMSProp、Adam

The five optimizers of p32 to p40 train the same network from the same first weights with the same batches; only the
step differs. Look at the upper figure: Adam is far below the others, RMSProp swings before it falls, and Adagrad begins
fast and then slows down. The lower row shows what that is worth on the 30 flowers of the test set.
p32 到 p40 的五种优化器用同样的批次、从同样的参数开始训练同一个网络，只有每一步的走法不同。请看上图：
Adam 远低于其他四种，RMSProp 先震荡后下降，Adagrad 开头快、后来慢。下面一行是它们在 30 朵测试花上的准确率。

:Notes: 二、深入TensorFlow › 神经网络参数优化器 › 优化器对比
:Data: iris (scikit-learn brings it)
:Expect: Adam ends with the lowest loss (0.014), SGD with the highest (0.032) in the shortest time
:Time: 35 s
"""

# %% import
import time

import common.quiet  # TensorFlow without its start-up messages
from common import datasets, figures
from common.options import options

opt = options(__doc__, epochs=500, learning_rate=0.1, batch_size=32)

import matplotlib.pyplot as plt
import tensorflow as tf

# %% data of class1_basics/p45_iris.py
(x_train, y_train), (x_test, y_test) = datasets.iris()
train = tf.data.Dataset.from_tensor_slices((x_train, y_train)).batch(opt.batch_size)

# %% an optimizer is a choice of m and V in w = w - lr · m / √V. Each function takes the gradient, the last m and V and
# the number of the step, from 1 on, and returns the new m, the new V, and m / √V
BETA = 0.9  # the flags of p34 to p40
BETA1, BETA2 = 0.9, 0.999
EPSILON = 1e-7


def sgd(g, m, v, t):  # <- m is the gradient, V is 1
    return g, 1.0, g


def sgdm(g, m, v, t):  # <- momentum: V is 1
    m = BETA * m + (1 - BETA) * g
    return m, 1.0, m


def adagrad(g, m, v, t):  # <- V adds up g²
    v = v + tf.square(g)
    return g, v, g / (tf.sqrt(v) + EPSILON)


def rmsprop(g, m, v, t):  # <- V is a moving average of g²
    v = BETA * v + (1 - BETA) * tf.square(g)
    return g, v, g / (tf.sqrt(v) + EPSILON)


def adam(g, m, v, t):  # <- both, corrected by 1 - βᵗ
    m = BETA1 * m + (1 - BETA1) * g
    v = BETA2 * v + (1 - BETA2) * tf.square(g)
    m_hat = m / (1 - BETA1**t)
    v_hat = v / (1 - BETA2**t)
    return m, v, m_hat / (tf.sqrt(v_hat) + EPSILON)


optimizers = {"SGD": sgd, "SGDM": sgdm, "Adagrad": adagrad, "RMSProp": rmsprop, "Adam": adam}

# %% training, once with each
figure, axes = plt.subplot_mosaic([["loss"] * 5, list(optimizers)], figsize=(11, 7), layout="constrained")
print(f"{'optimizer':10}{'total_time':>12}{'loss':>10}{'Test_acc':>10}")

for name, optimizer in optimizers.items():
    tf.random.set_seed(116)
    w1 = tf.Variable(tf.random.truncated_normal([4, 3], stddev=0.1, seed=1))
    b1 = tf.Variable(tf.random.truncated_normal([3], stddev=0.1, seed=1))
    m_w = m_b = v_w = v_b = 0.0
    t = 0
    losses, accuracies = [], []
    start = time.perf_counter()

    for _ in range(opt.epochs):
        loss_all = 0.0
        for features, labels in train:
            with tf.GradientTape() as tape:
                probabilities = tf.nn.softmax(tf.matmul(features, w1) + b1)
                loss = tf.reduce_mean(tf.square(tf.one_hot(labels, depth=3) - probabilities))
            g_w, g_b = tape.gradient(loss, [w1, b1])
            t += 1
            m_w, v_w, step_w = optimizer(g_w, m_w, v_w, t)
            m_b, v_b, step_b = optimizer(g_b, m_b, v_b, t)
            w1.assign_sub(opt.learning_rate * step_w)
            b1.assign_sub(opt.learning_rate * step_b)
            loss_all += float(loss)
        losses.append(loss_all / len(train))

        predicted = tf.argmax(tf.matmul(x_test, w1) + b1, axis=1)
        correct = tf.reduce_sum(tf.cast(tf.equal(predicted, y_test), tf.int32))
        accuracies.append(int(correct) / len(y_test))

    print(f"{name:10}{time.perf_counter() - start:10.2f} s{losses[-1]:10.4f}{accuracies[-1]:10.3f}")
    (line,) = axes["loss"].plot(losses, label=name)
    axes[name].plot(accuracies, color=line.get_color(), linewidth=1)
    axes[name].set(title=name, xlabel="Epoch", ylim=(0, 1.05), yticks=[0, 0.5, 1])

# %% figure: all losses together, the accuracies side by side
axes["loss"].set(title="Training loss", xlabel="Epoch", ylabel="Loss", yscale="log")
axes["loss"].legend()
axes["SGD"].set_ylabel("Test accuracy")
for axis in axes.values():
    axis.grid(alpha=0.3)
figures.show("optimizers")
