"""
How large and how costly a network is
=====================================

神经网络复杂度：空间复杂度与时间复杂度

:Notes: 二、深入TensorFlow › 复杂度和学习率 › 神经网络复杂度
:Data: none
:Expect: 26 parameters and 20 multiply-adds for the 3-4-2 net; 101,770 and 101,632 for --layers 784,128,10
:Time: 0.5 s
"""

# %% import
from itertools import pairwise, product

from common import figures
from common.options import options

import matplotlib.pyplot as plt

opt = options(__doc__, layers=(3, 4, 2))  # neurons per layer, input first

# %% a dense layer with n inputs and m outputs has n·m weights, m biases, and one multiply-add per weight
pairs = list(pairwise(opt.layers))
parameters = [f"{n}x{m}+{m}" for n, m in pairs]
multiply_adds = [f"{n}x{m}" for n, m in pairs]

print(f"图中为：{len(pairs)}层NN")  # the input layer computes nothing and is not counted
for number, term in enumerate(parameters, start=1):
    print(f"第{number}层：{term}")
print(f"图中共计：{' +'.join(parameters)} = {sum(n * m + m for n, m in pairs)}")
for number, term in enumerate(multiply_adds, start=1):
    print(f"第{number}层-{'输出层' if number == len(pairs) else '隐藏层'}：{term}")
print(f"图中共计：{' + '.join(multiply_adds)} = {sum(n * m for n, m in pairs)}")

# %% the network drawn, at most seven neurons a layer
shown = [min(size, 7) for size in opt.layers]
plt.figure(figsize=(1 + 1.6 * len(shown), 1.5 + 0.55 * max(shown)))
neurons = [[(layer, i - (count - 1) / 2) for i in range(count)] for layer, count in enumerate(shown)]
for left, right in pairwise(neurons):
    for (x1, y1), (x2, y2) in product(left, right):
        plt.plot([x1, x2], [y1, y2], color="0.75", linewidth=0.8, zorder=1)
for layer, (size, count) in enumerate(zip(opt.layers, shown, strict=True)):
    plt.scatter(*zip(*neurons[layer], strict=True), s=420, color="tab:orange" if layer else "tab:blue", zorder=2)
    plt.text(
        layer,
        max(shown) / 2 + 0.4,
        f"{size:,}" if size == count else f"{size:,}\n({count} drawn)",
        ha="center",
        va="center",
    )
plt.xlim(-0.5, len(shown) - 0.5)
plt.ylim(-max(shown) / 2 - 0.1, max(shown) / 2 + 0.9)
plt.axis("off")
figures.show("network")
