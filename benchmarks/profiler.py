"""Which operations of TensorFlow the time goes to."""

import collections
import logging
import re
import tempfile
from pathlib import Path

import tensorflow as tf
from tensorflow.tsl.profiler.protobuf import xplane_pb2

OPERATIONS = set(tf.raw_ops.__dict__)


def operations(run):
    """Call `run` under TensorFlow's profiler; the seconds and the number of every kind of operation, as Counters."""
    with tempfile.TemporaryDirectory() as folder:
        logging.disable()
        tf.profiler.experimental.start(folder)
        run()
        tf.profiler.experimental.stop()
        space = xplane_pb2.XSpace.FromString(next(Path(folder).rglob("*.xplane.pb")).read_bytes())
    seconds, counts = collections.Counter(), collections.Counter()
    for plane in space.planes:
        for line in plane.lines:
            for event in line.events:
                name = plane.event_metadata[event.metadata_id].name.split(":")[-1]
                kind = re.sub("^_(Mkl)?(Native)?", "", name)  # oneDNN's version of an operation
                if kind in OPERATIONS or "Fused" in kind:
                    seconds[kind] += event.duration_ps / 1e12
                    counts[kind] += 1
    return seconds, counts
