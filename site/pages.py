"""The extension: a script becomes a page, a class a gallery; what must not be published fails the build."""

import re
import subprocess
import sys
from pathlib import Path

from common import ROOT
from common.compare.verdicts import VERDICTS, cases, compare

import lessons
import notebooks
import runs
from docutils import nodes
from sphinx.parsers import RSTParser
from sphinx.search.en import SearchEnglish
from sphinx.util import logging
from sphinx.util.docutils import SphinxDirective

logger = logging.getLogger(__name__)
LANGUAGES = ("en", "zh")
WORDS = {
    "Notes": ("Notes", "笔记"),
    "Data": ("Data", "数据"),
    "Expect": ("Expect", "应得结果"),
    "Time": ("Time", "时间"),
    "code": ("Program", "程序"),
    "output": ("Output", "输出"),
    "beside": ("Beside the notes", "与笔记对照"),
    "recorded": ("Beside a recorded run", "与一次运行的记录对照"),
    "notes": ("notes", "笔记"),
    "record": ("recorded", "记录"),
    "ours": ("ours", "我们的输出"),
    "verdict": ("verdict", "结论"),
    "notebook": ("Notebook", "Notebook"),
    "colab": ("Open in Colab", "在 Colab 中打开"),
    "script": ("Script", "脚本"),
    "all": ("All notebooks, with the course (zip)", "全部 Notebook 与课程（zip）"),
    "made": ("Recorded on {date}: {machine}.", "{date} 记录：{machine}。"),
    "seed": ("Seed {seed}.", "种子 {seed}。"),
    "anew": ("To make it anew:", "重新运行："),
    "older": ("The script has changed since.", "此后脚本有改动。"),
}
DATA = {  # what a script says of its data, in Chinese; MNIST and CIFAR-10 are called so there, too
    "none": "无",
    "none (random weights; a cell whose weights are set by hand)": "无（随机权重；以及手工设定权重的一个单元）",
    "none (random weights; a memory whose weights are set by hand)": "无（随机权重；以及手工设定权重的一个记忆体）",
    "none (the notes' numbers; random weights)": "无（笔记中的数；随机权重）",
    "none (the letters a to e)": "无（字母 a 至 e）",
    "none (the letters a to z)": "无（字母 a 至 z）",
    "made in the script": "由脚本生成",
    "made in the script: 32 rows, seed 23455": "由脚本生成：32 行，种子 23455",
    "iris (scikit-learn brings it)": "鸢尾花（scikit-learn 自带）",
    "a photograph that scikit-learn brings": "scikit-learn 自带的一张照片",
    "datasets/dot.csv, 300 dots": "datasets/dot.csv，300 个点",
    "mnist_train_jpg_60000/, mnist_test_jpg_10000/ and their label files in --folder; see datasets/make_digits.py": (
        "--folder 中的 mnist_train_jpg_60000/、mnist_test_jpg_10000/ 及其标签文件；见 datasets/make_digits.py"
    ),
    "pictures with one digit each: p28_digit_app.py a.png b.png; weights of p16_checkpoint.py, or the better ones of "
    "digit_network.py": "每张有一个数字的图片：p28_digit_app.py a.png b.png；p16_checkpoint.py 的权重，或 "
    "digit_network.py 的更好的权重",
    "SH600519.csv, opening prices of Kweichow Moutai; --csv FILE takes any with the columns date and open": (
        "SH600519.csv，贵州茅台的开盘价；--csv FILE 可换成任何有 date 和 open 两列的文件"
    ),
    "SH600519.csv, prices of Kweichow Moutai; --csv FILE takes any with the columns date and open": (
        "SH600519.csv，贵州茅台的股价；--csv FILE 可换成任何有 date 和 open 两列的文件"
    ),
}


def words_of(language):
    return {name: texts[LANGUAGES.index(language)] for name, texts in WORDS.items()}


def rst(text, here=""):
    """Plain text as reStructuredText, `code` as code, and the names of other scripts as links."""
    text = re.sub(r"([\\*|_])(?![^`\n]*`[^`]*$)", r"\\\1", re.sub("`([^`]+)`", r"``\1``", text))
    text = re.sub(r"^(\d+)\.", r"\1\\.", text)  # no item of a list
    known = lessons.by_name()

    def link(found):
        stem = found[1].replace("\\", "")
        if stem not in known or stem == here:
            return found[0]
        return rf"\ :doc:`{stem}.py </{known[stem].parent.name}/{stem}>`\ "

    return re.sub(r"(?:class\d\\_\w+/)?((?:\w|\\_)+)\.py\b", link, text)


def page(script, language):
    """A script as a page, in reStructuredText: the words of the other language follow those of this one."""
    lesson, words = lessons.read(script), words_of(language)
    (other,) = {*LANGUAGES} - {language}
    title = rst(lesson.title[language])
    lines = [title, "=" * 2 * len(title), "", ".. rst-class:: other", "", rst(lesson.title[other], script.stem), ""]
    for each in (language, other):
        lines += [rst(lesson.words[each], script.stem), ""]
    fields = {words[name]: text for name, text in lesson.fields.items()}
    if language == "zh":
        row = lessons.chapters("zh")[script.parent.name][1][lesson.name]
        fields |= {name: row[name] for name in fields if name in row}
        fields[words["Data"]] = DATA.get(lesson.fields["Data"], lesson.fields["Data"])
    lines += [f":{name}: {rst(text, script.stem)}" for name, text in fields.items()]
    lines += ["", lesson.more, "", ".. downloads::", "", words["code"], "-" * 20, ""]
    for text, code in lesson.cells:
        lines += [".. rst-class:: cell", "", rst(text, script.stem), ""] * bool(text)
        lines += [".. code-block:: python", "", *(f"   {line}" for line in code.splitlines()), ""]
    lines += [words["output"], "-" * 20, "", ".. output::", ""]
    for number, case in enumerate(cases(script)):
        if case.path:
            title = " ".join([words["recorded" if case.recorded else "beside"], *case.flags])
            lines += [title, "-" * 2 * len(title), "", f".. beside:: {number}", ""]
    return "\n".join(lines)


class Search(SearchEnglish):
    """For pages in both languages: English words, and Chinese, which has no blanks, as pairs of characters."""

    lang = "pairs"
    words = re.compile(r"(?=([\u4e00-\u9fff]{2}))|[^\W\u4e00-\u9fff]+")
    js_splitter_code = r"""
var splitQuery = (query) =>
  [...query.matchAll(/(?=([\u4e00-\u9fff]{2}))|(?:(?![\u4e00-\u9fff])[\p{Letter}\p{Number}_])+/gu)].map(
    ([word, pair]) => pair || word);
"""

    def split(self, input):
        return [found[1] or found[0] for found in self.words.finditer(input)]


class LessonParser(RSTParser):
    """Reads a script."""

    supported = ("lesson",)

    def parse(self, inputstring, document):
        env = document.settings.env
        for language in LANGUAGES:
            env.note_dependency(str(lessons.readme(language)))
        super().parse(page(Path(env.doc2path(env.docname)), env.config.course_language), document)


class CourseDirective(SphinxDirective):
    """What the directives of a page need to know."""

    @property
    def language(self):
        return self.config.course_language

    @property
    def words(self):
        return words_of(self.language)

    @property
    def up(self):
        """From this page to the folder of the whole site."""
        return "../" * (self.env.docname.count("/") + (self.language == "zh"))

    def code(self, text, *classes):
        return nodes.literal_block(text, text, language="text", classes=list(classes))

    def picture(self, path):
        return nodes.image(uri=f"/{path.relative_to(ROOT).as_posix()}", alt=path.stem)


class Downloads(CourseDirective):
    """The lesson as a notebook, here and in Colab, and as a script."""

    def run(self):
        name = self.env.docname
        links = [(self.words["notebook"], f"{self.up}notebooks/{name}.ipynb")]
        if address := notebooks.colab(name):
            links.append((self.words["colab"], address))
        links += [(self.words["script"], f"{self.up}notebooks/{name}.py")]
        links += [(self.words["all"], f"{self.up}notebooks.zip")]
        line = nodes.paragraph(classes=["downloads"])
        for text, address in links:
            line += [nodes.reference("", text, refuri=address), nodes.Text(" ")]
        return [line]


class Output(CourseDirective):
    """What a script prints and draws."""

    def run(self):
        script = Path(self.env.doc2path(self.env.docname))
        return list(self.shown(script, runs.load(script)))

    def shown(self, script, run):
        if not run:  # which fails the build in the end
            self.env.note_dependency(str(runs.RECORDED))  # a folder more
            return
        self.env.note_dependency(str(run.folder / "about.json"))
        if run.about["stand_in"]:
            banner = run.about["stand_in"].strip("=\n").splitlines()
            yield nodes.warning("", *(nodes.paragraph(text=line) for line in banner))
        if not runs.is_run(script):
            made = [self.words["made"].format_map(run.about)]
            made += [self.words["seed"].format_map(run.about)] * bool(run.about["seed"])
            made += [self.words["older"]] * (run.about["script"] != runs.program(script))
            again = nodes.paragraph(text=self.words["anew"]), self.code(f"$ python site/runs.py {script.stem}")
            yield nodes.note("", nodes.paragraph(text=" ".join(made)), *again)
        yield self.code("\n".join(f"$ {command}" for command in run.about["commands"]), "command")
        if run.output.strip():
            yield self.code(run.output.strip("\n"), "output")
        yield from map(self.picture, run.figures)


class Beside(CourseDirective):
    """The table notes / ours / verdict; before it, where it is of a run with other flags, that run's figures."""

    required_arguments = 1

    def run(self):
        script = Path(self.env.doc2path(self.env.docname))
        case = cases(script)[int(self.arguments[0])]
        for path in (case.path, script.parent / "expected" / "rules.ini"):
            self.env.note_dependency(str(path))
        found = []
        if case.flags and (run := runs.load(script, case.flags)):
            self.env.note_dependency(str(run.folder / "about.json"))
            found = [self.code(f"$ {run.about['commands'][-1]}", "command"), *map(self.picture, run.figures)]
        head = ["record" if case.recorded else "notes", "ours", "verdict"]
        group = nodes.tgroup("", *(nodes.colspec(colwidth=width) for width in (4, 4, 3)), cols=3)
        group += nodes.thead("", self.row(*(nodes.inline(text=self.words[name]) for name in head)))
        body, said = nodes.tbody(), ""
        for row in judged(script, case):
            why, said = ("" if row.why == said else row.why), row.why
            verdict = nodes.inline("", "", nodes.strong(text=f"{VERDICTS[row.verdict][0]} {row.verdict}"))
            verdict += nodes.Text(f" {why}" if why else "")
            lines = [nodes.literal(text=text or " ") for text in (row.notes.rstrip(), (row.ours or "").rstrip())]
            body += self.row(*lines, verdict, classes=[row.verdict.replace(" ", "-")])
        group += body
        return [*found, nodes.table("", group, classes=["beside"])]

    def row(self, *cells, classes=()):
        return nodes.row("", *(nodes.entry("", nodes.paragraph("", "", cell)) for cell in cells), classes=list(classes))


def judged(script, case):
    """The rows of an expected output with their verdicts; where nothing is recorded, none but what the notes print."""
    run = runs.load(script, case.flags)
    if run:
        return compare(case, run.output, stand_in=bool(run.about["stand_in"]))
    rows = case.rows()
    for row in rows:
        row.verdict, row.why = "not comparable", row.rule["reason"]
    return rows


class Gallery(CourseDirective):
    """The lessons of a class, with thumbnails: the last figure, or the beginning of what is printed."""

    def run(self):
        folder = Path(self.env.docname).name
        heading, rows = lessons.chapters(self.language)[folder]
        for path in (lessons.readme(self.language), runs.RECORDED):
            self.env.note_dependency(str(path))
        cards = nodes.container(classes=["gallery"])
        for name in rows:
            script = ROOT / f"{name}.py"
            lesson, run = lessons.read(script), runs.load(script)
            self.env.note_dependency(str(script))
            card = nodes.reference("", "", refuri=f"../{name}.html", classes=["card"])
            if run:
                self.env.note_dependency(str(run.folder / "about.json"))
            if run and run.figures:
                card += self.picture(run.figures[-1])
            else:
                text = "\n".join(run.output.strip().splitlines()[:8]) if run else "…"
                card += nodes.inline(text=text, classes=["printed"])
            card += nodes.inline(text=script.stem, classes=["name"])
            card += nodes.inline(text=lesson.title[self.language])
            cards += nodes.paragraph("", "", card)
        section = nodes.section("", nodes.title(text=heading), cards, ids=[folder])
        tree = "\n".join([".. toctree::", "   :hidden:", "", *(f"   /{name}" for name in rows)])
        section += self.parse_text_to_nodes(tree)
        return [section]


def add_contents(app, docname, source):
    """README is the first page and holds the table of contents; a link to the other language is on every page."""

    def link(found):
        return f"]({found[1]}{lessons.in_language(found[2], app.config.course_language)}.md"

    text = re.sub(r"^\[(?:English|简体中文)\]\(.*\)\n", "", source[0], flags=re.MULTILINE)
    text = re.sub(rf"\]\(((?:\.\./)?)({'|'.join(lessons.BOTH)})(?:\.zh-CN)?\.md", link, text)
    source[0] = re.sub(r"\]\((?!class\d|http)([^)]*\.py)\)", r"](path:\1)", text)  # a file, not a page
    if docname == app.config.root_doc:
        pages = [*(f"site/{folder}" for folder in lessons.chapters("en")), *app.config.course_pages]
        source[0] += "\n".join(["", "```{toctree}", ":hidden:", ":maxdepth: 2", "", *pages, "```", ""])


def other_language(app, pagename, template, context, doctree):
    """Where this page is in the other language."""
    english = app.config.course_language == "en"
    name = lessons.in_language(pagename.removesuffix(".zh-CN"), "zh" if english else "en")
    there = context["pathto"](("zh/" if english else "../") + f"{name}.html", resource=True)
    context["languages"] = [("English", None if english else there), ("中文", there if english else None)]


def run_scripts(app):
    """Before pages are read. The Chinese pages show what the English ones do."""
    if app.config.course_language == "en":
        runs.run_all(lessons.by_name().values(), lambda name: logger.info("ran %s", name))


def finish(app, exception):
    """The first page also is index.html; then the Chinese pages and the notebooks; then all is checked."""
    if exception or app.builder.format != "html":
        return
    out = Path(app.outdir)
    first = (out / f"{app.config.root_doc}.html").read_text(encoding="utf-8")
    (out / "index.html").write_text(first, encoding="utf-8")
    if app.config.course_language == "zh":
        return
    command = [sys.executable, "-m", "sphinx", "-q", "-t", "zh", "-c", app.confdir, "-d", f"{app.doctreedir}/zh"]
    chinese = subprocess.run([*command, app.srcdir, str(out / "zh")])
    notebooks.write_all(out)
    problems = [*problems_of_scripts(lessons.by_name().values()), *problems_of_links(out)]
    for problem in problems:
        logger.error(problem)
    if problems or chinese.returncode:
        app.statuscode = 1


def problems_of_scripts(scripts):
    """Pages without output, failed scripts and lines that differ from what they should be."""
    for script in scripts:
        run = runs.load(script)
        if not run:
            yield f"{script.stem}: no output" + "; site/runs.py records one" * (runs.seconds(script) > runs.LONGEST)
        for each in {tuple(case.flags) for case in cases(script)} | {()}:
            if (run := runs.load(script, each)) and (run.about["failure"] or not (run.output.strip() or run.figures)):
                yield f"{script.stem} {' '.join(each)}: {run.about['failure'] or 'no output'}"
        for case in cases(script):
            for row in judged(script, case) if case.path else ():
                if row.verdict == "differs":
                    yield f"{script.stem}: ✗ {row.notes.strip() or '(nothing)'}; ours: {row.ours}; {row.why}"


def problems_of_links(out):
    """Links to what is not there, and what a browser would fetch from another host."""
    pages = {path: path.read_text(encoding="utf-8") for path in sorted(out.rglob("*.html"))}
    ids = {path: set(re.findall(r'\bid="([^"]*)"', text)) for path, text in pages.items()}
    for path, text in pages.items():
        for tag, link in re.findall(r'<(\w+)[^>]*?\b(?:href|src)="([^"]*)"', text):
            if re.match("(https?:)?//|data:|mailto:", link):
                if tag != "a" and not link.startswith("data:"):
                    yield f"{path.relative_to(out)}: {link} would be fetched from another host"
                continue
            file, _, anchor = link.partition("#")
            target = (path.parent / file.split("?")[0]).resolve() if file else path
            if not target.exists() or (anchor and target in ids and anchor not in ids[target]):
                yield f"{path.relative_to(out)}: broken link {link}"


def setup(app):
    app.add_config_value("course_language", "en", "env")
    app.add_config_value("course_pages", [], "env")
    app.add_source_suffix(".py", "lesson")
    app.add_source_parser(LessonParser)
    app.add_directive("downloads", Downloads)
    app.add_directive("output", Output)
    app.add_directive("beside", Beside)
    app.add_directive("gallery", Gallery)
    app.add_search_language(Search)
    app.connect("builder-inited", run_scripts)
    app.connect("source-read", add_contents)
    app.connect("html-page-context", other_language)
    app.connect("build-finished", finish)
    here = sorted(Path(__file__).parent.glob("*.py"))
    version = int(runs.digest(*here)[:12], 16)  # other code: pages are read anew
    return {"env_version": version, "parallel_read_safe": True}
