"""Words that a script's user gives it: with a flag, or asked for at a terminal."""

import re
import sys

from common import stop


def words(given, pattern, wanted, example):
    """The words to predict from: those of `given`, the text of `--predict`, or else those typed at a terminal.

    Words are separated by commas and fit the regular expression `pattern`, which `wanted` says in words. One that
    does not ends the script at once if it is in the flag, and is asked for again at a terminal, where nothing is
    asked before the first word is needed.
    """
    if not given:
        return typed(pattern, wanted, example)
    for word in given.split(","):
        if not re.fullmatch(pattern, word):
            stop(f"--predict: {word!r} is not {wanted}; e.g. --predict {example}")
    return given.split(",")


def typed(pattern, wanted, example):
    if not sys.stdin.isatty():
        print(f"to predict: --predict {example}")
        return
    try:
        for _ in range(int(ask("input the number of test alphabet:", "[0-9]{1,4}", "a number from 0 to 9999"))):
            yield ask("input test alphabet:", pattern, wanted)
    except EOFError:
        return


def ask(question, pattern, wanted):
    """What is typed, asked for again until it fits."""
    while not re.fullmatch(pattern, answer := input(question)):
        print(f"{answer!r} is not {wanted}")
    return answer
