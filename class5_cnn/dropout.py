"""
What dropout drops and rescales
===============================

舍弃：训练时临时舍弃，使用时恢复

In training, dropout sets neurons to 0 by chance, so that a network does not rely on any single one; the others become
larger, which keeps the mean. At inference it changes nothing. Which neurons are dropped is up to the layer; what
follows from it is worked out by hand. Look at the mean over the steps, with rescaling and without.
训练时，舍弃层随机把一些神经元置 0，使网络不依赖某一个神经元；其余的被放大，使均值不变。推理时它什么也不改变。
舍弃哪些由该层随机决定，由此得出的结果则用手算核对。请看多步的均值：放大与不放大各是多少。

:Notes: 五、卷积神经网络(CNN) › 舍弃
:Data: none
:Expect: in training about 20 % are 0 and the others 1.25 times as large, the same mean; at inference nothing changes
:Time: 6 s
"""

# %% import
from math import comb

import common.quiet  # TensorFlow without its start-up messages
from common import figures
from common.options import options

opt = options(__doc__, rate=0.2, steps=1000, seed=0)

import matplotlib.pyplot as plt
import numpy as np
from keras import layers


def print_row(label, numbers, *more):
    row = "".join(f"{number:7.3f}" for number in numbers)
    print(f"{label:22}{row}", *more)


# %% ten neurons, one step of training. Which of them are dropped is chance: the layer draws lots. By hand: a dropped
# neuron is 0, the others are divided by 1 - rate
neurons = np.arange(1, 11, dtype="float32")
layer = layers.Dropout(opt.rate, seed=opt.seed)
real = layer(neurons, training=True).numpy()
by_hand = np.where(real == 0, 0, neurons / (1 - opt.rate))  # <- 0 where dropped, else divided by 1 - rate
print_row("neurons", neurons)
print_row("TensorFlow", real)
print_row("by hand", by_hand, "agree:", np.allclose(by_hand, real))

# %% many steps, each of which draws anew: the dropped are about the rate of all numbers. The standard error says how
# far chance takes a share or a mean from what is expected: more than four times as far once in 16,000 times
steps = np.array([layer(neurons, training=True) for _ in range(opt.steps)])  # (1000, 10)
share, error = np.mean(steps == 0), np.sqrt(opt.rate * (1 - opt.rate) / steps.size)
factors = (steps / neurons)[steps > 0]
print(f"\nof {steps.size} numbers in {opt.steps} steps")
within = abs(share - opt.rate) <= 4 * error
print(f"dropped: {share:.3f}, by hand {opt.rate:.3f}; within four standard errors: {within}")
print("the others times:", *np.unique(factors.round(4)), f"by hand {1 / (1 - opt.rate):.4f}")

# %% rescaling keeps the mean, so what follows the layer gets numbers of the same size in training and at inference
mean, errors = steps.mean(axis=0), neurons * np.sqrt(opt.rate / (1 - opt.rate) / opt.steps)
print_row("mean over the steps", mean, "within four standard errors:", bool((abs(mean - neurons) <= 4 * errors).all()))
print_row("without rescaling", mean * (1 - opt.rate))
at_inference = layer(neurons, training=False).numpy()  # <- the layer at inference
print_row("at inference", at_inference, "nothing changed:", np.array_equal(at_inference, neurons))

# %% a rate of 0.2 does not drop 2 of 10 neurons: each is dropped with that probability, whatever becomes of the others.
# By hand: k of 10 in a share of comb(10, k) · rate^k · (1 - rate)^(10 - k) of the steps
dropped = (steps == 0).sum(axis=1)
real = np.bincount(dropped, minlength=11) / opt.steps
# <- for k from 0 to 10, how likely it is that k of 10 are dropped
by_hand = [comb(10, k) * opt.rate**k * (1 - opt.rate) ** (10 - k) for k in range(11)]
print("\ndropped at once      ", *(f"{k:6}" for k in range(11)))
print_row("share of steps", real)
print_row("by hand", by_hand)

# %% figure
figure, axes = plt.subplots(1, 3, figsize=(14, 4.6), layout="constrained")
axes[0].imshow(np.where(steps[:12], steps[:12], np.nan), cmap="Blues", vmin=-4, vmax=22)
for (i, j), number in np.ndenumerate(steps[:12]):
    axes[0].text(j, i, f"{number:g}", ha="center", va="center", fontsize=8, color="black" if number else "tab:red")
axes[0].set(title=f"Neurons 1 to 10 in training, rate {opt.rate:g}", xlabel="neuron", ylabel="step", aspect="auto")
axes[0].set(xticks=range(10), xticklabels=range(1, 11))
axes[1].bar(range(11), real, color="tab:blue", alpha=0.5, label=f"{opt.steps} steps")
axes[1].plot(range(11), by_hand, "o-", color="tab:orange", label="by hand")
axes[1].set(title="How many of ten are dropped", xlabel="neurons dropped", ylabel="share of steps", xticks=range(11))
axes[1].legend()
totals = np.cumsum(steps.sum(axis=1)) / np.arange(1, opt.steps + 1)
axes[2].plot(totals, label="training, mean so far")
axes[2].plot(totals * (1 - opt.rate), label="the same without rescaling")
axes[2].axhline(neurons.sum(), color="black", linestyle="--", label="at inference")
axes[2].set(title="Sum of the ten neurons", xlabel="step", ylabel="sum", ylim=(0, 1.3 * neurons.sum()))
axes[2].legend(loc="lower right")
axes[2].grid(alpha=0.3)
figures.show("dropout")
