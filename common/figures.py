"""The figures that several scripts draw. Each is saved as PNG; at a screen or in a notebook it is shown as well."""

import sys

from common import new_file, output, shown, stop


def show(name):
    """Save matplotlib's current figure as `outputs/<script>/<name>.png`, print that path, show the figure, close it.

    A window opens only where somebody can close it: at a terminal with a screen, never in a pipe.
    """
    import matplotlib.pyplot as plt

    path = output(f"{name}.png")
    try:
        with new_file(path) as file:  # or a full disk would take the last run's figure, too
            plt.savefig(file, dpi=120, bbox_inches="tight")
    except OSError as error:
        stop(f"cannot save the figure {path}: {error.strerror}; make room, and the folder outputs/ writable")
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


def training_curves(history, resumed=()):
    """Accuracy (where it was measured) and loss after each epoch: `history` as Keras gives it, {name: values}.

    A dotted line stands after each of the epochs `resumed`, where the script was started again.
    """
    import matplotlib.pyplot as plt

    accuracy = next((name for name in history if name.endswith("accuracy") and not name.startswith("val_")), None)
    drawn = [(name, label) for name, label in ((accuracy, "Accuracy"), ("loss", "Loss")) if name]
    _, axes = plt.subplots(
        len(drawn), figsize=(6.4, 3.2 * len(drawn)), sharex=True, squeeze=False, layout="constrained"
    )
    epochs = range(1, len(history["loss"]) + 1)
    marker = "o" if len(epochs) < 30 else None
    for axis, (name, label) in zip(axes.flat, drawn, strict=True):
        axis.plot(epochs, history[name], marker=marker, markersize=3, label=f"Training {label}")
        if f"val_{name}" in history:
            axis.plot(epochs, history[f"val_{name}"], marker=marker, markersize=3, label=f"Validation {label}")
        for place, epoch in enumerate(resumed):
            axis.axvline(epoch + 0.5, color="grey", linestyle=":", label=None if place else "resumed")
        axis.set_title(f"Training and Validation {label}" if f"val_{name}" in history else f"Training {label}")
        axis.grid(alpha=0.3)
        axis.legend()
    axes[-1, 0].set_xlabel("Epoch")
    axes[-1, 0].xaxis.get_major_locator().set_params(integer=True)
    show("training")
