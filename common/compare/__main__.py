"""A script's output beside the one that the notes print."""

import configparser
import contextlib
import locale
import os
import queue
import shlex
import sys
import tempfile
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from common import stop
from common.compare import find, in_order, needs_data, seconds
from common.compare.runner import Runner, alone, failure
from common.compare.verdicts import FAILURES, VERDICTS, cases, compare
from common.options import Parser

from rich.console import Console
from rich.markup import escape
from rich.progress import Progress
from rich.table import Table


def run(script, flags, start=alone):
    """What a script prints, why it failed (nothing if it ended well), and whether it ran on stand-in data.

    It may say so if its data are of those that can be missing.
    """
    limit = 60 + 10 * seconds(script)  # in seconds: on a slow computer, too, it ends sooner, if ever
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as checkpoints:  # the learner's own stay as they are
        stdout, stderr, status = start(script, flags, {"COURSE_CHECKPOINTS": checkpoints}).wait(limit)
    return stdout, failure(stderr, status, limit), "STAND-IN" in stderr and needs_data(script)


@contextlib.contextmanager
def running(commands, at_once):
    """What `run` returns for each of these commands, (script, flag, ...), as a future; they start in this order."""
    runners = queue.SimpleQueue()

    def one(script, *flags):
        runner = runners.get()
        try:
            return run(script, flags, runner.start)
        finally:
            runners.put(runner)

    with contextlib.ExitStack() as stack:
        pool = stack.enter_context(ThreadPoolExecutor(at_once))  # left last: it waits for what the runners have ended
        for _ in range(at_once):
            runners.put(stack.enter_context(Runner(at_once=at_once)))
        stack.callback(pool.shutdown, wait=False, cancel_futures=True)  # after Ctrl-C no more are started
        yield {command: pool.submit(one, *command) for command in commands}


def read_output(name):
    """The text of a saved output, `-` for standard input, in whatever encoding a shell wrote it."""
    try:
        data = sys.stdin.buffer.read() if name == "-" else Path(name).read_bytes()
    except OSError as error:
        stop(f"cannot read --output {name}: {error.strerror}")
    powershell = data[:2] in (b"\xff\xfe", b"\xfe\xff")
    for encoding in ("utf-16",) if powershell else ("utf-8-sig", locale.getpreferredencoding(False)):
        with contextlib.suppress(UnicodeDecodeError):
            if "\0" not in (text := data.decode(encoding)):
                return text if text.strip() else stop(f"--output {name} is empty: did the program that prints it fail?")
    stop(f"--output {name} is not text: save what the program prints, e.g. python mine.py > mine.txt")


def report(console, case, rows, why):
    """Print every line of the expected output with ours, the verdict and the reason; return the verdicts' counts."""
    source = "beside the notes"
    if case.recorded or case.path is None:
        how = "beside a recorded run of ours" if case.recorded else "run without comparing"
        source = f"the notes print no output; {how}"
    title = " ".join([f"{case.script.parent.name}/{case.script.name}", *map(shlex.quote, case.flags)])
    console.print(f"\n[bold]{escape(title)}[/bold]  {source}", soft_wrap=True)
    said = ""
    for row in rows:
        sign, colour = VERDICTS[row.verdict]
        text = row.notes.rstrip() or "(nothing)"
        if row.verdict != "same" and row.ours is not None:
            text += f"\n{'':17}ours: {row.ours.strip()}"
        if row.why and row.why != said:
            text += f"\n{'':17}why: {row.why}"
        said = row.why
        console.print(f"[{colour}]{f'{sign} {row.verdict}':17}[/]{escape(text)}", soft_wrap=True, highlight=False)
    counts = Counter(row.verdict for row in rows)
    if why:
        console.print(f"[bold red]the script failed:[/] {escape(why)}", soft_wrap=True)
        counts["differs"] += 1
    summary = ", ".join(f"{counts[verdict]} {verdict}" for verdict in VERDICTS if counts[verdict]) or "ran to its end"
    console.print(f"lines: {len(rows)}; {summary}", soft_wrap=True, highlight=False)
    return counts


def table(console, results):
    """Print how often each verdict was given to each script."""
    grid = Table("script", *(sign for sign, _ in VERDICTS.values()), title="every script beside the notes")
    for title, counts in results:
        colour = "red" if any(counts[verdict] for verdict in FAILURES) else "none"
        grid.add_row(f"[{colour}]{escape(title)}[/]", *(str(counts[verdict] or "") for verdict in VERDICTS))
    grid.caption = "  ".join(f"{sign} {verdict}" for verdict, (sign, _) in VERDICTS.items())
    console.print("\n", grid)


def main(arguments=None):
    """The command; returns its exit status: 0 when no line differs and none is worse, otherwise 1."""
    arguments = list(sys.argv[1:] if arguments is None else arguments)
    cut = arguments.index("--") if "--" in arguments else len(arguments)
    flags = arguments[cut + 1 :]
    parser = Parser("python -m common.compare", description=__doc__)
    parser.add_argument("script", nargs="*", help="such as class1_basics/p45_iris.py, or p45; flags for it go after --")
    parser.add_argument("--all", action="store_true", help="every script, in the order of the notes")
    parser.add_argument("--fast", action="store_true", help="every script that takes at most 10 seconds")
    parser.add_argument("--output", metavar="FILE", help="compare this saved output; - reads standard input")
    opt = parser.parse_args(arguments[:cut])

    scripts = [find(name) for name in opt.script] or (in_order() if opt.all or opt.fast else [])
    if not scripts:
        stop("which script? e.g. python -m common.compare class1_basics/p45_iris.py, or --all")
    if opt.output is not None and len(scripts) != 1:
        stop("--output goes with one script")
    todo = [case for script in scripts if not opt.fast or seconds(script) <= 10 for case in cases(script)]
    if not todo:
        stop("none of these takes at most 10 seconds; leave --fast out")
    if flags or opt.output is not None:
        todo = [case for case in todo if case.flags == flags] or [case for case in todo if not case.flags]

    results = []
    output = None if opt.output is None else (read_output(opt.output), "", False)
    commands = dict.fromkeys((case.script, *(flags or case.flags)) for case in todo)
    several = len(commands) > 1  # a single script is there as soon on its own
    at_once = min(4, os.cpu_count() or 1) if opt.fast else 1  # a long training takes all cores itself
    console = Console()
    with (
        running(commands, at_once) if several else contextlib.nullcontext({}) as printed,
        Progress(console=console, transient=True, disable=not console.is_terminal) as progress,
    ):
        bar = progress.add_task("", total=len(todo))
        for number, case in enumerate(todo):
            progress.update(bar, description=case.script.stem, completed=number)
            command = (case.script, *(flags or case.flags))
            if several:
                text, why, stand_in = printed[command].result()
            elif not number:  # what the notes print and what was recorded come from one run
                text, why, stand_in = output or run(case.script, command[1:])
            try:
                rows = compare(case, text, flags if flags != case.flags else (), stand_in)
            except (ValueError, configparser.Error) as error:  # somebody has changed them
                where = case.script.parent / "expected"
                stop(f"cannot read {case.path.name} or rules.ini in {where}: {error}; git checkout {where} mends them")
            title = " ".join([case.script.stem, *case.flags, *["(recorded)"] * case.recorded])
            results.append((title, report(console, case, rows, why)))
    if len(scripts) > 1:
        table(console, results)
    return int(any(counts[verdict] for _, counts in results for verdict in FAILURES))


if __name__ == "__main__":
    sys.exit(main())
