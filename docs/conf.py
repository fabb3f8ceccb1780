"""How the documentation is built: ``uv run --group docs sphinx-build -W docs docs/_build``.

Everything that it shows is made during the build, offline: the figures of the gallery from a study
of `optuna-guide demo`, those of the tutorials from their own. `BROWSER_PATH` names a Chromium, for
the small pictures of the overviews. The tutorial on PostgreSQL runs where a server with a database
`test` listens at 127.0.0.1:5432, as in CI, and is shown without its output elsewhere.
"""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
import sys
import warnings
from pathlib import Path
from typing import Any

import optuna
import plotly.graph_objects as go
from plotly.offline import get_plotlyjs
from sphinx.application import Sphinx
from sphinx_gallery.sorting import FileNameSortKey

import optuna_guide

HERE = Path(__file__).parent
sys.path.insert(0, str(HERE))
os.environ.setdefault("BROWSER_PATH", "/usr/bin/chromium")
from gallery_pages import DEMO, write_pages  # noqa: E402 - beside this file

project = "optuna_guide"
version = release = optuna_guide.__version__
copyright = "the authors of optuna_guide, MIT licence"

extensions = [
    "myst_parser",
    "sphinx.ext.autodoc",
    "sphinx.ext.autosummary",
    "sphinx.ext.napoleon",
    "sphinx_copybutton",
    "sphinx_design",
    "sphinx_gallery.gen_gallery",
]
exclude_patterns = ["_build", "gallery", "tutorials", "auto_*/*.ipynb", "auto_*/*.py"]
exclude_patterns += ["auto_*/*.json", "auto_*/*.md5", "auto_*/*.zip", "**/sg_execution_times.rst"]
exclude_patterns += ["sg_execution_times.rst"]
myst_enable_extensions = ["colon_fence", "deflist"]
myst_heading_anchors = 3
autosummary_generate = True
autodoc_typehints = "signature"
autodoc_member_order = "bysource"
autodoc_default_options = {"members": True}
napoleon_use_rtype = False
default_role = "code"
suppress_warnings = ["config.cache"]

html_theme = "pydata_sphinx_theme"
html_title = "optuna_guide"
html_static_path = ["_static", "_generated"]
html_css_files = ["site.css"]
html_theme_options = {"show_toc_level": 2, "navigation_with_keys": False}
html_show_sourcelink = False
html_sidebars = {"index": []}


def scrape_plotly(block: Any, block_vars: dict[str, Any], gallery_conf: dict[str, Any]) -> str:
    """Every plotly figure that a block ends on, as live as it is in a notebook."""
    figure = block_vars["example_globals"].get("___")
    if not isinstance(figure, go.Figure) or getattr(figure, "_is_shown", False):
        return ""
    object.__setattr__(figure, "_is_shown", True)
    figure.write_image(next(block_vars["image_path_iterator"]), width=800, height=520)
    html = figure.to_html(full_html=False, include_plotlyjs=False, config={"responsive": True})
    lines = "\n".join(f"    {line}" for line in html.splitlines())
    return f"\n.. raw:: html\n\n{lines}\n\n"


def has_postgresql() -> bool:
    """Whether a server listens where CI has one, which must."""
    if os.environ.get("CI"):
        return True
    with socket.socket() as tried:
        return tried.connect_ex(("127.0.0.1", 5432)) == 0


def setup(app: Sphinx) -> None:
    """Load plotly, 5 MB, on the pages that have figures, and there before them."""

    def add_plotly(app: Sphinx, page: str, *_: object) -> None:
        if page.startswith(("auto_gallery/", "auto_tutorials/")):
            app.add_js_file("plotly.min.js", priority=100)

    app.connect("html-page-context", add_plotly)


sphinx_gallery_conf = {
    "examples_dirs": ["gallery", "tutorials"],
    "gallery_dirs": ["auto_gallery", "auto_tutorials"],
    "filename_pattern": r"/(plot|tutorial)_" + ("" if has_postgresql() else "(?!.*postgresql)"),
    "ignore_pattern": r"worker\.py",  # that a tutorial writes
    "within_subsection_order": FileNameSortKey,
    "image_scrapers": (scrape_plotly,),
    "ignore_repr_types": r"plotly\.graph_objs",
    "abort_on_example_error": True,
    "download_all_examples": False,
    "show_signature": False,
    "remove_config_comments": True,
    "min_reported_time": 10**6,
    "reset_modules": (),
}

optuna.logging.set_verbosity(optuna.logging.WARNING)
warnings.filterwarnings("ignore", category=optuna.exceptions.ExperimentalWarning)
(HERE / "_generated").mkdir(exist_ok=True)
(HERE / "_generated" / "plotly.min.js").write_text(get_plotlyjs(), encoding="utf-8")
write_pages(HERE / "gallery")
for folder in ("gallery", "tutorials"):
    shutil.copy(HERE / "data" / "translation.csv", HERE / folder)
if not (HERE / "gallery" / DEMO).exists():
    command = [sys.executable, "-m", "optuna_guide", "demo", "--no-serve"]
    subprocess.run([*command, "--storage", f"sqlite:///{DEMO}"], cwd=HERE / "gallery", check=True)
