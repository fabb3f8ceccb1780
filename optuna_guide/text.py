"""The guidance in words: for a terminal, a notebook, a data frame; and the phrases of the panels.

Names come from a study and may be anything: they are written as text, never as markup.
"""

from __future__ import annotations

import io
import math
import unicodedata
from html import escape
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterator

    import pandas as pd
    from rich.console import RenderableType
    from rich.table import Table

    from optuna_guide.guidance import Guidance, PairGuidance, ParamGuidance

N_PAIRS = 3
N_CHIPS = 5  # top trials that are drawn in a notebook
MIN_PAIR_SHARE = 0.01
WIDTH = 120  # columns of the plain text
NAME_WIDTH = 28
BAR_WIDTH = 6

HEADINGS = ("parameter", "importance", "promising range", "top tenth\nin / out", "advice")


def one_line(words: str) -> str:
    """Without line breaks and control characters; an empty name gets a visible one."""
    printable = "".join(c if c.isprintable() else " " for c in words)
    return " ".join(printable.split()) or "(no name)"


def columns(words: str) -> int:
    """Width of a text in columns; wide East Asian characters take two."""
    return sum(2 if unicodedata.east_asian_width(c) in "WF" else 1 for c in words)


def cut(words: str, width: int) -> str:
    """At most ``width`` columns, the rest replaced by an ellipsis."""
    if columns(words) <= width:
        return words
    kept, room = "", width - 1
    for character in words:
        room -= columns(character)
        if room < 0:
            break
        kept += character
    return kept.rstrip() + "…"


def percent(share: float) -> str:
    """``41 %``; ``<1 %`` for what would round to nothing."""
    if not math.isfinite(share):
        return "unknown"
    if 0 < share <= 0.005:
        return "<1 %"
    return f"{100 * share:.0f} %"


def better(guidance: Guidance) -> str:
    """Which way the target is better."""
    return "higher is better" if guidance.direction == "maximize" else "lower is better"


def gate(guidance: Guidance) -> str:
    """Whether suggestions are shown, and why or what is missing."""
    state = "Suggestions are shown" if guidance.trust.is_open else "No suggestions yet"
    return f"{state}: {one_line(guidance.trust.reason).rstrip('.')}."


def skill(guidance: Guidance) -> str:
    """How much each model explains of trials that it has not seen, and how even they lie."""
    trust = guidance.trust
    models = {"forest": trust.r2, "EBM": trust.r2_ebm, "linear model": trust.r2_linear}
    known = {name: r2 for name, r2 in models.items() if r2 is not None and math.isfinite(r2)}
    scores = ", ".join(f"{name} {r2:.2f}" for name, r2 in known.items())
    measured = f"R² on unseen trials: {scores}. " if scores else ""
    return f"{measured}Sampling skew {trust.skew:.2f} (0 = uniform)."


def explained(guidance: Guidance) -> str:
    """What the importances are shares of."""
    return (
        "Importances are shares of what is explained: "
        f"{percent(max(1 - guidance.unexplained, 0.0))} of the variance is explained, "
        f"{percent(guidance.unexplained)} is not."
    )


def left_out(n: int) -> str:
    """How many parameters a panel has no room for."""
    return f"{n} less important parameter{' is' if n == 1 else 's are'} not shown"


def promising(param: ParamGuidance) -> str:
    """The promising range; empty where there is none."""
    return "" if param.promising is None else one_line(param.describe(param.promising))


def short_advice(param: ParamGuidance) -> str:
    """The advice in few words, such as ``avoid sgd``; a range alone is one to keep to."""
    advice = param.advice
    if advice.kind == "widen" and advice.bound is not None:
        end: float = getattr(param.distribution, advice.bound)
        return f"widen {'below' if advice.bound == 'low' else 'above'} {param.label(end)}"
    if advice.range is None or advice.kind == "narrow":
        return promising(param)
    verb = "avoid" if advice.kind == "avoid" else "freeze at"
    return f"{verb} {one_line(param.describe(advice.range))}"


def short_evidence(param: ParamGuidance) -> str:
    """Shares of the trials inside and outside that reach the top tenth: ``58 % / 6 %``."""
    found = param.evidence
    if found is None:
        return ""
    outside = "none" if found.top_outside is None else percent(found.top_outside)
    return f"{percent(found.top_inside)} / {outside}"


def evidence(param: ParamGuidance) -> list[str]:
    """What supports the promising range, in sentences."""
    found = param.evidence
    if found is None:
        return []
    outside = "" if found.top_outside is None else f", {percent(found.top_outside)} outside"
    sentences = [
        f"{percent(found.top_inside)} of the {found.n_inside} trials inside reach the top tenth"
        f"{outside}.",
        f"{percent(found.coverage)} of the top tenth lie inside.",
    ]
    if found.agreement is not None:
        sentences.append(f"Forest and EBM agree by {percent(found.agreement)}.")
    return sentences


def plain(guidance: Guidance) -> str:
    """Text of a fixed width without colours."""
    from rich.console import Console

    out = io.StringIO()
    console = Console(file=out, width=WIDTH, color_system=None, legacy_windows=False)
    console.print(renderable(guidance))
    return "\n".join(line.rstrip() for line in out.getvalue().splitlines())


def renderable(guidance: Guidance) -> RenderableType:
    """What rich draws in a terminal."""
    from rich.console import Group
    from rich.text import Text

    head = Text(one_line(guidance.study_name), style="bold")
    head.append(f" · {_about(guidance)}", style="not bold")
    return Group(
        head,
        Text(gate(guidance), style="green" if guidance.trust.is_open else "yellow"),
        Text(skill(guidance), style="dim"),
        Text(),
        _table(guidance),
        Text(),
        *(Text(note, style="dim") for note in notes(guidance)),
    )


def html(guidance: Guidance) -> str:
    """A small self-contained table for a notebook, light or dark."""
    state = "open" if guidance.trust.is_open else "closed"
    quiet = "".join(f'<p class="quiet">{escape(note)}</p>' for note in notes(guidance))
    return (
        f'<div class="optuna-guide"><style>{HTML_STYLE}</style>'
        f"<p><b>{escape(one_line(guidance.study_name))}</b> · {escape(_about(guidance))}</p>"
        f'<p class="{state}">{escape(gate(guidance))}</p>'
        f'<p class="quiet">{escape(skill(guidance))}</p>'
        f"{html_table(guidance)}{quiet}{_html_top(guidance)}</div>"
    )


def _html_top(guidance: Guidance) -> str:
    """A chip for each of the top trials."""
    from optuna_guide.drawing.chips import draw_chip

    rows = [
        f"<p>{draw_chip(guidance.params, trial.params)} "
        f"<b>{trial.value:.4g}</b> · trial {trial.number}</p>"
        for trial in guidance.best[:N_CHIPS]
    ]
    return f'<p class="quiet">Observed on top:</p><div class="top">{"".join(rows)}</div>'


def html_table(guidance: Guidance) -> str:
    """A row per parameter; it wants the style of `html`."""
    headings = "".join(f"<th>{heading}</th>" for heading in HEADINGS)
    return (
        f"<table><thead><tr>{headings}</tr></thead>"
        f"<tbody>{''.join(_html_rows(guidance))}</tbody></table>"
    )


def frame(guidance: Guidance) -> pd.DataFrame:
    """One row per parameter, most important first; what is not known is missing."""
    import pandas as pd

    return pd.DataFrame([_record(param) for param in guidance.params])


def _record(param: ParamGuidance) -> dict[str, Any]:
    scores = ("importance", "share", "spread", "importance_top", "importance_ped")
    support = ("n_inside", "n_active", "top_inside", "top_outside", "coverage", "agreement")
    return {
        "parameter": param.name,
        **{name: getattr(param, name) for name in scores},
        "importance_ebm": param.importance_ebm,
        "active_share": param.active_share,
        "promising": promising(param) or None,
        **{name: getattr(param.evidence, name, None) for name in support},
        "advice": param.advice.kind,
        "advice_text": param.advice.text,
    }


def _about(guidance: Guidance) -> str:
    version = f" · version {guidance.version}" if guidance.version else ""
    target = one_line(guidance.target)
    return f"{target}, {better(guidance)} · {guidance.n_trials} trials{version}"


def notes(guidance: Guidance) -> Iterator[str]:
    """What to know beside the table: how much is explained, strong pairs, what was left out."""
    yield explained(guidance)
    for pair in guidance.pairs[:N_PAIRS]:
        if pair.share >= MIN_PAIR_SHARE:
            yield _pair(pair)
    yield from guidance.notes


def _pair(pair: PairGuidance) -> str:
    first, second = (cut(one_line(name), NAME_WIDTH) for name in pair.names)
    return f"Together {first} × {second} explain {percent(pair.share)} beyond each alone."


def _table(guidance: Guidance) -> Table:
    from rich import box
    from rich.table import Table
    from rich.text import Text

    table = Table(box=box.SIMPLE_HEAD, padding=(0, 1), pad_edge=False, show_edge=False)
    for heading, keeps_its_line in zip(HEADINGS, (True, True, False, False, False), strict=True):
        table.add_column(heading, no_wrap=keeps_its_line, overflow="fold", vertical="top")
    longest = max(p.importance for p in guidance.params) or 1.0
    for param in guidance.params:
        table.add_row(
            Text(cut(one_line(param.name), NAME_WIDTH)),
            _score(param.importance, longest),
            Text(promising(param), style="bold"),
            short_evidence(param),
            Text(param.advice.text),
        )
    return table


def _score(importance: float, longest: float) -> RenderableType:
    """A number and a bar; rich draws the bar with what the terminal can show."""
    from rich.progress_bar import ProgressBar
    from rich.table import Table

    score = Table.grid(padding=(0, 1))
    score.add_column(justify="right", min_width=5)
    bar = ProgressBar(
        longest, importance, width=BAR_WIDTH, complete_style="cyan", finished_style="cyan"
    )
    score.add_row(percent(importance), bar)
    return score


def _html_rows(guidance: Guidance) -> Iterator[str]:
    longest = max(p.importance for p in guidance.params) or 1.0
    for param in guidance.params:
        width = max(0.0, 100 * param.importance / longest)
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
