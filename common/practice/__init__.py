"""The lessons as exercises: `python -m common.practice`.

A mark `# <- prompt` in a lesson makes a gap of its line or, on a line of its own, of the next one; a mark of a single
word (`# <- SGDM`) only says what the line is about. `exercises` cuts the gaps out, writes the exercises to `mine/` and
keeps the progress there; `verdict` runs a learner's program beside the lesson and judges it; `jobs` starts programs,
by way of `seeded`; `keys` reads single keys; `session` is what a learner sees, in the words of `texts.ini`.
"""

import configparser
import functools
import locale
import os
from pathlib import Path


def chinese():
    """Whether this computer speaks Chinese."""
    spoken = [os.environ.get(name) for name in ("LC_ALL", "LC_MESSAGES", "LANG")]
    return (next(filter(None, spoken), None) or locale.getlocale()[0] or "").lower().startswith(("zh", "chinese"))


@functools.cache
def texts():
    parser = configparser.ConfigParser(interpolation=None)
    parser.read(Path(__file__).with_name("texts.ini"), encoding="utf-8")
    return parser


def say(name, **values):
    """A text of `texts.ini` in the language of this computer."""
    return texts()["中文" if chinese() else "English"][name].format(**values)
