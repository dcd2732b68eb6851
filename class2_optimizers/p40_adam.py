"""
Adam written out
================

Adam：一阶动量与二阶动量，修正偏差

The m of SGDM and the V of RMSProp together. Both begin at 0 and are too small at first; the division by 1 - beta^t
makes up for that (the hat in m_w_hat), less and less as t grows. Look at Epoch 29, the loss after 30 epochs: it is
already lower than that of p32_sgd.py after 500. Lines marked "# <- Adam" differ from p32_sgd.py.
SGDM 的 m 与 RMSProp 的 V 合在一起。两者都从 0 开始，起初偏小，除以 1 - beta^t 就修正过来（m_w_hat 的 hat），
t 越大修正越小。请看 Epoch 29，即 30 个 epoch 之后的 loss：已经比 p32_sgd.py 500 个之后还低。
标有“# <- Adam”的行与 p32_sgd.py 不同。

:Notes: 二、深入TensorFlow › 神经网络参数优化器 › Adam
:Data: iris (scikit-learn brings it)
:Expect: Epoch 499, loss: 0.0139; Test_acc: 1.0
:Time: 10 s
"""

# %% import
import time

import common.quiet  # TensorFlow without its start-up messages
from common import datasets, figures
from common.options import options

opt = options(__doc__, epochs=500, learning_rate=0.1, batch_size=32, beta1=0.9, beta2=0.999, epsilon=1e-7)  # <- Adam

import tensorflow as tf

# %% data and network of class1_basics/p45_iris.py
(x_train, y_train), (x_test, y_test) = datasets.iris()
train = tf.data.Dataset.from_tensor_slices((x_train, y_train)).batch(opt.batch_size)

tf.random.set_seed(116)
w1 = tf.Variable(tf.random.truncated_normal([4, 3], stddev=0.1, seed=1))
b1 = tf.Variable(tf.random.truncated_normal([3], stddev=0.1, seed=1))

# %% what the optimizer remembers from step to step
m_w = m_b = v_w = v_b = 0.0  # <- Adam
t = 0  # <- Adam

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
        t += 1  # <- Adam
        m_w = opt.beta1 * m_w + (1 - opt.beta1) * g_w  # <- Adam: β1 · m + (1 - β1) · g
        m_b = opt.beta1 * m_b + (1 - opt.beta1) * g_b  # <- Adam: m for b1
        v_w = opt.beta2 * v_w + (1 - opt.beta2) * tf.square(g_w)  # <- Adam: β2 · V + (1 - β2) · g²
        v_b = opt.beta2 * v_b + (1 - opt.beta2) * tf.square(g_b)  # <- Adam: V for b1
        m_w_hat = m_w / (1 - opt.beta1**t)  # <- Adam: m / (1 - β1ᵗ)
        m_b_hat = m_b / (1 - opt.beta1**t)  # <- Adam: corrected m for b1
        v_w_hat = v_w / (1 - opt.beta2**t)  # <- Adam: V / (1 - β2ᵗ)
        v_b_hat = v_b / (1 - opt.beta2**t)  # <- Adam: corrected V for b1
        w1.assign_sub(opt.learning_rate * m_w_hat / (tf.sqrt(v_w_hat) + opt.epsilon))  # <- Adam
        b1.assign_sub(opt.learning_rate * m_b_hat / (tf.sqrt(v_b_hat) + opt.epsilon))  # <- Adam
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
