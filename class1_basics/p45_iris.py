"""
Irises with a hand-written training loop
========================================

神经网络实现鸢尾花分类

All of training, without Keras. In every epoch 120 flowers pass through the network in batches; after each batch the 12
weights and 3 biases move against the gradient of the loss. Then the other 30 flowers, which it never trains on, are
classified. Look at the two figures: the loss falls in a smooth line, the accuracy rises in steps, and stays at 1 after
some 185 epochs. Try --no-shuffle: the test set then holds one class alone.
不用 Keras 的完整训练过程。每个 epoch 把 120 朵花分批送入网络，每批之后让 12 个权重和 3 个偏置逆着梯度移动一步，
再用从不参与训练的另外 30 朵花测试。请看两张图：loss 平滑下降，准确率一级一级地上升，
大约 185 个 epoch 之后一直是 1。再试 --no-shuffle，这时测试集里只有一个类别。

:Notes: 1.6 神经网络实现鸢尾花分类
:Data: iris (scikit-learn brings it)
:Expect: Epoch 499, loss: 0.0323; Test_acc: 1.0
:Time: 9 s
"""

# %% import
import common.quiet  # TensorFlow without its start-up messages
from common import figures
from common.options import options

opt = options(__doc__, epochs=500, learning_rate=0.1, batch_size=32, shuffle=True)

import matplotlib.pyplot as plt
import numpy as np
import tensorflow as tf
from sklearn.datasets import load_iris

# %% data: x (150, 4) in cm, y (150,) with classes 0, 1, 2
x, y = load_iris(return_X_y=True)

if opt.shuffle:  # the rows come sorted by class: without this the test set would hold class 2 only
    np.random.seed(116)
    np.random.shuffle(x)
    np.random.seed(116)  # the same seed again, so that every flower keeps its label
    np.random.shuffle(y)

x = tf.cast(x, tf.float32)  # the weights are float32, and matmul wants one dtype  # <- x as float32
x_train, y_train = x[:-30], y[:-30]
x_test, y_test = x[-30:], y[-30:]
# <- pairs of measurements and class, in batches of opt.batch_size
train = tf.data.Dataset.from_tensor_slices((x_train, y_train)).batch(opt.batch_size)

# %% network: 4 inputs, 3 outputs, one layer
tf.random.set_seed(116)
w1 = tf.Variable(tf.random.truncated_normal([4, 3], stddev=0.1, seed=1))
b1 = tf.Variable(tf.random.truncated_normal([3], stddev=0.1, seed=1))

# %% training, and a test after every epoch
losses, accuracies = [], []

for epoch in range(opt.epochs):
    loss_all = 0.0
    for features, labels in train:
        with tf.GradientTape() as tape:
            # <- softmax of features times w1, plus b1
            probabilities = tf.nn.softmax(tf.matmul(features, w1) + b1)  # (32, 3); the last batch (24, 3)
            # <- the mean of the squared differences from the one-hot labels
            loss = tf.reduce_mean(tf.square(tf.one_hot(labels, depth=3) - probabilities))
        g_w, g_b = tape.gradient(loss, [w1, b1])  # (4, 3) and (3,), like w1 and b1  # <- gradients of the loss
        w1.assign_sub(opt.learning_rate * g_w)  # <- one step for w1
        b1.assign_sub(opt.learning_rate * g_b)  # <- one step for b1
        loss_all += float(loss)
    losses.append(loss_all / len(train))
    print(f"Epoch {epoch}, loss: {losses[-1]}")

    # <- the class with the highest score, for each test flower
    predicted = tf.argmax(tf.matmul(x_test, w1) + b1, axis=1)  # softmax would not change which is largest
    correct = tf.reduce_sum(tf.cast(tf.equal(predicted, y_test), tf.int32))
    accuracies.append(int(correct) / len(y_test))
    print("Test_acc:", accuracies[-1])
    print("--------------------------")

# %% figures
plt.title("Loss Function Curve")
plt.xlabel("Epoch")
plt.ylabel("Loss")
plt.plot(losses, label="Loss")
plt.legend()
figures.show("loss")  # saves it as PNG and then, at a screen, calls plt.show()

plt.title("Acc Curve")
plt.xlabel("Epoch")
plt.ylabel("Acc")
plt.plot(accuracies, label="Accuracy")
plt.legend()
figures.show("accuracy")
