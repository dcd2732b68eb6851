"""
Tomorrow's opening price by a simple RNN
========================================

RNN实现股票预测

:Notes: 六、循环神经网络(RNN) › RNN实现股票预测
:Data: SH600519.csv, opening prices of Kweichow Moutai; --csv FILE takes any with the columns date and open
:Expect: 24,761 parameters; 均方根误差 39 to 72 with seeds 7 to 11; the baseline, which needs no network, has 19.62
:Time: 90 s
"""

# %% 1. import
import common.quiet
from common import datasets, figures, prices, training
from common.options import options

import keras
import matplotlib.pyplot as plt
import numpy as np
from keras import layers

opt = options(
    __doc__, epochs=50, batch_size=64, learning_rate=0.001, seed=7, fresh=False, csv="", data="", offline=False
)
keras.utils.set_random_seed(opt.seed)

# %% 2. train, test: 60 openings in a row predict the next; the last 300 days are for the test. The training days alone
# say what becomes 0 and 1: the prices of the test days are the future
table = prices.load(opt)
opening = table.to_numpy()  # (2426, 1)
low, high = opening[:-300].min(), opening[:-300].max()
scaled = (opening - low) / (high - low)
x_train, y_train = prices.windows(scaled[:-300], 60)  # (2066, 60, 1), (2066, 1)
x_test, y_test = prices.windows(scaled[-300:], 60)  # (240, 60, 1), (240, 1)

# %% 3. the network
model = keras.Sequential(
    [
        layers.SimpleRNN(80, return_sequences=True),
        layers.Dropout(0.2),
        layers.SimpleRNN(100),
        layers.Dropout(0.2),
        layers.Dense(1),
    ]
)

# %% 4. compile: prices are never exactly right, so there is no accuracy to measure
model.compile(optimizer=keras.optimizers.Adam(opt.learning_rate), loss="mean_squared_error")

# %% 5. fit
history = training.fit(model, (x_train, y_train), (x_test, y_test), opt, checkpoint=True)

# %% 6. summary
training.summary(model)
training.save_parameters(model)
figures.training_curves(history)

# %% predict the last 240 days
predicted = low + (high - low) * model.predict(x_test, verbose=0)[:, 0]
real = opening[-240:, 0]
today = opening[-241:-1, 0]  # the last opening of each window

plt.figure(figsize=(8, 4.8))
plt.plot(table.index[-240:], real, color="red", label="Opening price")
plt.plot(table.index[-240:], predicted, color="blue", label="Predicted")
plt.plot(table.index[-240:], today, color="grey", linewidth=0.8, label="Baseline: the opening of the day before")
plt.axhline(high, color="black", linestyle=":", label="Highest price in the training set")
plt.title("Opening prices predicted by a simple RNN")
plt.xlabel("Date")
plt.ylabel("Opening price")
plt.gcf().autofmt_xdate()
plt.grid(alpha=0.3)
plt.legend()
figures.show("prices")

# %% errors in yuan; the baseline needs no network: tomorrow opens as today did
for name, guess in {"": predicted, "基线(明日开盘=今日开盘) ": today}.items():
    error = guess - real
    print(f"{name}均方误差: {np.mean(error**2):.6f}")
    print(f"{name}均方根误差: {np.sqrt(np.mean(error**2)):.6f}")
    print(f"{name}平均绝对误差: {np.mean(np.abs(error)):.6f}")
