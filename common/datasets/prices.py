"""Daily prices of a share, from the notes' file or from a vendor's CSV."""

import contextlib
import csv
import io
import itertools
import re
from pathlib import Path

from common import datasets, stop
from common.datasets.files import numbers

LEAST = 362  # rows: 300 for the test, a window of 60, and after it two prices to learn
NAMES = {  # of columns in the notes' file and those of Yahoo, tushare, akshare, NetEase, Nasdaq and others
    "date": [*"date trade_date timestamp datetime time day 日期 交易日期 时间 交易时间".split(), ""],
    "open": "open 开盘 开盘价 今开".split(),
    "close": "close close/last price 收盘 收盘价".split(),
}
LAYOUTS = "%Y-%m-%d", "%Y/%m/%d", "%Y%m%d", "%Y.%m.%d", "%Y年%m月%d日", "%b %d, %Y", "%m/%d/%Y", "%d/%m/%Y"


def load(opt, columns=("open",)):
    """Daily prices from the file `opt.csv`, or without one from `datasets.moutai(opt)`, oldest first.

    Returns a pandas.DataFrame with those columns ("open", "close"), float64 above 0, over the dates. Whatever is
    wrong with the file ends the program with one line.
    """
    import pandas as pd

    if not opt.csv:
        table = datasets.moutai(opt)
        return table.set_index(pd.to_datetime(table["date"]))[list(columns)].astype(float)
    path = Path(opt.csv)
    try:
        return read(path.read_bytes(), columns)
    except OSError as error:
        stop(f"cannot read {path}: {error.strerror}; --csv should name a file with the columns date and open")
    except ValueError as error:
        stop(f"{path.name}, {error}")


def read(content, columns):
    """The table of `load` from the bytes of a CSV file; ValueError says what is wrong with them, and in which row."""
    import pandas as pd

    text = "\0"
    for encoding in ("gb18030", "utf-8-sig"):  # gb18030 is GBK and more; where both fit it is UTF-8
        with contextlib.suppress(UnicodeDecodeError):
            text = content.decode(encoding)
    if "\0" in text:
        raise ValueError("text neither in UTF-8 nor in GBK; save it as CSV in UTF-8")
    separator = max(",;\t", key=text.lstrip().partition("\n")[0].count)
    if separator == ";":  # where it separates, the comma is the decimal point
        text = text.replace(",", ".")
    csv.field_size_limit(2**31 - 1)  # a quote that nobody closes makes a long cell, and a row with too few
    header, *lines = [*csv.reader(io.StringIO(text, newline=""), delimiter=separator)] or [[]]
    rows = {number: row for number, row in enumerate(lines) if any(row)}
    for number, row in rows.items():
        if len(row) != len(header):
            raise ValueError(f"row {number + 2} has {len(row)} cells where {len(header)} should be; mend or delete it")
    if len(rows) < LEAST:
        raise ValueError(f"{len(rows)} days: {LEAST} or more are needed, 300 for the test, 60 a window")
    names = [re.sub("[（(].*", "", name).strip().lower() for name in header]  # 开盘价(元) is 开盘价
    cells = {}
    for column in ("date", *columns):
        place = next((names.index(name) for name in NAMES[column] if name in names), None)
        if place is None:
            raise ValueError(f"row 1: no column {column} among {', '.join(header)}; name it {column} there")
        cells[column] = pd.Series({number: row[place].strip() for number, row in rows.items()}, name=column)

    texts = cells.pop("date").str.replace("[ T]+[0-9]+:[0-9]{2}.*", "", regex=True)  # without 00:00:00+08:00
    days = max((pd.to_datetime(texts, format=layout, errors="coerce") for layout in LAYOUTS), key=pd.Series.count)
    if days.hasnans:  # 01/02/2020 alone could be two days
        row = days.isna().idxmax()
        raise ValueError(f"row {row + 2}: date is {texts[row]!r}; write all dates in one way, such as 2020-04-24")
    for (day, first), (next_day, second) in itertools.pairwise(sorted(zip(days, days.index + 2, strict=True))):
        if day == next_day:
            raise ValueError(f"rows {first} and {second}: both are of {day:%Y-%m-%d}; delete one")
    plain = "^[$¥￥]|,(?=[0-9]{3}(?![0-9]))"  # to be taken away: 1,250.00 and ¥1250 are numbers, too
    prices = {column: numbers(cell.str.replace(plain, "", regex=True)) for column, cell in cells.items()}
    return pd.DataFrame(prices).set_index(days).sort_index()
