"""The guidance as a small self-contained piece of HTML, light or dark."""

from __future__ import annotations

from html import escape
from typing import TYPE_CHECKING

from optuna_guide.domain.wording import one_line, percent
from optuna_guide.words.chips import draw_chip
from optuna_guide.words.phrases import (
    HEADINGS,
    about,
    gate,
    notes,
    on_top,
    promising,
    reached,
    short_evidence,
    skill,
    verdicts,
)
from optuna_guide.words.verdict import gather

if TYPE_CHECKING:
    from collections.abc import Iterator

    from optuna_guide.guidance import Guidance
    from optuna_guide.words.verdict import Verdict

N_CHIPS = 5  # top trials that are drawn in a notebook


def html(guidance: Guidance) -> str:
    """A small self-contained table for a notebook, light or dark."""
    said = "".join(f"<p>{escape(verdict)}</p>" for verdict in verdicts(guidance))
    quiet = "".join(f'<p class="quiet">{escape(note)}</p>' for note in notes(guidance))
    return (
        f'<div class="optuna-guide"><style>{HTML_STYLE}</style>'
        f"<p><b>{escape(one_line(guidance.study_name))}</b> · {escape(about(guidance))}</p>"
        f"{_html_verdict(gather(guidance))}{html_table(guidance)}"
        f'<p class="quiet">{escape(gate(guidance))} {escape(skill(guidance))}</p>'
        f"{said}{quiet}{_html_top(guidance)}</div>"
    )


def _html_verdict(verdict: Verdict) -> str:
    """Its lines, the first of them in the colour of trust."""
    first, *others = (escape(line) for line in verdict.lines)
    state = "open" if verdict.is_open else "closed"
    rest = "".join(f"<p><b>{line}</b></p>" for line in others)
    return f'<p class="{state}"><b>{first}</b></p>{rest}'


def _html_top(guidance: Guidance) -> str:
    """A chip for each of the top trials."""
    rows = [
        f"<p>{draw_chip(guidance.params, trial.params)} "
        f"<b>{escape(reached(guidance, trial))}</b> · trial {trial.number}</p>"
        for trial in guidance.best[:N_CHIPS]
    ]
    return f'<p class="quiet">{on_top(guidance)}:</p><div class="top">{"".join(rows)}</div>'


def html_table(guidance: Guidance) -> str:
    """A row per parameter; it wants the style of `html`."""
    headings = "".join(f"<th>{heading}</th>" for heading in HEADINGS)
    return (
        f"<table><thead><tr>{headings}</tr></thead>"
        f"<tbody>{''.join(_html_rows(guidance))}</tbody></table>"
    )


def _html_rows(guidance: Guidance) -> Iterator[str]:
    longest = max(p.importance for p in guidance.params) or 1.0
    explained = max(1 - guidance.unexplained, 0.0)
    for param in guidance.params:
        width = max(0.0, 100 * explained * param.importance / longest)
        cells = (
            escape(one_line(param.name)),
            f'{escape(percent(param.importance))}<i style="width:{width:.0f}%"></i>',
            f"<b>{escape(promising(param))}</b>",
            escape(short_evidence(param)),
            escape(param.advice.text),
        )
        yield f"<tr>{''.join(f'<td>{cell}</td>' for cell in cells)}</tr>"


HTML_STYLE = (
    ".optuna-guide{color:inherit;font-size:13px;line-height:1.4}"
    ".optuna-guide p{margin:2px 0}"
    ".optuna-guide .quiet{opacity:.7}"
    ".optuna-guide .top svg{vertical-align:middle;margin-right:6px}"
    ".optuna-guide .open{color:#1a7f37;color:light-dark(#1a7f37,#57ab5a)}"
    ".optuna-guide .closed{color:#b35900;color:light-dark(#b35900,#e0913f)}"
    ".optuna-guide table{border-collapse:collapse;margin:6px 0;font-size:inherit}"
    ".optuna-guide :is(th,td){text-align:left;vertical-align:top;padding:3px 14px 3px 0;"
    "border-bottom:1px solid rgba(127,127,127,.25);background:none;overflow-wrap:anywhere}"
    ".optuna-guide td:first-child{min-width:9em;max-width:20em}"
    ".optuna-guide td:nth-child(2){min-width:90px}"
    ".optuna-guide td i{display:block;height:4px;min-width:1px;background:#3a87c8}"
)
