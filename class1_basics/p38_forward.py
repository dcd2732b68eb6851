"""
One iris through one layer
==========================

一朵鸢尾花的前向传播

Forward propagation: four measurements times twelve weights, plus three biases, give one score for each class, and
softmax turns the scores into probabilities. Nobody has trained these weights yet. Look at the shapes, and at the class
with the largest probability: it is not the flower's own.
前向传播：四个测量值乘以十二个权重，加上三个偏置，得到每个类别的分数，softmax 再把分数变成概率。
这些参数还没有训练过。请看各个形状，以及概率最大的类别：它不是这朵花的类别。

:Notes: 1.2 神经网络设计过程 › 前向传播
:Data: none
:Expect: three scores, then three probabilities, the largest (0.695) for class 1
:Time: 4 s
"""

import common.quiet  # TensorFlow without its start-up messages
from common.options import options

# the flags come first: --help and a wrong one are answered at once, importing TensorFlow takes seconds
options(__doc__)  # answers --help

import tensorflow as tf

x1 = tf.constant([[5.8, 4.0, 1.2, 0.2]])  # a setosa, class 0
w1 = tf.constant(
    [
        [-0.8, -0.34, -1.4],
        [0.6, 1.3, 0.25],
        [0.5, 1.45, 0.9],
        [0.65, 0.7, -1.2],
    ]
)
b1 = tf.constant([2.52, -3.1, 5.62])

y = tf.matmul(x1, w1) + b1  # <- the layer: x1 times w1, plus b1
print("x1.shape:", x1.shape)
print("w1.shape:", w1.shape)
print("b1.shape:", b1.shape)
print("y.shape:", y.shape)
print("y:", y)

y_dim = tf.squeeze(y)  # (1, 3) becomes (3,)  # <- y without its axis of length 1
y_pro = tf.nn.softmax(y_dim)  # these untrained weights say 1: wrong  # <- probabilities of the scores y_dim
print("y_dim:", y_dim)
print("y_pro:", y_pro)
