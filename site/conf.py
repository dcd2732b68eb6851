"""Settings of the course's site. README.md of this folder says how to build it."""

import os
import sys
from pathlib import Path

HERE = Path(__file__).parent
sys.path[:0] = [str(HERE), str(HERE.parent)]
os.environ.setdefault("COURSE_OFFLINE", "1")  # a build downloads nothing

import lessons  # noqa: E402

course_language = "zh" if tags.has("zh") else "en"
language = "zh_CN" if course_language == "zh" else "en"
locale_dirs = ["site/locale"]  # what the theme says: Sphinx itself has no Chinese for it
project = lessons.heading(course_language)
html_title = project
extensions = ["pages", "myst_parser", "sphinx.ext.githubpages"]

root_doc, *course_pages = (
    lessons.in_language(page, course_language)
    for page in ("README", "ERRATA", "MIGRATION", "benchmarks/RESULTS", "datasets/README", "site/README")
)
include_patterns = [
    *(f"{page}.md" for page in (root_doc, *course_pages)),
    "class*/*.py",
    "site/class*.rst",
]
exclude_patterns = ["outputs", "checkpoints", "mine", ".*", "**/expected", "**/cache"]
source_suffix = {".md": "markdown", ".rst": "restructuredtext"}
myst_heading_anchors = 3

html_theme = "furo"
html_theme_options = {"announcement": " ", "top_of_page_buttons": []}  # the announcement: templates/page.html
html_static_path = ["static"]
templates_path = ["templates"]
html_css_files = ["course.css"]
html_js_files = ["errors.js"]
html_search_language = "pairs"  # pages.Search
html_show_search_summary = False  # the summaries are fetched, which no browser does without a server
html_copy_source = html_use_index = html_show_sphinx = False
html_domain_indices = html_show_copyright = smartquotes = False  # --flag stays --flag
