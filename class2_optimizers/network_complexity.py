"""
How large and how costly a network is
=====================================

神经网络复杂度：空间复杂度与时间复杂度

A network costs memory for its parameters and time for its multiplications. In a dense layer each input meets each
neuron, so that both grow with the product of two neighbouring layers. Try --layers 784,128,10, the network for the
digits of class 3: nearly all of its parameters are in the first layer.
网络的参数占用空间，乘加运算耗费时间。全连接层里每个输入都连到每个神经元，
所以两者都随相邻两层神经元数的乘积增长。再试 --layers 784,128,10，即第三讲识别数字的网络：
几乎所有参数都在第一层。

:Notes: 二、深入TensorFlow › 复杂度和学习率 › 神经网络复杂度
:Data: none
:Expect: 26 parameters and 20 multiply-adds for the 3-4-2 net; 101,770 and 101,632 for --layers 784,128,10
:Time: 0.5 s
"""

# %% import
from itertools import pairwise

from common import figures, stop
from common.options import options

opt = options(__doc__, layers=(3, 4, 2))  # neurons per layer, input first
if len(opt.layers) < 2:
    stop("--layers: a network has an input and at least one layer of neurons, e.g. 3,2")

import matplotlib.pyplot as plt
import numpy as np

# %% a dense layer with n inputs and m outputs has n·m weights, m biases, and one multiply-add per weight
pairs = list(pairwise(opt.layers))  # <- neighbouring layers: 3, 4 and 4, 2
parameters = [f"{n}x{m}+{m}" for n, m in pairs]  # <- weights and biases, as text: 3x4+4, 4x2+2
multiply_adds = [f"{n}x{m}" for n, m in pairs]  # <- the same without biases: 3x4, 4x2

print(f"图中为：{len(pairs)}层NN")  # the input layer computes nothing and is not counted
for number, term in enumerate(parameters, start=1):
    print(f"第{number}层：{term}")
print(f"图中共计：{' +'.join(parameters)} = {sum(n * m + m for n, m in pairs)}")
for number, term in enumerate(multiply_adds, start=1):
    print(f"第{number}层-{'输出层' if number == len(pairs) else '隐藏层'}：{term}")
print(f"图中共计：{' + '.join(multiply_adds)} = {sum(n * m for n, m in pairs)}")

# %% the network drawn, at most seven neurons per layer
shown = [min(size, 7) for size in opt.layers]
heights = [np.arange(count) - (count - 1) / 2 for count in shown]  # of the neurons, around 0
top = max(shown) / 2

plt.figure(figsize=(1 + 1.6 * len(shown), 1.5 + 1.1 * top))
for layer in range(len(shown) - 1):
    for y1 in heights[layer]:
        for y2 in heights[layer + 1]:
            plt.plot([layer, layer + 1], [y1, y2], color="0.75", linewidth=0.8, zorder=1)
for layer, size in enumerate(opt.layers):
    label = f"{size:,}" if size == shown[layer] else f"{size:,}\n({shown[layer]} drawn)"
    color = "tab:orange" if layer else "tab:blue"
    plt.scatter([layer] * shown[layer], heights[layer], s=420, color=color, zorder=2)
    plt.text(layer, top + 0.4, label, ha="center", va="center")
plt.xlim(-0.5, len(shown) - 0.5)
plt.ylim(-top - 0.1, top + 0.9)
plt.axis("off")
figures.show("network")
