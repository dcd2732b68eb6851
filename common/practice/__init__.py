"""The lessons as exercises: `python -m common.practice`.

A mark `# <- prompt` in a lesson makes a gap of its line or, on a line of its own, of the next one; a mark of a single
word (`# <- SGDM`) only says what the line is about. `exercises` cuts the gaps out, and keeps files and progress in
`mine/`; `verdict` judges a program; `__main__` is what a learner sees, in the words of `texts.ini`.
"""

import configparser
import locale
import os
from pathlib import Path

TEXTS = configparser.ConfigParser(interpolation=None)
TEXTS.read(Path(__file__).with_name("texts.ini"), encoding="utf-8")
spoken = next(filter(None, map(os.environ.get, ("LC_ALL", "LC_MESSAGES", "LANG"))), locale.getlocale()[0]) or ""
CHINESE = spoken.lower().startswith(("zh", "chinese"))


def say(name, **values):
    """A text of `texts.ini` in the language of this computer."""
    return TEXTS["中文" if CHINESE else "English"][name].format(**values)
