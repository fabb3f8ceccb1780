"""The summary as Markdown: for an issue, a notebook, a chat with a language model.

Names are text: what Markdown would read as markup, a mention or a reference is escaped.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from optuna_guide.domain import wording
from optuna_guide.words import phrases
from optuna_guide.words.comparison import (
    STUDY_HEADS,
    importance_rows,
    range_rows,
    sentences,
    study_rows,
    transfer_rows,
)
from optuna_guide.words.outlook import QUESTION

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from optuna_guide.across.comparison import Comparison
    from optuna_guide.guidance import Guidance
    from optuna_guide.words.summary import Summary

_MARKUP = re.compile(r"([\\`*\[\]<>|~$&]|(?<!\w)_|_(?!\w))")
_REFERENCE = re.compile(r"([@#])(?=\w)")  # people and issues
_BLOCK = re.compile(r"^(\d*)([-+=#.)])(?=[-=#\s]|$)")
_UNSEEN = "\u200b"


def to_markdown(summary: Summary) -> str:
    """Headings, short lists and tables; ends with a line break."""
    guidance = summary.guidance
    if guidance is None:
        parts = [_head(summary), _escape(str(summary.not_ready)), *_failures(summary)]
    else:
        parts = [
            _head(summary),
            _list(f"**{_escape(line)}**" for line in summary.verdict.lines),
            _escape(summary.verdict.next_trial),
            f"{_escape(phrases.gate(guidance))} {_escape(phrases.skill(guidance))}",
            "## Questions and answers",
            _list(f"**{_escape(a.question)}** {_escape(a.sentence)}" for a in summary.answers),
            *_outlook(summary),
            "## Parameters",
            _params(guidance),
            _list(map(_escape, (*phrases.verdicts(guidance), *phrases.notes(guidance)))),
            f"## {phrases.on_top(guidance)}",
            _best(guidance),
            "## Findings",
            _findings(summary),
            *_failures(summary),
            "## Checks of the search",
            _checks(summary),
            *_code(guidance),
        ]
    return "\n\n".join(parts) + "\n"


def _outlook(summary: Summary) -> list[str]:
    return [f"## {QUESTION}", _list(map(_escape, summary.outlook))] if summary.outlook else []


def comparison_to_markdown(comparison: Comparison) -> str:
    """What several studies have in common: sentences and tables; ends with a line break."""
    names = comparison.names
    tables = (
        ("Studies", ("study", *STUDY_HEADS), study_rows(comparison)),
        ("What matters in each", ("parameter", *names), importance_rows(comparison)),
        ("Promising ranges", ("parameter", *names, "in all"), range_rows(comparison)),
        ("Predicted by models of", ("trials of", *names), transfer_rows(comparison)),
    )
    parts = [f"# {len(names)} Optuna studies", _list(map(_escape, sentences(comparison)))]
    for title, heads, rows in tables:
        parts += [f"## {title}", _table(heads, rows)]
    return "\n\n".join(parts) + "\n"


def _head(summary: Summary) -> str:
    goals = ", ".join(f"{o.direction} {o.name}" for o in summary.objectives)
    states = wording.states(summary.states)
    facts = [goals, f"{states or 'no'} trials", *filter(None, [summary.made_by])]
    return f"# Optuna study {_escape(summary.study_name)}\n\n{_escape('; '.join(facts))}."


def _params(guidance: Guidance) -> str:
    rows = (
        (
            p.name,
            wording.percent(p.importance),
            phrases.promising(p),
            phrases.short_evidence(p),
            p.advice.text,
        )
        for p in guidance.params
    )
    heads = ("parameter", "importance", "promising range", "top tenth in / out", "advice")
    return _table(heads, rows)


def _best(guidance: Guidance) -> str:
    told = () if guidance.n_front is None else tuple(guidance.best[0].objectives)
    within = () if guidance.context is None else guidance.context.within
    where = (", ".join(within),) if within else ()
    heads = ("trial", *(told or (guidance.target,)), *where, *(p.name for p in guidance.params))
    rows = (
        (
            str(trial.number),
            *(f"{v:.6g}" for v in ([trial.objectives[k] for k in told] or [trial.value])),
            *((trial.context,) if where else ()),
            *(
                p.label(trial.params[p.name]) if p.name in trial.params else ""
                for p in guidance.params
            ),
        )
        for trial in guidance.best
    )
    return _table(heads, rows)


def _findings(summary: Summary) -> str:
    if not summary.findings:
        return phrases.NO_FINDINGS
    found = _list(f"{_escape(f.sentence)} ({phrases.support(f)})" for f in summary.findings)
    return f"{phrases.ABOUT_FINDINGS}\n\n{found}"


def _failures(summary: Summary) -> list[str]:
    if not summary.failures:
        return []
    return [f"## {phrases.FAILURES}", _list(map(_escape, summary.failures))]


def _checks(summary: Summary) -> str:
    flagged = [c for c in summary.checks if c.is_flagged]
    if not flagged:
        return "None of them is flagged."
    return _list(f"**{_escape(c.name)}**: {_escape(c.sentence)}" for c in flagged)


def _code(guidance: Guidance) -> Iterator[str]:
    """The narrowed lines, in a fence that is longer than any within."""
    if guidance.region:
        code = guidance.as_code().rstrip()
        longest = max((len(run) for run in re.findall("`+", code)), default=0)
        fence = "`" * max(3, longest + 1)
        yield "## Narrowed search space"
        yield f"{fence}python\n{code}\n{fence}"


def _table(heads: Iterable[str], rows: Iterable[Iterable[str]]) -> str:
    shown = [[_escape(cell) if cell else "" for cell in row] for row in (heads, *rows)]
    lines = [f"| {' | '.join(row)} |" for row in shown]
    return "\n".join([lines[0], "|" + " --- |" * len(shown[0]), *lines[1:]])


def _list(items: Iterable[str]) -> str:
    return "\n".join(f"- {item}" for item in items)


def _escape(words: str) -> str:
    line = _MARKUP.sub(r"\\\1", wording.one_line(words))
    return _BLOCK.sub(r"\1\\\2", _REFERENCE.sub(rf"\1{_UNSEEN}", line))
