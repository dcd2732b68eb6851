"""Class 6, stock prices: the three networks, their baseline, no look into the future, and price files of any vendor."""

import random
import re

from common import ROOT
from common.datasets import prices
from common.options import options

import numpy as np
import pandas as pd
import pytest
from sklearn.metrics import mean_absolute_error, mean_squared_error
from sklearn.preprocessing import MinMaxScaler

SCRIPTS = {"p38_rnn_stock": 24761, "p47_lstm_stock": 98741, "p56_gru_stock": 74621}
QUICK = ["--epochs", "1", "--batch-size", "16"]


def table(days=400, seed=0):
    """A random walk on working days: date, open, close."""
    steps = np.random.RandomState(seed).normal(0.001, 0.02, 2 * days)
    walk = 100 * np.exp(np.cumsum(steps))
    return pd.DataFrame({"date": pd.bdate_range("2015-01-05", periods=days), "open": walk[::2], "close": walk[1::2]})


@pytest.fixture
def written(tmp_path):
    """Writes a DataFrame, a text or bytes as a file of prices; returns its path."""

    def write(content, **how):
        path = tmp_path / "share.csv"
        if isinstance(content, pd.DataFrame):
            content.to_csv(path, index=False, **how)
        else:
            path.write_bytes(content if isinstance(content, bytes) else content.encode())
        return str(path)

    return write


def load(path, columns=("open",)):
    opt = options("", csv="", data="", offline=True)
    opt.csv = path
    return prices.load(opt, columns)


# The networks


def sigmoid(z):
    return 1 / (1 + np.exp(-z))


def rnn(x, kernel, recurrent, bias):
    h, outputs = np.zeros((len(x), len(recurrent))), []
    for t in range(x.shape[1]):
        h = np.tanh(x[:, t] @ kernel + h @ recurrent + bias)
        outputs.append(h)
    return np.stack(outputs, axis=1)


def lstm(x, kernel, recurrent, bias):
    h = c = np.zeros((len(x), len(recurrent)))
    outputs = []
    for t in range(x.shape[1]):
        i, f, candidate, o = np.split(x[:, t] @ kernel + h @ recurrent + bias, 4, axis=1)
        c = sigmoid(f) * c + sigmoid(i) * np.tanh(candidate)
        h = sigmoid(o) * np.tanh(c)
        outputs.append(h)
    return np.stack(outputs, axis=1)


def gru(x, kernel, recurrent, bias):
    h, outputs = np.zeros((len(x), len(recurrent))), []
    for t in range(x.shape[1]):
        xz, xr, xh = np.split(x[:, t] @ kernel + bias[0], 3, axis=1)
        hz, hr, hh = np.split(h @ recurrent + bias[1], 3, axis=1)
        z = sigmoid(xz + hz)
        h = z * h + (1 - z) * np.tanh(xh + sigmoid(xr + hr) * hh)
        outputs.append(h)
    return np.stack(outputs, axis=1)


@pytest.mark.parametrize("script, by_hand", list(zip(SCRIPTS, (rnn, lstm, gru), strict=True)), ids=list(SCRIPTS))
def test_a_script_scales_cuts_predicts_and_judges_as_the_notes_do(script, by_hand, run_script, written):
    share = table()
    out = run_script(f"class6_rnn/{script}.py", *QUICK, "--csv", written(share))
    ours = run_script.variables
    assert f"Trainable params: {SCRIPTS[script]:,}" in out

    scaler = MinMaxScaler()
    train, test = scaler.fit_transform(share[["open"]][:-300]), scaler.transform(share[["open"]][-300:])
    for x, y, values in ((ours["x_train"], ours["y_train"], train), (ours["x_test"], ours["y_test"], test)):
        assert x.shape == (len(values) - 60, 60, 1) and y.shape == (len(values) - 60, 1)
        for i in range(60, len(values)):
            np.testing.assert_allclose(x[i - 60], values[i - 60 : i], rtol=1e-6)
            np.testing.assert_allclose(y[i - 60], values[i], rtol=1e-6)

    *weights, dense, bias = (np.array(weight, float) for weight in ours["model"].get_weights())
    hidden = by_hand(by_hand(ours["x_test"], *weights[:3]), *weights[3:])
    outputs = scaler.inverse_transform(hidden[:, -1] @ dense + bias)[:, 0]
    np.testing.assert_allclose(ours["predicted"][:, 0], outputs, rtol=1e-5)

    real, today = share["open"][-240:], share["open"][-241:-1]
    expected = []
    for guess in (outputs, today):
        mse = mean_squared_error(real, guess)
        expected += [mse, mse**0.5, mean_absolute_error(real, guess)]
    printed = [float(number) for number in re.findall(r"误差: ([\d.]+)$", out, re.MULTILINE)]
    assert printed == pytest.approx(expected, rel=1e-4)
    assert len(re.findall("^均方误差: |^均方根误差: |^平均绝对误差: ", out, re.MULTILINE)) == 3


def test_the_three_scripts_differ_in_the_network_alone():
    def lesson(script):
        return (ROOT / f"class6_rnn/{script}.py").read_text(encoding="utf-8").split('"""')[2]

    assert "layers.LSTM" in lesson("p47_lstm_stock")
    assert lesson("p56_gru_stock") == lesson("p47_lstm_stock").replace("LSTM", "GRU").replace("an GRU", "a GRU")
    simple = lesson("p47_lstm_stock").replace("layers.LSTM", "layers.SimpleRNN").replace("an LSTM", "a simple RNN")
    assert lesson("p38_rnn_stock") == simple


@pytest.mark.slow
def test_the_first_seed_of_compare_gives_what_the_script_gives(run_script, written):
    path = written(table())
    out = run_script("class6_rnn/compare_stock.py", *QUICK, "--seeds", "1", "--csv", path)
    guesses = run_script.variables["guesses"]
    printed = run_script("class6_rnn/p47_lstm_stock.py", *QUICK, "--csv", path)
    np.testing.assert_allclose(guesses["LSTM"][0], run_script.variables["predicted"][:, 0], rtol=1e-5)
    for name, label in (("LSTM", "^"), ("opening today", r"\) ")):
        rmse, mae = re.search(rf"^{name} .*? ([\d.]+) ± 0.00 +([\d.]+) ± 0.00", out, re.MULTILINE).groups()
        errors = re.findall(rf"{label}(?:均方根|平均绝对)误差: ([\d.]+)$", printed, re.MULTILINE)
        assert [float(rmse), float(mae)] == pytest.approx(list(map(float, errors)), abs=0.006), name


# Nothing looks into the future


@pytest.mark.parametrize(
    "script, flags",
    [
        ("p47_lstm_stock", ["--fresh"]),
        ("compare_stock", ["--seeds", "1", "--target", "returns", "--close"]),
        pytest.param("p38_rnn_stock", ["--fresh"], marks=pytest.mark.slow),  # they differ from p47 in the network alone
        pytest.param("p56_gru_stock", ["--fresh"], marks=pytest.mark.slow),
        pytest.param("compare_stock", ["--seeds", "1", "--close"], marks=pytest.mark.slow),
    ],
)
def test_no_prediction_changes_with_the_future(script, flags, run_script, written):
    """All prices from day 100 of the 240 on are others: the predictions for the days up to 100 stay as they are."""

    def predictions(share):
        run_script(f"class6_rnn/{script}.py", *QUICK, *flags, "--csv", written(share))
        found = run_script.variables
        return found["guesses"] if script == "compare_stock" else {script: [found["predicted"]]}

    share = table()
    other = share.copy()
    other.loc[len(share) - 140 :, ["open", "close"]] *= np.random.RandomState(1).uniform(1.5, 3, (140, 2))
    before, after = predictions(share), predictions(other)
    for name in before:
        (a,), (b,) = before[name], after[name]
        np.testing.assert_array_equal(a[:101], b[:101], err_msg=name)
        assert (a[101:] != b[101:]).all()  # the day after the change knows of it


# Price files


def yahoo(share):
    head = share.rename(columns={"date": "Date", "open": "Open", "close": "Close"})
    return head.assign(High=1.0, Low=1.0, **{"Adj Close": 1.0}, Volume=7)


def course(share):
    return share.assign(high=1.0, code=600519).reset_index(names="")


def tushare(share):
    compact = share.assign(trade_date=share["date"].dt.strftime("%Y%m%d"), ts_code="600519.SH").drop(columns="date")
    return compact[["ts_code", "trade_date", "open", "close"]][::-1]


def akshare(share):
    return share.rename(columns={"date": "日期", "open": "开盘", "close": "收盘"}).assign(股票代码="600519")


def netease(share):
    return share.rename(columns={"date": "日期", "open": "开盘价", "close": "收盘价"}).assign(名称="贵州茅台")[::-1]


def indexed(share):
    return share.rename(columns={"date": ""})  # DataFrame.to_csv() of an index without a name


def yfinance(share):
    return yahoo(share.assign(date=share["date"].astype(str) + " 00:00:00-04:00"))


def nasdaq(share):
    dollars = {name: share[name].map("${:.12f}".format) for name in ("open", "close")}
    dates = share["date"].dt.strftime("%m/%d/%Y")
    return pd.DataFrame({"Date": dates, "Close/Last": dollars["close"], "Open": dollars["open"]})


def investing(share):
    grouped = {name: (share[name] + 1000).map("{:,.12f}".format) for name in ("open", "close")}
    return pd.DataFrame({"Date": share["date"].dt.strftime("%b %d, %Y"), "Open": grouped["open"]})[::-1]


def terminal(share):
    units = {"open": "开盘价(元)", "close": "收盘价（元）", "date": "交易日期"}
    return share.assign(date=share["date"].dt.strftime("%Y年%m月%d日")).rename(columns=units)


@pytest.mark.parametrize(
    "layout", [course, yahoo, tushare, akshare, netease, indexed, yfinance, nasdaq, terminal], ids=lambda f: f.__name__
)
@pytest.mark.parametrize(
    "how", [{}, {"encoding": "utf-8-sig"}, {"encoding": "gbk"}, {"sep": ";"}, {"sep": "\t", "lineterminator": "\r\n"}]
)
def test_layouts_of_vendors(layout, how, written):
    share = table()
    found = load(written(layout(share), **how), ("open", "close"))
    assert list(found.columns) == ["open", "close"]
    assert (found.index == pd.DatetimeIndex(share["date"])).all()
    np.testing.assert_allclose(found, share[["open", "close"]], rtol=1e-9)


def test_other_ways_to_write_numbers_and_dates(written):
    share = table()
    np.testing.assert_allclose(load(written(investing(share)))["open"], share["open"] + 1000, rtol=1e-9)
    found = load(written(share, sep=";", decimal=","))
    np.testing.assert_allclose(found["open"], share["open"], rtol=1e-9)
    for layout in ("%d/%m/%Y", "%m/%d/%Y", "%Y/%m/%d", "%Y.%m.%d"):  # 02/03 is the one or the other
        found = load(written(share, date_format=layout))
        assert (found.index == pd.DatetimeIndex(share["date"])).all(), layout


def test_rows_in_any_order_are_sorted(written):
    share = table()
    order = random.Random(0).sample(range(len(share)), len(share))
    pd.testing.assert_frame_equal(load(written(share.iloc[order])), load(written(share)))


def changed(row, column, value):
    """The share with one cell changed; row as an editor counts, the names being row 1."""
    share = table().astype(object)
    share.loc[row - 2, column] = value
    return share


def raw(share):
    return share.to_csv(index=False)


@pytest.mark.parametrize(
    "content, words",
    [
        (table().drop(columns="open"), ["no column open", "date, close"]),
        (table().drop(columns="date"), ["no column date", "open, close"]),
        (raw(table()).partition("\n")[2], ["no column date", "2015-01-05"]),
        (changed(17, "open", "n/a"), ["row 17: open is 'n/a', not a number"]),
        (changed(17, "open", "inf"), ["row 17: open is 'inf', not a number"]),
        (changed(17, "open", "12,5"), ["row 17: open is '12,5', not a number"]),
        (changed(17, "open", None), ["row 17: open is missing"]),
        (changed(18, "open", -3.5), ["row 18: open is '-3.5'", "above 0"]),
        (changed(18, "open", 0), ["row 18: open is '0'", "above 0"]),
        (changed(9, "date", pd.Timestamp("2015-01-13")), ["rows 8 and 9", "both are of 2015-01-13"]),
        (changed(9, "date", "soon"), ["row 9: date is 'soon'"]),
        (changed(9, "date", None), ["row 9: date is ''"]),
        (changed(9, "date", "13/01/2015"), ["row 9: date is '13/01/2015'"]),
        (table(361), ["361 days", "362"]),
        ("date,open\n", ["0 days", "362"]),
        ("", ["0 days", "362"]),
        ("\n\n", ["0 days", "362"]),
        (raw(table()).encode("utf-16"), ["neither in UTF-8 nor in GBK"]),
        (raw(table()).encode("utf-16-le"), ["neither in UTF-8 nor in GBK"]),
        (b"PK\x03\x04\x14\x00\x06\x00" + bytes(range(256)) * 9, ["neither in UTF-8 nor in GBK"]),
        (raw(table())[:-30], ["row 401 has", "3"]),
        (raw(table()).replace("2015-01-06,", "2015-01-06,1,"), ["row 3 has 4 cells where 3 should be"]),
        (raw(table()).replace("2015-01-07", '"2015-01-07'), ["row 4 has 1 cells where 3 should be"]),
        (raw(table()) + "数据来源:通达信\n", ["row 402 has 1 cells"]),
    ],
)
def test_what_is_wrong_with_a_file(content, words, written, capsys):
    path = written(content)
    with pytest.raises(SystemExit) as end:
        load(path)
    message = capsys.readouterr().err
    assert end.value.code == 2 and message.count("\n") == 1 and "share.csv" in message
    for word in words:
        assert word in message


def test_no_file_and_a_folder(tmp_path, capsys):
    for path in (tmp_path / "none.csv", tmp_path):
        with pytest.raises(SystemExit):
            load(str(path))
        assert f"cannot read {path}: " in capsys.readouterr().err


def test_362_days_are_enough(written):
    assert len(load(written(table(362)))) == 362


def test_the_stand_in_serves_with_a_banner(capsys):
    found = load("", ("open", "close"))
    assert len(found) == 1047 and found.index.is_monotonic_increasing and (found > 0).all(axis=None)
    assert "STAND-IN" in capsys.readouterr().err


@pytest.mark.real_data
def test_the_baseline_on_the_real_prices(run_script):
    out = run_script("class6_rnn/p38_rnn_stock.py", "--epochs", "1", "--data", "real")
    assert run_script.variables["x_train"].shape == (2066, 60, 1)
    assert "均方根误差: 19.617708" in out and "平均绝对误差: 14.711000" in out
