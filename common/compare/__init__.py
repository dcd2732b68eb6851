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
    """The script that a learner means by a path, from here or from the repository, or by a name as `named` takes it."""
    scripts = sorted(ROOT.glob("class*/*.py"))
    paths = Path(os.path.realpath(name)), ROOT / name
    for script in scripts:
        if script in paths:
            return script
    return named(name, [] if Path(name).suffix else scripts, f"no script {name}; README.md lists them all")


def named(name, scripts, none):
    """The script among these that `p13`, `class1/p13` or `p13_backpropagation` means; stop with `none` if none is."""
    path = Path(name)
    found = [
        it
        for it in scripts
        if it.stem == path.stem or (it.stem.startswith(f"{path.stem}_") and it.parent.name.startswith(path.parent.name))
    ]
    if len(found) > 1:
        names = [f"{it.parent.name}/{it.stem}" for it in found]
        stop(f"{name} may be {', '.join(names)}: which one? e.g. {names[0]}")
    return found[0] if found else stop(none)


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
