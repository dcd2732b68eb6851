"""
Speed, against the notes' way and against PyTorch
=================================================

`python -m benchmarks` measures and writes benchmarks/RESULTS.md and results.png; it needs PyTorch beside the
requirements (`pip install -e ".[benchmarks]"`) and a computer that does nothing else. `--quick` takes minutes and
writes nothing but what it prints; `--only p14_mnist_sequential,...` takes some scripts; `--skip-start-up` leaves out
the longest part but training.

The ways of training one network run in turn, each in a process of its own, five times. A ratio is the median of the
five ratios of neighbouring runs, which a slow minute of the computer touches less than two medians.
"""

import argparse
import importlib.metadata
import importlib.util
import json
import os
import platform
import statistics
import subprocess
import sys
import time
from pathlib import Path

from common import ROOT
from common.compare import in_order

import matplotlib

HERE = Path(__file__).parent
# Epochs, and steps in each (0: the whole epoch). Of the slow networks an epoch is a few batches here, as many as give
# `training.fit` the number of steps per call that it takes for the whole epoch of 1,563.
TRAINING = {
    "p45_iris": (100, 4),
    "p29_regularizationfree": (100, 10),
    "p32_sgd": (100, 4),
    "p34_sgdm": (100, 4),
    "p36_adagrad": (100, 4),
    "p38_rmsprop": (100, 4),
    "p40_adam": (100, 4),
    "p08_iris_sequential": (500, 0),
    "p11_iris_class": (100, 0),
    "p14_mnist_sequential": (2, 0),
    "p15_mnist_class": (2, 0),
    "p27_cifar10_baseline": (2, 201),
    "p31_cifar10_lenet5": (2, 201),
    "p34_cifar10_alexnet8": (2, 19),
    "p36_cifar10_vgg16": (2, 7),
    "p40_cifar10_inception10": (2, 111),
    "p46_cifar10_resnet18": (2, 5),
    "p15_rnn_onehot_1pre1": (50, 0),
    "p21_rnn_onehot_4pre1": (50, 0),
    "p27_rnn_embedding_1pre1": (50, 0),
    "p32_rnn_embedding_4pre1": (50, 0),
    "p38_rnn_stock": (3, 0),
    "p47_lstm_stock": (3, 0),
    "p56_gru_stock": (3, 0),
}
XLA = ("p08", "p11", "p14", "p15_mnist")  # how the scripts with that flag begin
BF16 = ("p36_cifar10_vgg16", "p46_cifar10_resnet18")


class Worker:
    """A process that trains one network in one way, when it is asked to."""

    def __init__(self, way, script, epochs, steps):
        command = [sys.executable, "-m", "benchmarks.worker", way, script, str(epochs), str(steps)]
        self.process = subprocess.Popen(command, cwd=ROOT, text=True, stdin=subprocess.PIPE, stdout=subprocess.PIPE)
        self.operations = self.answer()["operations"]  # it is ready

    def answer(self):
        line = self.process.stdout.readline()
        if not line:
            sys.exit(f"{' '.join(self.process.args)}: ended without an answer")
        return json.loads(line)

    def measure(self):
        self.process.stdin.write("\n")
        self.process.stdin.flush()
        return self.answer()

    def close(self):
        self.process.communicate()


def ways(script, torch):
    """The ways in which a script's network is trained."""
    found = ["notes", "ours", *["torch"] * torch]
    found += ["xla"] * script.startswith(XLA)
    return found + ["bf16", *["torch bf16"] * torch] * (script in BF16)


def train(script, rounds, torch):
    """Rows of the table for one script, a dictionary for each way."""
    workers = {way: Worker(way, script, *TRAINING[script]) for way in ways(script, torch)}
    found = {way: [] for way in workers}
    for _ in range(rounds):
        for way, worker in workers.items():
            found[way].append(worker.measure())
    rows = []
    for way, worker in workers.items():
        worker.close()
        row = {"script": script, "way": way, "operations": worker.operations}
        row["ms"] = statistics.median(one["ms"] for one in found[way])
        row["spread"] = [min(one["ms"] for one in found[way]), max(one["ms"] for one in found[way])]
        row["MiB"] = max(one["MiB"] for one in found[way])
        row["images"] = found[way][0]["batch"] / row["ms"] * 1000
        for other in ("notes", "torch bf16" if "bf16" in way else "torch"):
            if other in found:
                pairs = zip(found[other], found[way], strict=True)
                row[other.split()[0]] = statistics.median(theirs["ms"] / ours["ms"] for theirs, ours in pairs)
        rows.append(row)
    return rows


def peak():
    """The fastest matrix product of this computer in 10^9 floating-point operations a second, by precision."""
    code = """
import common.quiet, json, time, tensorflow as tf
found = {}
for name, dtype in (("float32", tf.float32), ("bfloat16", tf.bfloat16)):
    a, best = tf.cast(tf.random.normal((3000, 3000)), dtype), 1e9
    for _ in range(12):
        start = time.perf_counter()
        tf.linalg.matmul(a, a)[0, 0].numpy()
        best = min(best, time.perf_counter() - start)
    found[name] = 2 * 3000**3 / best / 1e9
print(json.dumps(found))
"""
    return json.loads(subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, check=True).stdout)


def start_up():
    """Seconds until a script's lesson begins, or, where it has no flags, until it has ended."""
    found = {}
    for script in in_order():
        flags = ["--help"] if "opt = options(" in script.read_text(encoding="utf-8") else []
        start = time.perf_counter()
        subprocess.run([sys.executable, script, *flags], capture_output=True, check=True, stdin=subprocess.DEVNULL)
        found[script.relative_to(ROOT).as_posix()] = time.perf_counter() - start
    return found


def command(*arguments):
    """What a command prints, and how long it takes."""
    start = time.perf_counter()
    ended = subprocess.run([sys.executable, "-m", *arguments], cwd=ROOT, capture_output=True, text=True)
    seconds = time.perf_counter() - start
    if ended.returncode not in (0, 1):
        sys.exit(f"{' '.join(arguments)}: {ended.stderr}")
    return ended.stdout.strip(), seconds


def processor():
    """The name of the processor."""
    try:
        lines = Path("/proc/cpuinfo").read_text().splitlines()
        return next(line.split(":", 1)[1].strip() for line in lines if line.startswith("model name"))
    except (OSError, StopIteration):
        return platform.processor() or platform.machine()


def table(rows, peaks):
    """The rows as Markdown."""
    heads = ("ms per step", "least to most", "samples/s", "times the notes' speed", "times PyTorch's", "of peak", "MiB")
    lines = [f"| script | way | {' | '.join(heads)} |", "|---|---" + "|---:" * len(heads) + "|"]
    for row in rows:
        share = "–"
        if row["operations"]:
            best = peaks["bfloat16" if "bf16" in row["way"] else "float32"]
            share = f"{row['operations'] / row['ms'] / 1e6 / best:.0%}"
        ratios = [f"{row[other]:.2f}" if other in row else "–" for other in ("notes", "torch")]
        least, most = row["spread"]
        cells = [row["script"], row["way"], f"{row['ms']:.3g}", f"{least:.3g} to {most:.3g}", f"{row['images']:,.0f}"]
        lines.append("| " + " | ".join([*cells, *ratios, share, f"{row['MiB']:,.0f}"]) + " |")
    return "\n".join(lines)


def figure(rows):
    """How many times as fast as the notes' way: ours and PyTorch."""
    matplotlib.use("agg")
    import matplotlib.pyplot as plt

    scripts = list(dict.fromkeys(row["script"] for row in rows))
    plt.figure(figsize=(8, 0.32 * len(scripts) + 1.5))
    for way, shift, color in (("ours", -0.18, "tab:blue"), ("torch", 0.18, "tab:orange")):
        found = {row["script"]: row["notes"] for row in rows if row["way"] == way}
        at = [scripts.index(script) + shift for script in found]
        plt.barh(at, list(found.values()), 0.34, color=color, label={"torch": "PyTorch"}.get(way, way))
    plt.axvline(1, color="black", linewidth=0.8)
    plt.yticks(range(len(scripts)), scripts)
    plt.gca().invert_yaxis()
    plt.xscale("log")
    ticks = [0.5, 1, 2, 4, 8, 16]
    plt.xticks(ticks, ticks)
    plt.minorticks_off()
    plt.xlabel("Times the speed of the notes' way")
    plt.legend()
    plt.tight_layout()
    plt.savefig(HERE / "results.png", dpi=110)


def main():
    parser = argparse.ArgumentParser(
        prog="benchmarks", description=__doc__, formatter_class=argparse.RawTextHelpFormatter
    )
    parser.add_argument("--quick", action="store_true", help="one round each, and no file is written")
    parser.add_argument("--only", default=",".join(TRAINING), help="scripts to train, by name")
    parser.add_argument("--skip-start-up", action="store_true", help="without the start-up time of each script")
    opt = parser.parse_args()
    names, rounds = opt.only.split(","), 1 if opt.quick else 5
    for name in names:
        if name not in TRAINING:
            parser.error(f"no script {name}: there are {', '.join(TRAINING)}")
    torch = importlib.util.find_spec("torch") is not None
    if not torch:
        print("PyTorch is not installed: its rows are left out", file=sys.stderr)

    libraries = ["tensorflow", "keras", "numpy", *["torch"] * torch]
    versions = ", ".join(f"{name} {importlib.metadata.version(name)}" for name in libraries)
    peaks = peak()
    text = [
        "# Results\n\nWritten by `python -m benchmarks`; [what it does](__main__.py).\n",
        f"{processor()}, {len(os.sched_getaffinity(0))} cores; Python {platform.python_version()}, {versions}; "
        f"matrix product: {peaks['float32']:,.0f} GFLOP/s in float32, {peaks['bfloat16']:,.0f} in bfloat16; "
        f"medians of {rounds}.\n",
        "## Training\n",
    ]
    print("\n".join(text), flush=True)
    rows = []
    for name in names:
        rows += (new := train(name, rounds, torch))
        print(table(new, peaks).split("\n", 2)[2], flush=True)
    if names != list(TRAINING):
        return
    text.append(table(rows, peaks) + "\n\n![times the speed of the notes' way](results.png)\n")

    if not opt.skip_start_up:
        text.append(
            "## Start-up\n\nSeconds, one run each, until the flags are read; without flags, until it has ended.\n"
        )
        text.append("| script | s |\n|---|---:|")
        text.append("\n".join(f"| {script} | {seconds:.2f} |" for script, seconds in start_up().items()) + "\n")
    for module, *arguments in (
        ["loading"],
        ["checkpoints"],
        ["augmentation"],
        ["image_folder", "10000"],
        ["recurrent"],
    ):
        printed, _ = command(f"benchmarks.{module}", *arguments)
        text.append(f"## `python -m benchmarks.{' '.join([module, *arguments])}`\n\n```\n{printed}\n```\n")
    printed, seconds = command("common.compare", "--fast")
    last = printed.splitlines()[-1]
    text.append(f"## `python -m common.compare --fast`\n\n{seconds:.0f} s in total, one run. It ends with: {last}\n")
    print("\n".join(text[4:]))
    if not opt.quick:
        (HERE / "RESULTS.md").write_text("\n".join(text), encoding="utf-8")
        figure(rows)
        print("written:", HERE / "RESULTS.md", "and results.png")


if __name__ == "__main__":
    main()
