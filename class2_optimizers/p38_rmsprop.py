"""
RMSProp written out
===================

RMSProp：梯度平方的指数滑动平均

V is a moving average of the squared gradients instead of Adagrad's sum, so the steps do not die away. Look at the first
80 epochs: g / √V is about 1 however small the gradient, and steps of about 0.1 throw the loss up and down before it
falls in a smooth line. Lines marked "# <- RMSProp" differ from p32_sgd.py.
V 不再是 Adagrad 的累计和，而是梯度平方的指数滑动平均，所以步长不会一直变短。请看前 80 个 epoch：梯度再小，
g / √V 也在 1 左右，0.1 上下的步长使 loss 忽高忽低，之后才平滑下降。标有“# <- RMSProp”的行与 p32_sgd.py 不同。

:Notes: 二、深入TensorFlow › 神经网络参数优化器 › RMSProp
:Data: iris (scikit-learn brings it)
:Expect: Epoch 499, loss: 0.0286; Test_acc: 1.0
:Time: 9 s
"""

# %% import
import time

import common.quiet  # TensorFlow without its start-up messages
from common import datasets, figures
from common.options import options

opt = options(__doc__, epochs=500, learning_rate=0.1, batch_size=32, beta=0.9, epsilon=1e-7)  # <- RMSProp

import tensorflow as tf

# %% data and network of class1_basics/p45_iris.py
(x_train, y_train), (x_test, y_test) = datasets.iris()
train = tf.data.Dataset.from_tensor_slices((x_train, y_train)).batch(opt.batch_size)

tf.random.set_seed(116)
w1 = tf.Variable(tf.random.truncated_normal([4, 3], stddev=0.1, seed=1))
b1 = tf.Variable(tf.random.truncated_normal([3], stddev=0.1, seed=1))

# %% what the optimizer remembers from step to step
v_w = v_b = 0.0  # <- RMSProp

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
        v_w = opt.beta * v_w + (1 - opt.beta) * tf.square(g_w)  # <- RMSProp: β · V + (1 - β) · g²
        v_b = opt.beta * v_b + (1 - opt.beta) * tf.square(g_b)  # <- RMSProp: the same for b1
        w1.assign_sub(opt.learning_rate * g_w / (tf.sqrt(v_w) + opt.epsilon))  # <- RMSProp: w - lr · g / (√V + ε)
        b1.assign_sub(opt.learning_rate * g_b / (tf.sqrt(v_b) + opt.epsilon))  # <- RMSProp: one step for b1
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
