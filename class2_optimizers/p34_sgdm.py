"""
SGD with momentum written out
=============================

带一阶动量的随机梯度下降

m is a moving average of the gradients: what the batches agree on stays, what they contradict each other in cancels out.
Look at the start, slower than p32_sgd.py since m begins at 0, and at the end, which is lower. Keras's SGD(momentum=0.9)
adds g, not (1 - beta) · g: at the same learning rate its steps are ten times as long. Try --beta 0: nothing is kept,
and the numbers are those of p32_sgd.py. Lines marked "# <- SGDM" differ from it.
m 是梯度的指数滑动平均：各批数据一致的方向保留，互相矛盾的抵消。请看开头：m 从 0 开始，所以比 p32_sgd.py 慢；
最后的 loss 则更低。Keras 的 SGD(momentum=0.9) 加的是 g，而不是 (1 - beta) · g：学习率相同时步长是这里的十倍。
请试 --beta 0：什么也不保留，结果与 p32_sgd.py 相同。标有“# <- SGDM”的行与 p32_sgd.py 不同。

:Notes: 二、深入TensorFlow › 神经网络参数优化器 › SGDM
:Data: iris (scikit-learn brings it)
:Expect: Epoch 499, loss: 0.0306; Test_acc: 1.0
:Time: 8 s
"""

# %% import
import time

import common.quiet  # TensorFlow without its start-up messages
from common import datasets, figures
from common.options import options

opt = options(__doc__, epochs=500, learning_rate=0.1, batch_size=32, beta=0.9)  # <- SGDM

import tensorflow as tf

# %% data and network of class1_basics/p45_iris.py
(x_train, y_train), (x_test, y_test) = datasets.iris()
train = tf.data.Dataset.from_tensor_slices((x_train, y_train)).batch(opt.batch_size)

tf.random.set_seed(116)
w1 = tf.Variable(tf.random.truncated_normal([4, 3], stddev=0.1, seed=1))
b1 = tf.Variable(tf.random.truncated_normal([3], stddev=0.1, seed=1))

# %% what the optimizer remembers from step to step
m_w = m_b = 0.0  # <- SGDM

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
        m_w = opt.beta * m_w + (1 - opt.beta) * g_w  # <- SGDM: β · m + (1 - β) · g
        m_b = opt.beta * m_b + (1 - opt.beta) * g_b  # <- SGDM: the same for b1
        w1.assign_sub(opt.learning_rate * m_w)  # <- SGDM: w - lr · m
        b1.assign_sub(opt.learning_rate * m_b)  # <- SGDM: one step for b1
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
