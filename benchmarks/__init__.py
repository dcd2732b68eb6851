"""Speed, measured. Each module is a command: `python -m benchmarks.checkpoints`."""
