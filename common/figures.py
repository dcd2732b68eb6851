"""The figures that several scripts draw. Each is saved as PNG; at a screen or in a notebook it is shown as well."""

import os
import sys
from pathlib import Path

from common import ROOT, script_name, stop


def show(name):
    """Save matplotlib's current figure as `outputs/<script>/<name>.png`, print that path, show the figure, close it.

    A window opens only where somebody can close it: at a terminal with a screen, never in a pipe.
    """
    import matplotlib.pyplot as plt

    path = ROOT / "outputs" / script_name() / f"{name}.png"
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        plt.savefig(path, dpi=120, bbox_inches="tight")
    except OSError as error:
        stop(f"cannot save the figure {path}: {error.strerror}; make the folder outputs/ writable")
    inside = path.is_relative_to(Path.cwd())
    print("figure:", os.path.relpath(path) if inside else path)
    if "ipykernel" in sys.modules or (sys.stdout.isatty() and plt.get_backend().lower() != "agg"):
        plt.show()
    plt.close()


def curves(name, lines, title, ylabel):
    """One curve per entry of `lines`, {label: values, one per epoch}; saved under `name`."""
    import matplotlib.pyplot as plt

    plt.figure(figsize=(6.4, 4.2))
    for label, values in lines.items():
        plt.plot(values, label=label)
    plt.title(title)
    plt.xlabel("Epoch")
    plt.ylabel(ylabel)
    plt.grid(alpha=0.3)
    plt.legend()
    show(name)


def boundary(name, points, labels, xx, yy, values, title):
    """Points `(n, 2)` in red (label 1) and blue (0), and the line where `values` over the grid `xx`, `yy` is 0.5."""
    import matplotlib.pyplot as plt

    plt.figure(figsize=(5.6, 5.2))
    plt.scatter(points[:, 0], points[:, 1], s=22, c=["red" if label else "blue" for label in labels])
    plt.contourf(xx, yy, values, levels=[0.5, float("inf")], colors=["red"], alpha=0.08)
    plt.contour(xx, yy, values, levels=[0.5], colors="black")
    plt.title(title)
    plt.xlabel("x1")
    plt.ylabel("x2")
    plt.gca().set_aspect("equal")
    show(name)
