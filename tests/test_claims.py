"""What the READMEs and the scripts' headers say, as far as it can be checked: commands, files, counts, accuracies."""

import ast
import itertools
import json
import re
import subprocess
import sys
from urllib.parse import unquote

from common import ROOT
from common.compare import field, in_order, verdicts

import keras
import pytest
from test_migration import spans

PAGES = ["README.md", "README.zh-CN.md"]
TEXTS = sorted(path.relative_to(ROOT).as_posix() for path in [*ROOT.glob("*.md"), *ROOT.glob("[!.]*/*.md")])
SCRIPTS = in_order()
NUMBER = re.compile(r"(?<![\w.-])-?\d+(?:,\d{3})*(?:\.\d+)?")
SHAPES = {"p04": (28, 28), "p08": (28, 28), "p1": (28, 28), "p2": (28, 28), "digit": (28, 28, 1)}  # of class 4


def read(name):
    return (ROOT / name).read_text(encoding="utf-8")


def links(text):
    """Where the links and pictures of a text lead."""
    return re.findall(r"\]\(([^)\s]+)\)", text)


def header(script):
    return read(script).split('"""')[1]


def commands(text):
    """(program, flags) of every command with Python in a text: in code blocks and between `backquotes`."""
    lines = itertools.chain(*(block.splitlines() for block in re.findall("^```\n(.*?)^```", text, re.M | re.S)))
    spans = re.findall("`([^`\n]+)`", re.sub("^```.*?^```", "", text, flags=re.M | re.S))
    for line in [*lines, *spans]:
        for part in line.split("&&"):
            if found := re.search(r"python3? (-m )?([\w/.]+)((?: +[^ \u4e00-\u9fff|]+)*)", part):
                yield found[2], re.split("  |[|#]", found[3])[0].split()


def help_of(programs):
    """What --help prints, by program, all from one process."""
    code = """
import contextlib, io, json, runpy, sys
for program in sys.argv[1:]:
    sys.argv, out = [program, "--help"], io.StringIO()
    with contextlib.suppress(SystemExit), contextlib.redirect_stdout(out):
        runpy.run_path(program) if program.endswith(".py") else runpy.run_module(program, run_name="__main__")
    print(json.dumps([program, out.getvalue()]))
"""
    done = subprocess.run([sys.executable, "-c", code, *programs], cwd=ROOT, capture_output=True, text=True)
    return dict(map(json.loads, done.stdout.splitlines()))


@pytest.fixture(scope="module")
def flags():
    """The flags that each script and command has."""
    programs = [str(script.relative_to(ROOT)) for script in SCRIPTS if "options(" in read(script)]
    programs += ["datasets/make_digits.py", "common.compare", "common.datasets", "common.practice", "benchmarks"]
    found = {name: set(re.findall(r"--[a-z][\w-]*", text)) for name, text in help_of(programs).items()}
    assert found.keys() == set(programs) and all("--help" in names for names in found.values())
    return found


def exists(program):
    places = (program, f"{program.replace('.', '/')}.py", f"{program.replace('.', '/')}/__main__.py")
    return any((ROOT / place).is_file() for place in places)


OTHERS = {"pip", "venv", "mine.py", "pytest", "sphinx", "http.server"}  # programs that are not of the repository


@pytest.mark.parametrize("name", TEXTS)
def test_every_command_names_a_program_that_is_there_and_flags_that_it_has(name, flags):
    found = list(commands(read(name)))
    assert found or name not in PAGES
    for program, arguments in found:
        if program in OTHERS:
            continue
        assert exists(program), program
        arguments = arguments[: arguments.index("--")] if "--" in arguments else arguments
        for argument in arguments:
            if argument.startswith("--") and program in flags:
                assert argument.split("=")[0] in flags[program], (program, argument)
            elif re.match(r"class\d_\w+/|p\d\d_", argument):
                assert any(argument in (s.stem, s.relative_to(ROOT).as_posix()) for s in SCRIPTS), argument


@pytest.mark.parametrize("script", SCRIPTS, ids=lambda path: path.stem)
def test_the_flags_and_scripts_that_a_header_speaks_of(script, flags):
    text = header(script)
    own = flags.get(script.relative_to(ROOT).as_posix(), set())
    every = set().union(*flags.values())
    for flag in re.findall(r"(?<![\w-])--[a-z][\w-]*", text):
        assert flag in (own or every), flag
    for name in re.findall(r"\b(p\d\d_\w+|[a-z_]+(?=\.py))", text):
        assert any(path.stem == name for path in (*SCRIPTS, *(ROOT / "datasets").glob("*.py"))), name


@pytest.mark.parametrize("name", TEXTS)
def test_every_link_leads_to_a_file(name):
    text = read(name)
    for link in links(text):
        if not re.match("https?:|mailto:", link):
            path, _, anchor = unquote(link).partition("#")
            target = (ROOT / name).parent / path if path else ROOT / name
            assert target.exists(), link
            titles = re.findall("^#+ (.+)$", target.read_text(encoding="utf-8"), re.M) if anchor else []
            slugs = [re.sub(r"[^\w\- ]", "", title.lower()).replace(" ", "-") for title in titles]
            assert not anchor or anchor in slugs, link


def test_both_readmes_have_the_same_commands_links_and_pictures():
    english, chinese = (list(commands(read(name))) for name in PAGES)
    assert english == chinese
    found = (set(links(read(name))) - set(PAGES) for name in PAGES)
    english, chinese = (sorted(link.replace(".zh-CN", "") for link in each) for each in found)
    assert english == chinese


@pytest.mark.parametrize("name", ["ERRATA", "MIGRATION", "datasets/README"])
def test_tables_say_the_same_in_both_languages(name):
    def facts(row):
        return sorted(spans(row)), {*re.findall(r"E\d\d", row), *NUMBER.findall(row)}, links(row)

    tables = (re.findall(r"^\|.*", read(f"{name}{end}"), re.MULTILINE) for end in (".md", ".zh-CN.md"))
    for english, chinese in zip(*tables, strict=True):
        assert facts(english) == facts(chinese)


def rows(page):
    """The cells of the table of all scripts, by script."""
    lines = [line.strip("| ").split(" | ") for line in read(page).splitlines() if re.match(r"\| \[\w+\]\(class", line)]
    return {re.search(r"\((.+)\)", cells[0])[1]: cells for cells in lines}


@pytest.mark.parametrize("script", SCRIPTS, ids=lambda path: path.stem)
def test_the_table_says_what_the_header_says(script):
    name = script.relative_to(ROOT).as_posix()
    for page in PAGES:
        _, title, notes, expect, time = rows(page)[name]
        assert time.split()[0] == field(script, "Time").split()[0], page
        for part in notes.split(", "):
            assert part in field(script, "Notes"), (page, part)
        outside = re.sub(r"[(（][^)）]*[a-z\u4e00-\u9fff][^)）]*[)）]", "", expect)  # in brackets: how it was measured
        said = set(NUMBER.findall(header(script)))
        assert set(NUMBER.findall(outside)) <= said, (page, set(NUMBER.findall(outside)) - said)
    assert rows("README.md")[name][1] == header(script).strip().splitlines()[0]


@pytest.mark.parametrize("script", SCRIPTS, ids=lambda path: path.stem)
def test_an_accuracy_stands_beside_its_seeds(script):
    if "accuracy" in (expect := field(script, "Expect")):
        assert re.search(r"\([^)]*seed", expect), expect


def counted(script):
    """The parameters of a script's network, as the notes print them or, where they print none, as Keras counts them."""
    for case in verdicts.cases(script):
        rows = case.rows() if case.path else []
        for row in rows:
            if row.right.startswith("Total params: "):
                return int(row.right.split(": ")[1])
    tree = ast.parse(read(script))
    (network,) = (
        node
        for node in tree.body
        if isinstance(node, ast.Assign)
        and ast.unparse(node.targets[0]) == "model"
        and "Sequential" in ast.unparse(node.value)
    )
    names = {"keras": keras, "layers": keras.layers}
    exec(ast.unparse(network), names)
    names["model"].build((None, *next(shape for start, shape in SHAPES.items() if script.stem.startswith(start))))
    return names["model"].count_params()


COUNTED = [script for script in SCRIPTS if re.search(r"[\d,]+ parameters", field(script, "Expect"))]
BUILT = {"beyond_cifar10"}  # layer by layer: test_beyond.py counts them
BY_HAND = {"network_complexity", "receptive_field", "cross_correlation"}  # their own outputs are compared line by line


@pytest.mark.parametrize("script", [it for it in COUNTED if it.stem not in BUILT], ids=lambda path: path.stem)
def test_the_parameters_of_a_header_are_those_of_the_network(script):
    said = int(re.search(r"([\d,]+) parameters", field(script, "Expect"))[1].replace(",", ""))
    if script.stem in BY_HAND:
        printed = "".join(case.path.read_text(encoding="utf-8") for case in verdicts.cases(script) if case.path)
        assert str(said) in printed
    else:
        assert counted(script) == said


def bands():
    """(script, metric, the notes' value, the width of its band, the reason) of each accuracy that has a band."""
    for script in SCRIPTS:
        for case in verdicts.cases(script):
            for row in case.rows() if case.path else ():
                if row.rule["band"] and row.right.startswith("val_sparse_categorical_accuracy: "):
                    value, (_, width) = float(row.right.split(": ")[1]), row.rule["band"].split()
                    yield script, value, float(width), row.rule["reason"]


BANDS = list(bands())


@pytest.mark.parametrize("script, value, width, reason", BANDS, ids=[band[0].stem for band in BANDS])
def test_the_accuracy_of_a_header_is_no_worse_than_its_band(script, value, width, reason):
    found = re.search(r"validation accuracy (?:about )?([\d.]+)(?: to ([\d.]+))?", field(script, "Expect"))
    if not found:
        assert field(script, "Expect").startswith("what p")  # another script, whose header says it
        return
    for text in filter(None, found.groups()):
        half = 0.5 * 10.0 ** -len(text.partition(".")[2])  # what rounding takes
        assert float(text) + half >= value - width, (text, value, width)
    measured = re.search(r"ended at ([\d.]+)(?: to ([\d.]+))?", reason)
    if measured and bool(measured[2]) == bool(found[2]):  # as many runs
        for text, exact in zip(filter(None, found.groups()), filter(None, measured.groups()), strict=True):
            assert abs(float(text) - float(exact)) <= 0.51 * 10.0 ** -len(text.partition(".")[2]), (text, exact)


@pytest.mark.parametrize("page", PAGES)
def test_the_accuracies_of_the_table_are_the_notes_and_those_of_the_rules(page):
    lines = re.findall(r"^\| (\w+) \| (0\.\d{3}) \| (0\.\d{3})(.* \d+ \| \d+ \|)$", read(page), re.M)
    assert len(lines) == 6
    for name, notes, ours, more in lines:
        (band,) = (band for band in BANDS if f"cifar10_{name.lower()}" in band[0].stem)
        assert abs(float(notes) - band[1]) <= 0.00051, name
        if seeds := re.search(r"(0\.\d{3})\D{1,5}(0\.\d{3})[)）]", more):
            assert f"{seeds[1]} to {seeds[2]}" in band[3] and seeds[1] <= ours <= seeds[2], name
        else:
            assert any(number in band[3] for number in re.findall(r"0\.\d{3}", ours + more)), (name, band[3])


@pytest.mark.parametrize("page", PAGES)
def test_the_table_of_moving_averages_has_the_numbers_of_the_rules(page):
    lines = re.findall(r"^\| (\w+) \|((?: (?:0\.\d{3}|–)[,| ]+){9})$", read(page), re.M)
    assert [name for name, _ in lines] == ["AlexNet8", "VGG16", "Inception10", "ResNet18"]
    for name, nine in lines:
        (band,) = (band for band in BANDS if f"cifar10_{name.lower()}" in band[0].stem)
        numbers = re.findall(r"0\.\d{3}", nine)
        assert all(number in band[3] for number in numbers), (name, band[3])
