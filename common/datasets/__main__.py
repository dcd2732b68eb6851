"""`python -m common.datasets` shows which data sets are on this computer. Ahead of a class, `... fetch` downloads them
all, `... fetch mnist cifar10` these two; with `--from DIR` it takes them from a folder, such as a stick.
"""

import os
import shutil
import sys
from pathlib import Path

from common import datasets, new_file, stop
from common.datasets.download import DownloadError
from common.datasets.files import FILES
from common.options import Parser


def main(arguments=None):
    """The command; what it cannot do ends it with one line and exit status 2."""
    parser = Parser("python -m common.datasets", description=__doc__)
    parser.add_argument("command", nargs="?", choices=["fetch"], help="get data sets into datasets/cache")
    parser.add_argument("names", nargs="*", metavar="NAME", help=", ".join(FILES))
    parser.add_argument("--from", dest="source", default="", metavar="DIR", help="take them from here; no download")
    opt = parser.parse_intermixed_args(arguments)  # fetch --from DIR mnist
    if unknown := [name for name in opt.names if name not in FILES]:
        stop(f"no data set {unknown[0]}: there are {', '.join(FILES)}")
    if opt.source and not os.path.isdir(opt.source):
        stop(f"no folder {opt.source}: --from should name one that holds data sets")
    getting = opt.command or opt.source
    folders = [datasets.CACHE] if getting else datasets.places()[0]
    missing, problems = [], []
    for name in opt.names or FILES:
        try:
            if opt.source:
                take(name, Path(opt.source).absolute(), problems)
            elif opt.command:
                datasets.fetch(name)
        except (DownloadError, OSError) as error:
            problems.append(f"{name}: {error}")
        if found := datasets.search(name, folders, problems):
            _, verified, paths = found
            where = paths[0] if len(paths) == 1 else paths[0].parent
            print(f"{name}: {'verified' if verified else 'complete, not verified'}, in {where}")
        else:
            missing.append(name)
            if not getting:
                print(f"{name}: not here; python -m common.datasets fetch {name} downloads it into {datasets.CACHE}")
    if getting and missing and (not opt.source or opt.names or len(missing) == len(FILES)):
        stop("; ".join([f"no {', '.join(missing)}" + (f" in {opt.source}" if opt.source else ""), *problems]))
    for problem in problems:
        print(f"note: {problem}", file=sys.stderr)


def take(name, folder, problems):
    """Copy a set that lies in `folder`, whole, into CACHE; adds to `problems` why it is not."""
    if found := datasets.search(name, [folder], problems):
        for path in found[2]:
            copy = (datasets.CACHE / FILES[name][0][0]).with_name(path.name)
            copy.parent.mkdir(parents=True, exist_ok=True)
            with open(path, "rb") as source, new_file(copy) as target:
                shutil.copyfileobj(source, target)


if __name__ == "__main__":
    main()
