"""Speed, measured. `python -m benchmarks` writes RESULTS.md, `python -m benchmarks.checkpoints` and so on do one part.

`worker` trains one network in one way; `loops` and `pytorch` hold the ways that are not the scripts' own.
"""
