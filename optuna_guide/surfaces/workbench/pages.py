"""The HTML pages and the files that they load."""

from __future__ import annotations

import functools
import gzip
import hashlib
import mimetypes
from datetime import datetime, timezone
from html import escape
from pathlib import Path
from typing import TYPE_CHECKING

from optuna_guide.surfaces.workbench.wire import Refusal, dumps
from optuna_guide.words.steering import say_when
from optuna_guide.words.studies import say_best, say_state, say_trust

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from optuna_guide.study.overview import Overview

HEADS = ("Study", "Best", "Trials", "State", "Last change", "Trust")
STATIC = Path(__file__).parent / "static"
PLOTLY = "plotly.min.js"
COPYING = '<script type="module" src="/guide/static/shell/copying.js?v={{version}}"></script>'
SEARCHING = "/guide/static/shell/study_list.js"
TYPES = {".js": "text/javascript", ".css": "text/css", ".svg": "image/svg+xml"}


def fill(template: str, values: Mapping[str, object]) -> bytes:
    """A page with every ``{{name}}`` replaced by text: whatever it is, it is no markup."""
    for name, value in values.items():
        template = template.replace("{{" + name + "}}", escape(text(str(value))))
    return template.encode()


def text(words: str) -> str:
    """The words with what UTF-8 cannot say replaced, and no braces of a placeholder."""
    shown = words.encode("utf-16", "surrogatepass").decode("utf-16", "replace")
    return shown.replace("{{", "{\u200b{")


def workbench(values: Mapping[str, object], *, copies: bool) -> bytes:
    """The page of a study; with a script that shows how far trials are copied, if they are."""
    template = _read("index.html").decode()
    return fill(template.replace("<!-- copying -->", COPYING if copies else ""), values)


def study_list(overviews: Sequence[Overview]) -> bytes:
    """The page that lists the studies, the last changed first; a script searches and orders it."""
    if not overviews:
        return _plain("<p>This storage holds no study yet.</p>")
    now = datetime.now(timezone.utc)
    beginning = datetime.min.replace(tzinfo=timezone.utc)
    ordered = sorted(overviews, key=lambda o: (o.changed or beginning, o.study_id), reverse=True)
    heads = "".join(f'<th scope="col">{head}</th>' for head in HEADS)
    rows = "".join(_row(overview, now) for overview in ordered)
    return _plain(
        '<div class="find"><input id="search" type="search" hidden placeholder="Search (/)" '
        'aria-label="Search the studies"><span id="count" role="status"></span></div>'
        f'<script type="module" src="{SEARCHING}?v={version()}"></script>'
        f'<table id="studies"><thead><tr>{heads}</tr></thead><tbody>{rows}</tbody></table>'
    )


def _row(overview: Overview, now: datetime) -> str:
    changed = overview.changed
    at = "" if changed is None else changed.isoformat(timespec="seconds")
    best = say_best(overview.objectives, overview.maximised, overview.best, overview.n_best)
    key = overview.n_best or "" if overview.best is None else overview.best
    n, link = overview.n_trials, f"/guide/studies/{overview.study_id}"
    cells = (
        f'<th scope="row"><a href="{link}">{_shown(overview.name)}</a>',
        _cell("best", best, key),
        _cell("number", "" if n is None else f"{n:,}", "" if n is None else n),
        _cell("state", say_state(overview)),
        f'<td data-sort="{"" if changed is None else changed.timestamp()}" title="{at}">'
        f"{escape(say_when(at, now)) if at else ''}",
        _cell("trust", say_trust(overview)),
    )
    return f"<tr>{''.join(cells)}</tr>"


def _cell(kind: str, words: str, key: object = None) -> str:
    sort = "" if key is None else f' data-sort="{key}"'
    return f'<td class="{kind}"{sort}>{escape(text(words))}'


def count(n: object) -> str:
    """How many trials, in words; nothing where it is not known."""
    return "" if n is None else f"{n:,} trial{'' if n == 1 else 's'}"


def tell(path: str, status: int, message: str) -> tuple[str, bytes]:
    """Type and content of an answer that says why there is no other one.

    Args:
        path: What was asked for: people are told by a page, programs by JSON.
        status: HTTP status.
        message: What is wrong, and what to do.
    """
    if not _is_page(path):
        return "application/json", dumps({"error": message, "reason": message})
    again = '<a href="">Try again</a> · ' if status >= 500 else ""
    body = f'<p>{_shown(message)}</p><p>{again}<a href="/guide">All studies</a></p>'
    return "text/html; charset=utf-8", _plain(body)


def _is_page(path: str) -> bool:
    if path.startswith("/guide/"):
        return not path.startswith(("/guide/api/", "/guide/static/"))
    return path in ("", "/", "/guide", "/dashboard") or path.startswith("/dashboard/")


def static_file(path: str) -> tuple[bytes, str]:
    """Content and type of a file that pages load.

    Raises:
        Refusal: 404 if there is no such file; nothing outside of the folder is ever read.
    """
    parts = path.split("/")
    if not all(part and not part.startswith(".") and "\\" not in part for part in parts):
        raise Refusal(404, "There is no such file.")
    suffix = path[path.rfind(".") :]
    return _read(path), TYPES.get(suffix) or mimetypes.guess_type(path)[0] or "text/plain"


@functools.lru_cache(maxsize=1)
def plotly_js() -> tuple[bytes, bytes]:
    """plotly.js, as it is and compressed: the file that the plotly package brings."""
    import plotly

    found = Path(plotly.__file__).parent.joinpath("package_data", PLOTLY).read_bytes()
    return found, gzip.compress(found, 6, mtime=0)


@functools.lru_cache(maxsize=1)
def version() -> str:
    """Changes whenever a file that pages load does."""
    from importlib.metadata import version as version_of

    digest = hashlib.sha256(version_of("plotly").encode())
    for path in sorted(path for path in STATIC.rglob("*") if path.is_file()):
        digest.update(path.name.encode() + path.read_bytes())
    return digest.hexdigest()[:12]


def _read(path: str) -> bytes:
    try:
        return STATIC.joinpath(path).read_bytes()
    except (OSError, ValueError) as error:
        raise Refusal(404, "There is no such file.") from error


def _plain(body: str) -> bytes:
    page = fill(_read("studies.html").decode(), {"version": version()})
    return page.replace(b"<!-- studies -->", body.encode())


def _shown(name: object) -> str:
    return escape(text(str(name))) or "(no name)"
