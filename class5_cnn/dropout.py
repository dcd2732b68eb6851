"""
What dropout drops and rescales
===============================

舍弃：训练时临时舍弃，使用时恢复

:Notes: 五、卷积神经网络(CNN) › 舍弃
:Data: none
:Expect: in training about 20 % are 0 and the others 1.25 times as large, which keeps the mean; in use nothing changes
:Time: 6 s
"""

# %% import
from math import comb

import common.quiet
from common import figures
from common.options import options

import matplotlib.pyplot as plt
import numpy as np
import tensorflow as tf
from keras import layers

opt = options(__doc__, rate=0.2, steps=1000, seed=0)
if opt.rate >= 1:
    common.stop(f"--rate {opt.rate:g} would drop every neuron; give a number below 1")


def show(label, numbers, *more):
    print(f"{label:22}" + "".join(f"{number:7.3f}" for number in numbers), *more)


# %% ten neurons, one step of training. By hand: a number from 0 to 1 is drawn for each; where it is below the rate the
# neuron is dropped, the others are multiplied by 1 / (1 - rate)
neurons = np.arange(1, 11, dtype="float32")
draws = tf.random.stateless_uniform([10], seed=[opt.seed, 0]).numpy()  # the numbers that the layer draws in step 0
by_hand = np.where(draws < opt.rate, 0, neurons / (1 - opt.rate))
layer = layers.Dropout(opt.rate, seed=opt.seed)
real = layer(neurons, training=True).numpy()
show("neurons", neurons)
show("drawn", draws)
show("by hand", by_hand)
show("TensorFlow", real, "agree:", np.allclose(by_hand, real))

# %% many steps: every one drops other neurons; about the rate of all numbers
steps = np.array([layer(neurons, training=True) for _ in range(opt.steps)])  # (1000, 10)
share, error = np.mean(steps == 0), np.sqrt(opt.rate * (1 - opt.rate) / steps.size)
print(f"\nof {steps.size} numbers in {opt.steps} steps")
print(f"dropped: {share:.3f}, by hand {opt.rate:.3f}; within four standard errors: {abs(share - opt.rate) < 4 * error}")
print("the others times:", *np.unique((steps / neurons)[steps > 0].round(4)), f"by hand {1 / (1 - opt.rate):.4f}")

# %% rescaling keeps the mean, so what follows the layer gets numbers of the same size in training and in use
mean, errors = steps.mean(axis=0), neurons * np.sqrt(opt.rate / (1 - opt.rate) / opt.steps)
show("mean over the steps", mean, "within four standard errors:", bool((abs(mean - neurons) < 4 * errors).all()))
show("without rescaling", mean * (1 - opt.rate))
in_use = layer(neurons, training=False).numpy()
show("in use", in_use, "nothing changed:", np.array_equal(in_use, neurons))

# %% a rate of 0.2 does not drop 2 of 10 neurons: each is dropped with that probability, whatever becomes of the others.
# By hand: k of 10 in a share of comb(10, k) · rate^k · (1 - rate)^(10 - k) of the steps
dropped = (steps == 0).sum(axis=1)
real = np.bincount(dropped, minlength=11) / opt.steps
by_hand = [comb(10, k) * opt.rate**k * (1 - opt.rate) ** (10 - k) for k in range(11)]
print("\ndropped at once      ", *(f"{k:6}" for k in range(11)))
show("share of steps", real)
show("by hand", by_hand)

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
axes[2].axhline(neurons.sum(), color="black", linestyle="--", label="in use")
axes[2].set(title="Sum of the ten neurons", xlabel="step", ylabel="sum", ylim=(0, 1.3 * neurons.sum()))
axes[2].legend(loc="lower right")
axes[2].grid(alpha=0.3)
figures.show("dropout")
