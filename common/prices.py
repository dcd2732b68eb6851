"""Daily prices of a share, from the notes' file or from a vendor's CSV, and windows over them."""

import contextlib
import csv
import io
import re
from datetime import datetime
from pathlib import Path

from common import datasets, stop

import numpy as np

LEAST = 362  # rows: 300 for the test, a window of 60, and after it two prices to learn
LONGEST = 30  # days from a row to the next: exchanges close for up to two weeks
NAMES = {  # of columns in the notes' file and those of Yahoo, tushare, akshare, NetEase, Nasdaq and others
    "date": "date trade_date timestamp datetime time day 日期 交易日期 时间 交易时间".split(),
    "open": "open 开盘 开盘价 今开".split(),
    "close": "close close/last price 收盘 收盘价".split(),
}
LAYOUTS = "%Y-%m-%d", "%Y/%m/%d", "%Y%m%d", "%Y.%m.%d", "%Y年%m月%d日", "%b %d, %Y", "%m/%d/%Y", "%d/%m/%Y"


def load(opt, columns=("open",)):
    """Daily prices from the file `opt.csv`, or without one from `datasets.moutai(opt)`, oldest first.

    Returns a pandas.DataFrame with those columns, float64 above 0, over the dates. Whatever is wrong with the file
    ends the program with one line.
    """
    import pandas as pd

    if opt.csv:
        dates, *prices = read(Path(opt.csv), columns)
        return pd.DataFrame(dict(zip(columns, prices, strict=True)), index=pd.DatetimeIndex(dates, name="date"))
    table = datasets.moutai(opt)
    return table.set_index(pd.to_datetime(table["date"]))[list(columns)].astype(float)


def windows(values, length):
    """Each window of `length` days over values `(days, columns)`, and the first column's value of the day after it.

    Returns x `(days - length, length, columns)` and y `(days - length, 1)`, float32.
    """
    values = np.asarray(values, "float32")
    x = np.stack([values[day - length : day] for day in range(length, len(values))])
    return x, values[length:, :1]


def read(path, columns):
    """The dates of a CSV file and the prices in each of the columns, as tuples in the order of the dates."""
    (_, header), *rows = cells(path)
    names = [re.sub("[（(].*", "", name).strip().lower() for name in header]  # 开盘价(元) is 开盘价
    places = {column: next((names.index(n) for n in NAMES[column] if n in names), None) for column in columns}
    date = next((names.index(name) for name in NAMES["date"] if name in names), 0 if names[0] == "" else None)
    for column, place in {"date": date, **places}.items():
        if place is None:
            stop(f"{path.name}: no column {column} among {', '.join(header)}; name it {column} in the first row")
    if len(rows) < LEAST:
        stop(f"{path.name} has {len(rows)} days; {LEAST} or more are needed: 300 for the test, 60 a window")
    for number, row in rows:
        if len(row) < len(header) or any(row[len(header) :]):
            stop(f"{path.name}, row {number} has {len(row)} cells where {len(header)} should be; mend or delete it")
    days = []
    for day, (number, row) in zip(dates(path, rows, date), rows, strict=True):
        where = f"{path.name}, row {number}:"
        days.append((day, number, *(price(row[place], f"{where} {name}") for name, place in places.items())))
    days.sort()
    for (before, first, *_), (after, second, *_) in zip(days, days[1:], strict=False):
        if before == after:
            stop(f"{path.name}, rows {first} and {second}: both are of {before:%Y-%m-%d}; delete one")
        if (after - before).days > LONGEST:
            gap = f"{(after - before).days} days from {before:%Y-%m-%d} to {after:%Y-%m-%d}"
            stop(f"{path.name}: a gap of {gap}; add the days between, or keep only those on one side")
    dated, _, *prices = zip(*days, strict=True)
    return dated, *prices


def cells(path):
    """The rows of a CSV file that are not empty, each with its number: (number, [text, ...])."""
    try:
        content = path.read_bytes()
    except OSError as error:
        stop(f"cannot read {path}: {error.strerror}; --csv should name a file with the columns date and open")
    text = "\0"
    for encoding in ("gb18030", "utf-8-sig"):  # the latter where both fit; gb18030 is GBK and more
        with contextlib.suppress(UnicodeDecodeError):
            text = content.decode(encoding)
    if "\0" in text:
        stop(f"{path.name} is text neither in UTF-8 nor in GBK; save it as CSV in UTF-8")
    separator = max(",;\t", key=text.strip().partition("\n")[0].count)
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=separator, strict=True)
    try:
        rows = [(reader.line_num, [cell.strip() for cell in row]) for row in reader if any(row)]
    except csv.Error as error:
        stop(f"{path.name}, row {reader.line_num}: {error}; is there a quotation mark too many or too few?")
    if separator == ";":  # where it separates, the comma is the decimal point
        rows = [(number, [cell.replace(",", ".") for cell in row]) for number, row in rows]
    return rows or stop(f"{path.name} is empty")


def dates(path, rows, place):
    """The date in each row, in the one of LAYOUTS that fits all of them; 01/02/2020 alone could be two days."""
    texts = [re.sub("[ T]+[0-9]+:[0-9]{2}.*", "", row[place]) for _, row in rows]  # without 00:00:00+08:00
    best = []
    for layout in LAYOUTS:
        found = []
        with contextlib.suppress(ValueError):
            for text in texts:
                found.append(datetime.strptime(text, layout))
        best = max(best, found, key=len)
    if len(best) < len(texts):
        number, row = rows[len(best)]
        stop(f"{path.name}, row {number}: date is {row[place]!r}; write all dates in one way, such as 2020-04-24")
    return best


def price(text, where):
    """The number in a cell; 1,250.00 and $1250 are numbers, too."""
    number = re.sub(r"^[$¥￥]|,(?=[0-9]{3}(?![0-9]))", "", text)
    if not re.fullmatch(r"[-+]?[0-9]*\.?[0-9]+", number):
        stop(f"{where} is {f'{text!r}, not a number' if text else 'missing'}; write it there, or delete the row")
    if float(number) <= 0:
        stop(f"{where} is {text}; a price is above 0, though one adjusted backwards (前复权) may not be")
    return float(number)
