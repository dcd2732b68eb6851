"""
Tomorrow's opening price by an LSTM
===================================

LSTM实现股票预测

The program of p38_rnn_stock.py with two LSTM layers: gates decide what a cell keeps, takes in and gives out. Look at
the parameters, four times as many, and at the baseline, which is still better.
把 p38_rnn_stock.py 中的循环层换成两层 LSTM：由门决定细胞态保留、写入和输出什么。请看参数量，是 SimpleRNN 的四倍；
再看基线，误差仍然更小。

:Notes: 六、循环神经网络(RNN) › LSTM实现股票预测 › 示例
:Data: SH600519.csv, opening prices of Kweichow Moutai; --csv FILE takes any with the columns date and open
:Expect: 98,741 parameters; 均方根误差 35 to 91 with seeds 7 to 11; the baseline, which needs no network, has 19.62
:Time: 90 s
"""

# %% 1. import
import math

import common.quiet  # TensorFlow without its start-up messages
from common import figures
from common.datasets import prices
from common.options import options
from common.training import batches, save_parameters

opt = options(
    __doc__, epochs=50, batch_size=64, learning_rate=0.001, seed=7, fresh=False, csv="", data="", offline=False
)

from common.checkpoints import Checkpoint

import keras
import matplotlib.pyplot as plt
import numpy as np
from keras import layers
from sklearn.metrics import mean_absolute_error, mean_squared_error
from sklearn.preprocessing import MinMaxScaler

keras.utils.set_random_seed(opt.seed)

# %% 2. train, test: the opening prices of the first 2,126 days and of the last 300. The training days alone set the
# scale from 0 to 1: the prices of the test days are the future
table = prices.load(opt)  # the column open of pandas.read_csv("SH600519.csv"), over the dates
opening = table.to_numpy()  # (2426, 1)
scaler = MinMaxScaler(feature_range=(0, 1))
train_scaled = scaler.fit_transform(opening[:-300]).astype("float32")  # (2126, 1)
test_scaled = scaler.transform(opening[-300:]).astype("float32")  # (300, 1)

# %% windows: 60 openings in a row, and the one of the day after them
x_train = np.array([train_scaled[day - 60 : day] for day in range(60, len(train_scaled))])  # (2066, 60, 1)
y_train = train_scaled[60:]  # (2066, 1)
x_test = np.array([test_scaled[day - 60 : day] for day in range(60, len(test_scaled))])  # (240, 60, 1)
y_test = test_scaled[60:]  # (240, 1)
steps = math.ceil(len(x_train) / opt.batch_size)  # 33 batches make an epoch

# %% 3. the network
model = keras.Sequential(
    [
        layers.LSTM(80, return_sequences=True),  # (n, 60, 80): the next layer wants every step
        layers.Dropout(0.2),
        layers.LSTM(100),  # (n, 100): the last step
        layers.Dropout(0.2),
        layers.Dense(1),
    ]
)

# %% 4. compile: prices are never exactly right, so there is no accuracy to measure
model.compile(optimizer=keras.optimizers.Adam(opt.learning_rate), loss="mean_squared_error")

# %% 5. fit, from where the last run ended
model(keras.Input((60, 1)))  # makes the weights, which the checkpoint may replace
checkpoint = Checkpoint(model, opt.epochs, y_train, fresh=opt.fresh)
train = batches(x_train, y_train, opt.batch_size, opt.seed, checkpoint.epoch)
model.fit(
    train,
    steps_per_epoch=steps,
    epochs=checkpoint.epochs,
    initial_epoch=checkpoint.epoch,
    shuffle=False,  # the batches come shuffled
    validation_data=(x_test, y_test),
    validation_freq=1,
    callbacks=[checkpoint],
)

# %% 6. summary, parameters and curves
model.summary()
save_parameters(model)
figures.training_curves(checkpoint.history, checkpoint.resumed)

# %% predict the last 240 days, and turn the numbers back into prices
predicted = scaler.inverse_transform(model.predict(x_test, verbose=0))  # (240, 1)
real = opening[-240:]
today = opening[-241:-1]  # the last opening of each window

plt.figure(figsize=(8, 4.8))
plt.plot(table.index[-240:], real, color="red", label="Opening price")
plt.plot(table.index[-240:], predicted, color="blue", label="Predicted")
plt.plot(table.index[-240:], today, color="grey", linewidth=0.8, label="Baseline: the opening of the day before")
plt.axhline(opening[:-300].max(), color="black", linestyle=":", label="Highest price in the training set")
plt.title("Opening prices predicted by an LSTM")
plt.xlabel("Date")
plt.ylabel("Opening price")
plt.gcf().autofmt_xdate()
plt.grid(alpha=0.3)
plt.legend()
figures.show("prices")


# %% errors in yuan; the baseline needs no network: tomorrow opens as today did
def print_errors(name, guess):
    mse = mean_squared_error(real, guess)
    print(f"{name}均方误差: {mse:.6f}")
    print(f"{name}均方根误差: {math.sqrt(mse):.6f}")
    print(f"{name}平均绝对误差: {mean_absolute_error(real, guess):.6f}")


print_errors("", predicted)
print_errors("基线(明日开盘=今日开盘) ", today)
