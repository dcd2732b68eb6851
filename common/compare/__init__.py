"""A script's output beside the one that the notes print: `python -m common.compare class1_basics/p45_iris.py`.

`verdicts` reads what the notes print and judges a program's output by it; `__main__` runs scripts and prints that.
"""

import os
import re
from pathlib import Path

from common import ROOT, stop


def in_order():
    """Every script, in the order of the README's table, which is the notes'."""
    listed = re.findall(r"\]\((class\d_\w+/\w+\.py)\)", (ROOT / "README.md").read_text(encoding="utf-8"))
    return [ROOT / name for name in dict.fromkeys(listed)]


def find(name):
    """The script that a learner means by a path, from here or from the repository's root, or by a bare name."""
    for script in ROOT.glob("class*/*.py"):
        if script in (Path(os.path.realpath(name)), ROOT / name) or script.stem == name:
            return script
    stop(f"no script {name}; README.md lists them all")


def field(script, name):
    """What the script's docstring says in one of its fields, such as `:Time:`."""
    found = re.search(rf"^:{name}: (.*)", script.read_text(encoding="utf-8"), re.MULTILINE)
    return found[1] if found else ""


def needs_data(script):
    """Whether it runs on data that can be missing."""
    return bool(re.search("mnist|cifar|SH600519", field(script, "Data"), re.IGNORECASE))


def seconds(script):
    """How long it takes, by its own docstring."""
    return float(field(script, "Time").split(" s")[0] or 60)
