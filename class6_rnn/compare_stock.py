"""
Three networks and a baseline on the same prices
================================================

SimpleRNN、LSTM、GRU与基线（明日开盘＝今日开盘）的对比

Each network is trained with five seeds and judged beside the simplest of predictions: tomorrow opens as today did. Look
at the last column first, and then at how far the seeds of one network lie apart.
每个网络用五个种子训练，再与最简单的预测“明日开盘＝今日开盘”比较。请先看最后一列，再看同一网络不同种子之间相差多大。

:Notes: 六、循环神经网络(RNN) › RNN实现股票预测, LSTM实现股票预测, GRU实现股票预测
:Data: SH600519.csv, prices of Kweichow Moutai; --csv FILE takes any with the columns date and open
:Expect: the networks are worse than the baseline (RMSE 19.62), as good with --target returns, better with --close added
:Time: 900 s

What five seeds on the real prices say:

- Among predictions from past openings none here is better than today's opening: RMSE 19.62, and no network is needed.
  Judge a prediction by such a baseline, not by how well its curve follows the prices: the baseline's follows them
  best.
- The networks of the notes are worse: SimpleRNN 55, LSTM 68, GRU 40. Their seeds lie up to 56 apart, so one run of
  each does not tell which is the best. They learnt from prices up to 788.80 and are asked about 858 to 1,250; they
  predict too low (mean error below 0), the more so the higher the price.
- Asked for the change since today (--target returns) they are as good as the baseline, 19.5 to 19.6, and no better.
  They find nothing in 60 openings that tells whether the price will rise: what is left to say is 0, and that is the
  baseline.
- More information helps, not a larger network: today's close is known before tomorrow opens, and taken as the
  prediction it has RMSE 11.93. With --target returns --close the networks find that out (12.0 to 12.4), and nothing
  beyond it.

五个种子在真实股价上说明了什么：

- 只凭过去的开盘价，这里没有一种预测胜过“明日开盘＝今日开盘”：均方根误差 19.62，不需要网络。
  判断预测的好坏，要与这样的基线比较，而不是看曲线是否贴近股价：最贴近的正是基线。
- 笔记的网络更差：SimpleRNN 55，LSTM 68，GRU 40。同一网络不同种子最多相差 56，各运行一次看不出哪个最好。
  它们学到的股价最高 788.80，却要预测 858 至 1,250 的股价；预测偏低（平均误差小于 0），股价越高偏得越多。
- 改为预测与今日之差（--target returns），就与基线相当，19.5 至 19.6，但不更好：从 60 个开盘价里看不出明日涨跌，
  只能答 0，而这就是基线。
- 有用的是更多的信息，不是更大的网络：今日收盘价在明日开盘之前已知，直接拿它作预测，误差为 11.93。
  用 --target returns --close，网络发现了这一点（12.0 至 12.4），此外再无发现。
"""

# %% import
import math
import time

import common.quiet  # TensorFlow without its start-up messages
from common import figures, stop
from common.datasets import prices
from common.options import options
from common.training import batches

opt = options(__doc__, target="price", close=False, seeds=5, epochs=50, batch_size=64, csv="", data="", offline=False)

import keras
import matplotlib.pyplot as plt
import numpy as np
from keras import layers

# %% data: the days of p38, p47 and p56; with --close a window holds the openings and the closing prices of 60 days
table = prices.load(opt, ("open", "close") if opt.close else ("open",))
real = table["open"].to_numpy()[-240:]
today = table["open"].to_numpy()[-241:-1]  # the last opening of each window

if opt.target == "price":
    low, high = table["open"][:-300].min(), table["open"][:-300].max()
    values = (table - low) / (high - low)
else:  # how far a price is from the opening of the day before, in standard deviations of the training days
    logs = np.log(table)
    values = logs.sub(logs["open"].shift(), axis=0)[1:]
    scale = values[:-300].std()
    values = values / scale


def windows(days):
    """60 days in a row, and the opening of the day after them: x (n, 60, columns) and y (n, 1)."""
    days = days.to_numpy("float32")
    return np.array([days[day - 60 : day] for day in range(60, len(days))]), days[60:, :1]


x_train, y_train = windows(values[:-300])
x_test, y_test = windows(values[-300:])


# %% what differs with the target
if opt.target == "price":
    train, validation, callbacks = (x_train, y_train), None, []
    kernel = "glorot_uniform"  # as in any Dense
else:
    cut = len(x_train) * 9 // 10
    if cut == 0:
        stop(f"{len(table)} days are too few; --target returns needs 363 or more")
    train, validation = (x_train[:cut], y_train[:cut]), (x_train[cut:], y_train[cut:])
    callbacks = [keras.callbacks.EarlyStopping(patience=5, restore_best_weights=True)]  # before it learns the noise
    kernel = "zeros"  # untrained it says 0, tomorrow as today, and leaves that only for what it learns


def to_price(outputs):
    if opt.target == "price":
        return low + (high - low) * outputs
    return today * np.exp(scale["open"] * outputs)


# %% training: each network with each seed, the first being that of p38, p47 and p56
guesses, parameters, seconds = {"opening today": [today]}, {}, {}
if opt.close:
    guesses["close today"] = [table["close"].to_numpy()[-241:-1]]

for layer in (layers.SimpleRNN, layers.LSTM, layers.GRU):
    name = layer.__name__
    guesses[name] = []
    start = time.perf_counter()
    for seed in range(7, 7 + opt.seeds):
        keras.utils.set_random_seed(seed)
        model = keras.Sequential(
            [
                layer(80, return_sequences=True),
                layers.Dropout(0.2),
                layer(100),
                layers.Dropout(0.2),
                layers.Dense(1, kernel_initializer=kernel),
            ]
        )
        model.compile(optimizer=keras.optimizers.Adam(0.001), loss="mean_squared_error")
        model.fit(
            batches(*train, opt.batch_size, seed),
            steps_per_epoch=math.ceil(len(train[0]) / opt.batch_size),
            epochs=opt.epochs,
            shuffle=False,  # the batches come shuffled
            validation_data=validation,
            callbacks=callbacks,
            verbose=0,  # not a line for each of 750 epochs
        )
        guesses[name].append(to_price(model.predict(x_test, verbose=0)[:, 0]))
        print(f"{name}, seed {seed}: RMSE {np.sqrt(np.mean((guesses[name][-1] - real) ** 2)):.2f}", flush=True)
    model.summary()
    parameters[name] = model.count_params()
    seconds[name] = (time.perf_counter() - start) / opt.seeds

# %% table: mean ± standard deviation over the seeds. Better and worse than the opening today are said where the squared
# errors of the 240 days differ by more than twice the standard error of their mean difference
errors = {name: np.array(guess) - real for name, guess in guesses.items()}  # (seeds, 240) each
rmse = {name: np.sqrt(np.mean(error**2, axis=1)) for name, error in errors.items()}
print(f"{'':14}{'parameters':>12}{'seconds':>9}{'RMSE':>16}{'MAE':>16}{'mean error':>12}")
for name, error in errors.items():
    mae = np.mean(np.abs(error), axis=1)
    difference = np.mean(error**2, axis=0) - (today - real) ** 2
    margin = 2 * difference.std() / np.sqrt(240)
    verdict = "better" if difference.mean() < -margin else "worse" if difference.mean() > margin else "as good"
    print(
        f"{name:14}{parameters.get(name, 0):12,}{seconds.get(name, 0):9.1f}"
        f"{rmse[name].mean():9.2f} ±{rmse[name].std():5.2f}{mae.mean():9.2f} ±{mae.std():5.2f}{error.mean():12.2f}"
        f"  {verdict if name != 'opening today' else 'baseline'}"
    )

# %% figure of prices: lines for the mean over the seeds, areas from the lowest to the highest
days = table.index[-240:]
plt.figure(figsize=(9, 5))
plt.plot(days, real, color="black", linewidth=1.5, label="Opening price")
for number, (name, guess) in enumerate(guesses.items()):
    plt.plot(days, np.mean(guess, axis=0), color=f"C{number}", linewidth=1, label=name)
    plt.fill_between(days, np.min(guess, axis=0), np.max(guess, axis=0), color=f"C{number}", alpha=0.2, linewidth=0)
if opt.target == "price":
    plt.axhline(high, color="black", linestyle=":", label="Highest opening in the training set")
plt.title(f"Opening prices and predictions from 60 days, target: {opt.target}")
plt.xlabel("Date")
plt.ylabel("Opening price")
plt.gcf().autofmt_xdate()
plt.grid(alpha=0.3)
plt.legend()
figures.show(f"prices-{opt.target}")

# %% figure of errors: day by day, and each seed's RMSE
_, (left, right) = plt.subplots(1, 2, figsize=(11, 4.8), width_ratios=[3, 1], layout="constrained")
for number, (name, error) in enumerate(errors.items()):
    left.plot(days, error.mean(axis=0), color=f"C{number}", linewidth=1, label=name)
    right.scatter([number] * len(error), rmse[name], color=f"C{number}")
left.axhline(0, color="black", linewidth=0.8)
left.set(title="Predicted minus real opening price, mean over the seeds", xlabel="Date", ylabel="Error")
left.tick_params(axis="x", rotation=30)
left.margins(y=0.15)
left.legend(loc="upper left", ncols=5)
right.axhline(rmse["opening today"][0], color="C0", linestyle="--")
right.set(title="RMSE of each seed", ylim=(0, None))
right.set_xticks(range(len(errors)), list(errors), rotation=60)
for axis in (left, right):
    axis.grid(alpha=0.3)
figures.show(f"errors-{opt.target}")
