"""
Speed, against the notes' way and against PyTorch
=================================================

`python -m benchmarks` takes an hour and a half on a computer that should do nothing else, and needs PyTorch beside the
requirements (`pip install -e ".[benchmarks]"`). After each part it writes results.json, and from it RESULTS.md and
results.png: `--only p14_mnist_sequential,loading` measures these parts anew and keeps the others, if they are of the
same computer and versions. `--quick` trains each network once and leaves the results as they are.

The ways of training one network run in turn, each in a process of its own, five times. A ratio is the median of the
five ratios of neighbouring runs, which a slow minute of the computer touches less than the ratio of two medians.
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
from common.options import Parser

import matplotlib

HERE = Path(__file__).parent
RESULTS = HERE / "results.json"
# Epochs, and steps in each (0: the whole epoch). Of the slow networks an epoch is a few batches here: a multiple of
# `steps_per_execution`, which the scripts choose for the whole epoch (3 of 1,563 steps, in p27 and p31).
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
    "p40_cifar10_inception10": (2, 7),
    "p46_cifar10_resnet18": (2, 5),
    "p15_rnn_onehot_1pre1": (50, 0),
    "p21_rnn_onehot_4pre1": (50, 0),
    "p27_rnn_embedding_1pre1": (50, 0),
    "p32_rnn_embedding_4pre1": (50, 0),
    "p38_rnn_stock": (3, 0),
    "p47_lstm_stock": (3, 0),
    "p56_gru_stock": (3, 0),
}
XLA = ("p08", "p11", "p14", "p15_mnist")  # how the scripts begin that are trained with `jit_compile` as well
LARGE = ("p34_cifar10", "p36_cifar10", "p46_cifar10")  # of those with --precision, the ones that it matters for
HEADS = ("ms per step", "least to most", "samples/s", "times the notes' speed", "times PyTorch's", "of peak", "MiB")
COMMANDS = {
    "loading": ["benchmarks.loading"],
    "checkpoints": ["benchmarks.checkpoints"],
    "augmentation": ["benchmarks.augmentation"],
    "image_folder": ["benchmarks.image_folder", "10000"],
    "recurrent": ["benchmarks.recurrent"],
    "sixteen_bits": ["benchmarks.sixteen_bits"],
    "compiled_loop": ["benchmarks.compiled_loop"],
    "compare": ["benchmarks.compare"],
}
PARTS = [*TRAINING, "start-up", *COMMANDS]


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
    return found + ["bf16", *["torch bf16"] * torch] * script.startswith(LARGE)


def in_turn(workers, rounds):
    """What each of these workers, by way, answers when they are asked in turn, so often; then they end."""
    found = {way: [] for way in workers}
    for _ in range(rounds):
        for way, worker in workers.items():
            found[way].append(worker.measure())
    for worker in workers.values():
        worker.close()
    return found


def train(script, rounds, torch, peaks):
    """The rows of the table for one script, one for each way: a list of cells."""
    workers = {way: Worker(way, script, *TRAINING[script]) for way in ways(script, torch)}
    found = in_turn(workers, rounds)
    rows = []
    for way, worker in workers.items():
        times = [one["ms"] for one in found[way]]
        middle = statistics.median(times)
        cells = [script, way, f"{middle:.3g}", f"{min(times):.3g} to {max(times):.3g}"]
        cells.append(f"{1000 * found[way][0]['batch'] / middle:,.0f}")
        for other in ("notes", "torch bf16" if "bf16" in way else "torch"):
            pairs = zip(found.get(other, ()), times, strict=other in found)
            ratios = [theirs["ms"] / ours for theirs, ours in pairs]
            cells.append(f"{statistics.median(ratios):.2f}" if ratios else "–")
        best = peaks["bfloat16" if "bf16" in way else "float32"]
        cells.append(f"{worker.operations / middle / 1e6 / best:.0%}" if worker.operations else "–")
        rows.append([*cells, f"{max(one['MiB'] or 0 for one in found[way]):,.0f}"])
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
    """Scripts, and the seconds until their lesson begins, or, where they have no flags, until it has ended."""
    found = []
    for script in in_order():
        flags = ["--help"] if "opt = options(" in script.read_text(encoding="utf-8") else []
        start = time.perf_counter()
        subprocess.run([sys.executable, script, *flags], capture_output=True, check=True, stdin=subprocess.DEVNULL)
        found.append((script.relative_to(ROOT).as_posix(), f"{time.perf_counter() - start:.2f}"))
    return found


def command(*arguments):
    """The lines that a command prints, or the last one of a long output, and how long it takes."""
    start = time.perf_counter()
    ended = subprocess.run([sys.executable, "-m", *arguments], cwd=ROOT, capture_output=True, text=True)
    seconds = time.perf_counter() - start
    if ended.returncode:
        sys.exit(f"{' '.join(arguments)}: {ended.stderr}")
    lines = ended.stdout.strip().splitlines()
    return [*(lines if len(lines) < 30 else ["...", lines[-1]]), f"({seconds:.0f} s in total)"]


def processor():
    """The name of the processor."""
    try:
        lines = Path("/proc/cpuinfo").read_text().splitlines()
        return next(line.split(":", 1)[1].strip() for line in lines if line.startswith("model name"))
    except (OSError, StopIteration):
        return platform.processor() or platform.machine()


def speed(peaks):
    """The computer's speed while networks were trained: parts measured on other days may have met another one."""
    ranges = {name: [peak[name] for peak in peaks.values()] for name in next(iter(peaks.values()), ())}
    ends = {name: dict.fromkeys(f"{end(found):,.0f}" for end in (min, max)) for name, found in ranges.items()}
    products = [f"{' to '.join(found)} GFLOP/s in {name}" for name, found in ends.items()]
    return f"; matrix product: {', '.join(products)}. Compare within a script, or within a part" if products else ""


def report(results):
    """RESULTS.md, from what results.json holds."""
    parts = results["parts"]
    rows = [row for script in TRAINING for row in parts.get(script, ())]
    lines = ["# Results", "", "Written by `python -m benchmarks`; [what it does](__main__.py).", ""]
    lines += [f"{results['machine']}{speed(results.get('peaks', {}))}.", "", "## Training", ""]
    lines += [f"| script | way | {' | '.join(HEADS)} |", "|---|---" + "|---:" * len(HEADS) + "|"]
    lines += [f"| {' | '.join(row)} |" for row in rows]
    lines += ["", "![times the speed of the notes' way](results.png)", ""]
    if "start-up" in parts:
        lines += [
            "## Start-up",
            "",
            "Seconds, one run each, until the flags are read; without flags, until the end.",
            "",
        ]
        lines += ["| script | s |", "|---|---:|", *(f"| {name} | {time} |" for name, time in parts["start-up"]), ""]
    for name, arguments in COMMANDS.items():
        if name in parts:
            lines += [f"## `python -m {' '.join(arguments)}`", "", "```", *parts[name], "```", ""]
    return "\n".join(lines), rows


def figure(rows):
    """How many times as fast as the notes' way: ours and PyTorch."""
    matplotlib.use("agg")
    import matplotlib.pyplot as plt

    scripts = list(dict.fromkeys(script for script, *_ in rows))
    plt.figure(figsize=(8, 0.32 * len(scripts) + 1.5))
    for way, shift, color in (("ours", -0.18, "tab:blue"), ("torch", 0.18, "tab:orange")):
        found = {row[0]: float(row[5]) for row in rows if row[1] == way}
        at = [scripts.index(script) + shift for script in found]
        more = [times - 1 for times in found.values()]
        plt.barh(at, more, 0.34, left=1, color=color, label={"torch": "PyTorch"}.get(way, way))
    plt.axvline(1, color="black", linewidth=0.8)
    plt.yticks(range(len(scripts)), scripts)
    plt.ylim(len(scripts) - 0.4, -0.6)
    plt.xscale("log")
    ticks = [0.25, 0.5, 1, 2, 4, 8, 16, 32]
    plt.xticks(ticks, ticks)
    plt.minorticks_off()
    plt.xlabel("Times the speed of the notes' way")
    plt.legend(loc="lower right")
    plt.tight_layout()
    plt.savefig(HERE / "results.png", dpi=110)
    plt.close()


def main():
    parser = Parser("benchmarks", description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("--quick", action="store_true", help="measure once, and write no file")
    parser.add_argument("--only", default=",".join(PARTS), help="parts, by name, separated by commas")
    opt = parser.parse_args()
    names = opt.only.split(",")
    for name in names:
        if name not in PARTS:
            parser.error(f"no part {name}: there are {', '.join(PARTS)}")
    torch = importlib.util.find_spec("torch") is not None
    if not torch:
        print("PyTorch is not installed: its rows are left out", file=sys.stderr)

    libraries = ["tensorflow", "keras", "numpy", *["torch"] * torch]
    versions = ", ".join(f"{name} {importlib.metadata.version(name)}" for name in libraries)
    machine = f"{processor()}, {os.cpu_count()} cores; Python {platform.python_version()}, {versions}"
    peaks = peak() if any(name in TRAINING for name in names) else None  # what nothing is a share of is not needed
    results = json.loads(RESULTS.read_text(encoding="utf-8")) if RESULTS.exists() and not opt.quick else {}
    if results.get("machine") != machine:
        results = {"machine": machine, "parts": {}}
    print(machine + speed({"now": peaks} if peaks else {}), flush=True)
    for name in names:
        if name in TRAINING:
            part = train(name, 1 if opt.quick else 5, torch, peaks)
            results.setdefault("peaks", {})[name] = peaks
        else:
            part = start_up() if name == "start-up" else command(*COMMANDS[name])
        results["parts"][name] = part
        print(
            f"\n{name}", *(line if isinstance(line, str) else " | ".join(line) for line in part), sep="\n", flush=True
        )
        if not opt.quick:
            RESULTS.write_text(json.dumps(results, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")
            text, rows = report(results)
            (HERE / "RESULTS.md").write_text(text, encoding="utf-8")
            if rows:
                figure(rows)


if __name__ == "__main__":
    main()
