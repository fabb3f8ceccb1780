"""The page around the report: one file that needs no network and lets nothing else run.

The content security policy allows the two scripts of the page by their hashes and no connection
at all, so that a name in a study cannot become anything else than text.
"""

from __future__ import annotations

import base64
import hashlib
from functools import cache
from html import escape
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

_HERE = Path(__file__).parent
_PAGE = """\
<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="{policy}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="referrer" content="no-referrer">
<meta name="generator" content="optuna-guide">
<title>{title}</title>
<style>{style}</style>
</head>
<body>
<main>
{body}
</main>
<script type="application/json" id="figures">{figures}</script>
<script>{plotly}</script>
<script>{script}</script>
</body>
</html>
"""


_MARK = b'<meta name="generator" content="optuna-guide">'
_HEAD = 4096  # bytes, in which it stands


def is_report(path: Path) -> bool:
    """Whether a file is a report of ours, which a newer one may replace."""
    with path.open("rb") as opened:
        return _MARK in opened.read(_HEAD)


def write_page(title: str, body: str, figures: Mapping[str, str]) -> bytes:
    """The whole file.

    Args:
        title: Plain text.
        body: HTML.
        figures: Id of an element to the JSON of the figure that is drawn there.
    """
    script = (_HERE / "report.js").read_text(encoding="utf-8")
    drawn = ",".join(f'"{key}":{figure}' for key, figure in figures.items())
    page = _PAGE.format(
        policy=_policy(_plotly(), script),
        title=escape(title),
        style=(_HERE / "report.css").read_text(encoding="utf-8"),
        body=body,
        figures=f"{{{drawn}}}".replace("<", "\\u003c"),
        plotly=_plotly(),
        script=script,
    )
    return page.encode("utf-8", "xmlcharrefreplace")  # half of a surrogate pair has no UTF-8


def _policy(*scripts: str) -> str:
    allowed = " ".join(f"'sha256-{_sha256(script)}'" for script in scripts)
    return (
        f"default-src 'none'; script-src {allowed}; style-src 'unsafe-inline'; "
        "img-src data: blob:; base-uri 'none'; form-action 'none'"
    )


def _sha256(script: str) -> str:
    return base64.b64encode(hashlib.sha256(script.encode("utf-8")).digest()).decode("ascii")


@cache
def _plotly() -> str:
    import plotly

    source = Path(plotly.__file__).parent / "package_data" / "plotly.min.js"
    return source.read_text(encoding="utf-8").replace("</script", "<\\/script")
