"""
SGD written out
===============

随机梯度下降

The training loop of class1_basics/p45_iris.py, timed. An optimizer is a choice of m and V in w = w - lr · m / √V:
stochastic gradient descent takes the gradient of the batch for m, and V = 1 for all weights. Look at the loss after 500
epochs, 0.0323. Each of the next four programs changes a few lines, marked "# <-" and its name, and gets below that.
class1_basics/p45_iris.py 的训练循环，加上计时。优化器就是在 w = w - lr · m / √V 中选择 m 和 V：
随机梯度下降以这一批数据的梯度为 m，所有参数的 V = 1。请看 500 个 epoch 之后的 loss：0.0323。
后面四个程序各改动几行，标有“# <-”和优化器的名字，loss 都比它低。

:Notes: 二、深入TensorFlow › 神经网络参数优化器 › SGD 随机梯度下降
:Data: iris (scikit-learn brings it)
:Expect: Epoch 499, loss: 0.0323; Test_acc: 1.0
:Time: 8 s
"""

# %% import
import time

import common.quiet  # TensorFlow without its start-up messages
from common import datasets, figures
from common.options import options

opt = options(__doc__, epochs=500, learning_rate=0.1, batch_size=32)

import tensorflow as tf

# %% data and network of class1_basics/p45_iris.py
(x_train, y_train), (x_test, y_test) = datasets.iris()
train = tf.data.Dataset.from_tensor_slices((x_train, y_train)).batch(opt.batch_size)

tf.random.set_seed(116)
w1 = tf.Variable(tf.random.truncated_normal([4, 3], stddev=0.1, seed=1))
b1 = tf.Variable(tf.random.truncated_normal([3], stddev=0.1, seed=1))

# %% what the optimizer remembers from step to step
# nothing: m = g, V = 1

# %% training
losses, accuracies = [], []
start = time.perf_counter()

for epoch in range(opt.epochs):
    loss_all = 0.0
    for features, labels in train:
        with tf.GradientTape() as tape:
            probabilities = tf.nn.softmax(tf.matmul(features, w1) + b1)
            loss = tf.reduce_mean(tf.square(tf.one_hot(labels, depth=3) - probabilities))
        g_w, g_b = tape.gradient(loss, [w1, b1])
        w1.assign_sub(opt.learning_rate * g_w)  # <- w - lr · m / √V for w1, where m = g and V = 1
        b1.assign_sub(opt.learning_rate * g_b)  # <- the same for b1
        loss_all += float(loss)
    losses.append(loss_all / len(train))
    print(f"Epoch {epoch}, loss: {losses[-1]}")

    predicted = tf.argmax(tf.matmul(x_test, w1) + b1, axis=1)
    correct = tf.reduce_sum(tf.cast(tf.equal(predicted, y_test), tf.int32))
    accuracies.append(int(correct) / len(y_test))
    print("Test_acc:", accuracies[-1])
    print("--------------------------")

print("total_time", time.perf_counter() - start)  # seconds

# %% figures
figures.curves("loss", {"Loss": losses}, title="Loss Function Curve", ylabel="Loss")
figures.curves("accuracy", {"Accuracy": accuracies}, title="Acc Curve", ylabel="Acc")
