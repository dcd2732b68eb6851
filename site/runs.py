"""What the scripts print and draw: run once by the build, kept, and run again when script, `common` or data change.

Long trainings are not run by the build: `python site/runs.py p31_cifar10_lenet5` runs these scripts here and now, and
keeps what comes out in `site/recorded/`, with machine, date and seed.
"""

import contextlib
import datetime
import glob
import hashlib
import importlib.metadata
import json
import os
import platform
import queue
import re
import shutil
import sys
import tempfile
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

from common import OUTPUTS, ROOT, datasets, shown, stop
from common.compare import find, needs_data, seconds
from common.compare.runner import Runner, alone, failure
from common.compare.verdicts import cases

RUNS = OUTPUTS / "site_runs"
RECORDED = Path(__file__).parent / "recorded"
LONGEST = 120  # seconds: what takes longer on two cores is not run by the build
DIGITS = ["datasets/make_digits.py", "60000", "--folder", "{}/digits"]
BEFORE = {  # what has to be run before a script: {} is a folder that both can use
    "p08_custom_dataset": [DIGITS],
    "p28_digit_app": [[*DIGITS[:1], "12", *DIGITS[2:]], ["class4_extensions/p16_checkpoint.py"]],
}
PACKAGES = ("tensorflow", "keras", "numpy", "pandas", "scikit-learn", "matplotlib", "pillow")
FLAGS = {  # of scripts that need some
    "p08_custom_dataset": ["--folder", "{}/digits"],
    "p28_digit_app": ["{}/digits/mnist_test_jpg_10000/*.jpg"],
}


@dataclass
class Run:
    """One run of a script: the folder that holds `output.txt`, the figures and `about.json`."""

    folder: Path
    about: dict  # key, commands, figures, failure, stand_in; machine, date, seed and script where recorded

    @property
    def output(self):
        return (self.folder / "output.txt").read_text(encoding="utf-8")

    @property
    def figures(self):
        return [self.folder / name for name in self.about["figures"]]


def digest(*paths):
    """Of what these files hold, whatever ends their lines."""
    return hashlib.sha256("\0".join(path.read_text(encoding="utf-8") for path in paths).encode()).hexdigest()


def program(script):
    """Of what a script does: its docstring, where the recorded run may stand, and its comments change nothing."""
    code = re.sub("(^ *|  )#.*", "", script.read_text(encoding="utf-8").split('"""', 2)[2], flags=re.MULTILINE)
    return hashlib.sha256(re.sub("\n+", "\n", code).encode()).hexdigest()


def key(script):
    """Changes whenever the script may print something else."""
    versions = [importlib.metadata.version(name) for name in PACKAGES]
    data = []
    if has_data(script):
        data = [os.listdir(folder) if os.path.isdir(folder) else [] for folder in datasets.places()[0]]
        data = [sorted({*names} - {"unpacked"}) for names in data]  # unpacked: made from the others
    files = [ROOT / name for name, *_ in BEFORE.get(script.stem, [])] + sorted(ROOT.glob("datasets/*.csv"))
    files += sorted(path for kind in ("py", "ini") for path in (ROOT / "common").rglob(f"*.{kind}"))
    return " ".join([digest(script, *files), *versions, str(data)])


def has_data(script):
    """Whether it, or what is run before it, takes data that can be missing."""
    return script.stem in BEFORE or needs_data(script)


def is_run(script):
    """Whether the build runs it."""
    return seconds(script) <= LONGEST and not (RECORDED / script.stem).exists()


def load(script, flags=()):
    """The Run that is there of a script with these flags, or None; it may be out of date."""
    folder = (RUNS if is_run(script) else RECORDED) / " ".join([script.stem, *flags])
    try:
        return Run(folder, json.loads((folder / "about.json").read_text(encoding="utf-8")))
    except (OSError, ValueError):
        return None


def run(script, flags, folder, start=alone, checkpoints=None):
    """Run a script, keep in `folder` what it printed and drew, and return the Run."""
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as place:
        commands, said = [], ""
        for name, *arguments in [*BEFORE.get(script.stem, []), [script.relative_to(ROOT).as_posix(), *flags]]:
            arguments = [argument.format(place) for argument in arguments]
            arguments = [part for argument in arguments for part in sorted(glob.glob(argument)) or [argument]]
            commands.append(" ".join(["python", name, *arguments]))
            limit = 300 + 10 * max(seconds(ROOT / name), seconds(script))  # seconds, on a busy computer, too
            job = start(ROOT / name, arguments, {"COURSE_CHECKPOINTS": checkpoints or f"{place}/checkpoints"})
            stdout, stderr, status = job.wait(limit)
            said = stderr if "STAND-IN" in stderr else said
            if status != 0:
                break
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    paths = map(Path, re.findall(r"^figure: (.+\.png)$", stdout, re.MULTILINE))
    figures = [path.name for path in paths if path.parent.name == script.stem]  # not of a script that it runs
    for figure in figures:
        shutil.copyfile(OUTPUTS / script.stem / figure, folder / figure)

    def clean(text):
        """Without the names of folders that are of this computer alone."""
        text = text.replace(f"{place}{os.sep}", "").replace(f"{ROOT}{os.sep}", "")
        return text.replace(os.path.expanduser(f"~{os.sep}"), f"~{os.sep}")

    (folder / "output.txt").write_text(readable(clean(stdout)), encoding="utf-8")
    about = {
        "key": key(script),
        "commands": list(map(clean, commands)),
        "figures": figures,
        "failure": failure(stderr, status, limit),
        "stand_in": clean(said).strip() if has_data(script) else "",
    }
    save(folder, about)
    return Run(folder, about)


def save(folder, about):
    (folder / "about.json").write_text(json.dumps(about, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")


def readable(text):
    """An output as a terminal shows it: of a progress bar that overwrites itself, the last state; no colours."""
    text = re.sub("\x1b\\[[\\d;]*m", "", text)
    lines = [line for line in text.split("\n") if not line.endswith("\b")]
    return "\n".join(re.split("[\b\r]", line)[-1] for line in lines)


def run_all(scripts, report=print):
    """Run what has to be run, all runs of a script in one worker, since they write the same figures."""
    workers = queue.SimpleQueue()

    def one(script, todo):
        worker = workers.get()
        try:
            for flags in todo:
                folder = RUNS / " ".join([script.stem, *flags])
                run(script, flags or FLAGS.get(script.stem, []), folder, worker.start)
        finally:
            workers.put(worker)
        report(script.stem)

    todo = {}
    for script in filter(is_run, scripts):
        for flags in dict.fromkeys(tuple(case.flags) for case in cases(script)) | {(): None}:
            there = load(script, flags)
            if not there or there.about["key"] != key(script) or there.about["failure"]:
                todo.setdefault(script, []).append(flags)
    if not todo:
        return
    at_once = min(2, os.cpu_count() or 1)
    with contextlib.ExitStack() as stack, ThreadPoolExecutor(at_once) as pool:
        for _ in range(at_once):
            workers.put(stack.enter_context(Runner(at_once=at_once)))
        list(pool.map(one, todo, todo.values()))


def record(script):
    """Run a script, however long it takes, and keep what comes out in `site/recorded/`."""
    sys.path.append(str(ROOT))  # benchmarks are not installed
    from benchmarks.__main__ import processor

    import keras
    import tensorflow as tf

    checkpoints = RUNS / "checkpoints"  # compare_networks takes what the networks have left there
    shutil.rmtree(checkpoints / script.stem, ignore_errors=True)
    made = run(script, [], RUNS / f"{script.stem} to be recorded", checkpoints=str(checkpoints))
    if made.about["failure"] or made.about["stand_in"]:
        stop(f"{script.stem} is not recorded: {made.about['failure'] or 'it ran on a stand-in'}")
    details = [tf.config.experimental.get_device_details(gpu) for gpu in tf.config.list_physical_devices("GPU")]
    seed = re.search(r"\bseed=(\d+)", script.read_text(encoding="utf-8"))
    del made.about["key"]
    made.about |= {
        "machine": ", ".join([*(gpu["device_name"] for gpu in details), f"{processor()}, {os.cpu_count()} cores"])
        + f"; Python {platform.python_version()}, tensorflow {tf.__version__}, keras {keras.__version__}",
        "date": f"{datetime.date.today()}",
        "seed": seed[1] if seed else "",
        "script": program(script),
    }
    save(made.folder, made.about)
    shutil.rmtree(RECORDED / script.stem, ignore_errors=True)
    shutil.move(made.folder, RECORDED / script.stem)


if __name__ == "__main__":
    for script in map(find, sys.argv[1:]):
        record(script)
        print(f"recorded: {shown(RECORDED / script.stem)}")
