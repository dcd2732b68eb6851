"""
What batch normalization does to a shifted batch
================================================

批标准化：训练时与推理时

Feature maps that lie far from 0 are brought back to mean 0 and standard deviation 1, where the next activation is
sensitive. In training the layer takes mean and variance of the batch itself, at inference averages that it kept while
training. Look at the rows "at inference": a layer that has trained on ten batches still normalizes badly.
偏离 0 的特征图被拉回到均值 0、标准差 1，也就是后面的激活函数敏感的区域。训练时该层用本批数据自己的均值和方差，
推理时用训练中累积的滑动平均。请看 at inference 各行：只训练过十个批次的层，标准化得还很差。

:Notes: 五、卷积神经网络(CNN) › 批标准化(BN)
:Data: made in the script
:Expect: mean 0 and standard deviation 1 at once in training, at inference only after some hundred batches
:Time: 8 s
"""

# %% import
import common.quiet  # TensorFlow without its start-up messages
from common import figures
from common.options import options

opt = options(__doc__, batches=500, momentum=0.99, seed=0)  # momentum: Keras's own value

import matplotlib.pyplot as plt
import numpy as np
from keras import layers

# %% a batch: the feature maps of three kernels, each with a mean and a spread of its own, the third one's lopsided
random = np.random.RandomState(opt.seed)


def make_batch():
    shape = (16, 8, 8)  # pictures, rows, columns
    maps = [random.normal(5, 2, shape), random.normal(-3, 0.5, shape), random.exponential(1, shape)]
    return np.stack(maps, axis=3).astype("float32")  # (16, 8, 8, 3)


def print_row(label, numbers):
    row = "".join(f"{number:9.3f}" for number in np.round(numbers, 3) + 0.0)  # + 0.0 makes 0.0 of -0.0
    print(f"{label:36}{row}")


def slope_of_sigmoid(x):
    return np.exp(-x) / (1 + np.exp(-x)) ** 2


ALL = (0, 1, 2)  # pictures, rows and columns: what belongs to one kernel is normalized together
batch = make_batch()
print("                               kernel        1        2        3")
print_row("before: mean", batch.mean(ALL))
print_row("        standard deviation", batch.std(ALL))

# %% in training. By hand: the batch's own mean and standard deviation. δ under the root keeps the divisor above 0 (and
# is why the small spread of kernel 2 becomes 0.998, not 1)
m = 16 * 8 * 8  # numbers per kernel
delta = 0.001
mu = batch.sum(ALL) / m  # <- the mean of each kernel's numbers
sigma = np.sqrt(delta + ((batch - mu) ** 2).sum(ALL) / m)  # <- their standard deviation, δ under the root
by_hand = (batch - mu) / sigma  # <- the normalized batch

layer = layers.BatchNormalization(epsilon=delta)
trained = layer(batch, training=True).numpy()
print_row("after:  mean", trained.mean(ALL))
print_row("        standard deviation", trained.std(ALL))
print("by hand and by TensorFlow agree:", np.allclose(by_hand, trained, atol=1e-4))

# %% what it is for: near 0, where the sigmoid is steep (0.25 at most), a small change of the input shows in the output.
# What it does not do: make the numbers normally distributed. Lopsided ones (skewness 0 is symmetric) stay as they were
print_row("slope of sigmoid before", slope_of_sigmoid(batch).mean(ALL))
print_row("slope of sigmoid after", slope_of_sigmoid(trained).mean(ALL))
for label, numbers in (("before", batch), ("after", trained)):
    standardized = (numbers - numbers.mean(ALL)) / numbers.std(ALL)
    print_row(f"skewness {label}", (standardized**3).mean(ALL))

# %% γ and β, which are trained, let the network choose another spread and shift
layer.gamma.assign([2, 2, 2])
layer.beta.assign([1, 1, 1])
chosen = layer(batch, training=True).numpy()
print_row("with γ = 2, β = 1: mean", chosen.mean(ALL))
print_row("                   standard deviation", chosen.std(ALL))
print("by hand and by TensorFlow agree:", np.allclose(2 * by_hand + 1, chosen, atol=1e-4))

# %% at inference there may be one picture only, so the layer takes averages that it kept while training: they start at
# mean 0 and variance 1, and every batch in training moves them towards its own, 1 - momentum of the way. A layer that
# is only ever called with training=False, as in the notes' InceptionNet, keeps 0 and 1 and normalizes nothing
layer = layers.BatchNormalization(momentum=opt.momentum, epsilon=delta)
layer.build(batch.shape)
mean, variance = np.zeros(3), np.ones(3)
means, outputs = [mean], {}
print("\nat inference, after")
for number in range(opt.batches + 1):
    if number > 0:
        another = make_batch()
        layer(another, training=True)
        mean = opt.momentum * mean + (1 - opt.momentum) * another.mean(ALL)  # <- moved towards another's mean
        variance = opt.momentum * variance + (1 - opt.momentum) * another.var(ALL)  # <- the same for the variance
        means.append(mean)
    if number in (0, 10, 100, opt.batches):
        outputs[number] = layer(batch, training=False).numpy()
        print_row(f"{number:3} batches: mean", outputs[number].mean(ALL))
        print_row("             standard deviation", outputs[number].std(ALL))
print("moving mean by hand and by TensorFlow agree:", np.allclose(mean, layer.moving_mean, atol=1e-3))
print("moving variance by hand and by TensorFlow agree:", np.allclose(variance, layer.moving_variance, atol=1e-3))

# %% so the output for a picture no longer depends on the others in its batch
for training in (True, False):
    alone, together = layer(batch[:1], training=training), layer(batch, training=training)[:1]
    print(f"training={training}: a picture alone as in its batch:", np.allclose(alone, together, atol=1e-4))

# %% figure
figure, axes = plt.subplot_mosaic([list("abcd"), ["mean"] * 4], figsize=(13, 7), layout="constrained")
panels = {
    "before": batch,
    "in training": trained,
    "at inference after 0 batches": outputs[0],
    f"at inference after {opt.batches} batches": outputs[opt.batches],
}
for name, (title, numbers) in zip("abcd", panels.items(), strict=True):
    for k in range(3):
        axes[name].hist(numbers[..., k].ravel(), bins=np.arange(-6, 12, 0.25), alpha=0.6, label=f"kernel {k + 1}")
    axes[name].axvline(0, color="black", linewidth=0.8)
    axes[name].set(title=title, xlabel="value", ylim=(0, 240))
axes["a"].set_ylabel("number of pixels")
axes["a"].legend()
n = np.arange(opt.batches + 1)
for k in range(3):
    axes["mean"].plot(n, np.array(means)[:, k], label=f"kernel {k + 1}: moving mean")
# of batches with mean 5, n have moved the average this far
axes["mean"].plot(n, 5 * (1 - opt.momentum**n), "k:", label=f"5 · (1 - {opt.momentum:g}ⁿ)")
axes["mean"].plot(n, 5 * (1 - 0.9**n), "k--", linewidth=0.8, label="5 · (1 - 0.9ⁿ)")
axes["mean"].set(title="The averages follow the shift", xlabel="batches n", ylabel="moving mean")
axes["mean"].grid(alpha=0.3)
axes["mean"].legend(loc="upper right", bbox_to_anchor=(1, 0.95))
figures.show("batch_normalization")
