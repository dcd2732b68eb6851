"""The figures that several scripts draw. Each is saved as PNG; at a screen or in a notebook it is shown as well."""

import sys

from common import ROOT, script_name, shown, stop


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
    print("figure:", shown(path))
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


def training_curves(history):
    """Accuracy (where it was measured) and loss after each epoch, as `training.fit` returns them.

    A dotted line stands where the script was started again.
    """
    import matplotlib.pyplot as plt

    values, resumed = history.history, getattr(history, "resumed", [])
    accuracy = next((name for name in values if name.endswith("accuracy") and not name.startswith("val_")), None)
    drawn = [(name, label) for name, label in ((accuracy, "Accuracy"), ("loss", "Loss")) if name]
    _, axes = plt.subplots(
        len(drawn), figsize=(6.4, 3.2 * len(drawn)), sharex=True, squeeze=False, layout="constrained"
    )
    epochs = range(1, len(values["loss"]) + 1)
    marker = "o" if len(epochs) < 30 else None
    for axis, (name, label) in zip(axes.flat, drawn, strict=True):
        axis.plot(epochs, values[name], marker=marker, markersize=3, label=f"Training {label}")
        if f"val_{name}" in values:
            axis.plot(epochs, values[f"val_{name}"], marker=marker, markersize=3, label=f"Validation {label}")
        for place, epoch in enumerate(resumed):
            axis.axvline(epoch + 0.5, color="grey", linestyle=":", label=None if place else "resumed")
        axis.set_title(f"Training and Validation {label}" if f"val_{name}" in values else f"Training {label}")
        axis.grid(alpha=0.3)
        axis.legend()
    axes[-1, 0].set_xlabel("Epoch")
    axes[-1, 0].xaxis.get_major_locator().set_params(integer=True)
    show("training")


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
