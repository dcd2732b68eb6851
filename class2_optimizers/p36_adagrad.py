"""
Adagrad written out
===================

Adagrad：梯度平方的累计和

V is the sum of all squared gradients so far, and each weight has its own. The gradient is divided by the root of it: in
the first step every weight moves by lr, however small its gradient (epsilon prevents 0/0 where all were 0). Look at the
start, much faster than p32_sgd.py, and at the end, hardly lower: V only grows, so the steps get shorter and shorter.
Lines marked "# <- Adagrad" differ from p32_sgd.py.
V 是到现在为止所有梯度平方的累计和，每个参数各有一个。梯度要除以它的平方根：第一步里无论梯度大小，
每个参数都移动 lr（epsilon 避免梯度全为 0 时出现 0/0）。
请看开头：比 p32_sgd.py 快得多；最后却只低一点点，因为 V 只增不减，步长越来越短。
标有“# <- Adagrad”的行与 p32_sgd.py 不同。

:Notes: 二、深入TensorFlow › 神经网络参数优化器 › Adagrad
:Data: iris (scikit-learn brings it)
:Expect: Epoch 499, loss: 0.0317; Test_acc: 1.0
:Time: 8 s
"""

# %% import
import time

import common.quiet  # TensorFlow without its start-up messages
from common import datasets, figures
from common.options import options

opt = options(__doc__, epochs=500, learning_rate=0.1, batch_size=32, epsilon=1e-7)  # <- Adagrad

import tensorflow as tf

# %% data and network of class1_basics/p45_iris.py
(x_train, y_train), (x_test, y_test) = datasets.iris()
train = tf.data.Dataset.from_tensor_slices((x_train, y_train)).batch(opt.batch_size)

tf.random.set_seed(116)
w1 = tf.Variable(tf.random.truncated_normal([4, 3], stddev=0.1, seed=1))
b1 = tf.Variable(tf.random.truncated_normal([3], stddev=0.1, seed=1))

# %% what the optimizer remembers from step to step
v_w = v_b = 0.0  # <- Adagrad

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
        v_w += tf.square(g_w)  # <- Adagrad: add g²
        v_b += tf.square(g_b)  # <- Adagrad: the same for b1
        w1.assign_sub(opt.learning_rate * g_w / (tf.sqrt(v_w) + opt.epsilon))  # <- Adagrad: w - lr · g / (√V + ε)
        b1.assign_sub(opt.learning_rate * g_b / (tf.sqrt(v_b) + opt.epsilon))  # <- Adagrad: one step for b1
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
