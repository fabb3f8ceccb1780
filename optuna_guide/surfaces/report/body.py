"""What the report says in words, as HTML; names from the study are text, never markup."""

from __future__ import annotations

import re
from html import escape
from typing import TYPE_CHECKING

from optuna_guide.domain import wording
from optuna_guide.words import html, phrases
from optuna_guide.words.chips import draw_chip
from optuna_guide.words.outlook import QUESTION

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence

    from optuna_guide.analysis.diagnostics import Diagnosis
    from optuna_guide.analysis.findings import Finding
    from optuna_guide.guidance import Guidance
    from optuna_guide.surfaces.report.figures import Drawn, DrawnChapter
    from optuna_guide.words.answers import Answer
    from optuna_guide.words.summary import Summary
    from optuna_guide.words.verdict import Verdict

MAX_CELLS = 12  # of a trial's chip


def write_body(summary: Summary, story: Sequence[DrawnChapter]) -> str:
    """Everything between the head of the page and its scripts."""
    if summary.guidance is None:
        return f"{_header(summary)}{_verdict(summary.verdict)}{footer()}"
    chapters = [_chapter(summary, summary.guidance, c) for c in story]
    return "\n".join(
        (
            _header(summary),
            _verdict(summary.verdict),
            contents(story),
            _in_short(summary),
            *chapters,
            footer(),
        )
    )


def _header(summary: Summary) -> str:
    goals = [
        f"{o.name} ({'higher' if o.direction == 'maximize' else 'lower'} is better)"
        for o in summary.objectives
    ]
    n = sum(summary.states.values())
    states = wording.states(summary.states)
    facts = [*goals, f"{n} trials: {states}" if n else "no trials"]
    if summary.made_by:
        facts.append(summary.made_by)
    about = [_paragraph(" · ".join(facts))]
    guidance = summary.guidance
    if guidance is not None:
        version = f", version {guidance.version} of the guidance" if guidance.version else ""
        if guidance.title not in {o.name for o in summary.objectives}:
            explained = f"Explained: {guidance.title}, {phrases.better(guidance)}. "
        else:
            explained = ""
        about.append(
            _paragraph(
                f"{explained}Learnt from {phrases.learnt_from(guidance)} on "
                f"{guidance.fitted_at[:16].replace('T', ' ')} UTC{version}.",
            )
        )
    return f"<header><h1>{as_text(summary.study_name)}</h1>{''.join(about)}</header>"


def _verdict(verdict: Verdict) -> str:
    """A cell for each answer, and the one warning below."""
    state = "open" if verdict.is_open else "closed"
    cells = "".join(
        f"<div><dt>{part.question}</dt><dd><b>{as_text(part.said)}</b>"
        f"{as_text(part.more) if part.more else ''}</dd></div>"
        for part in verdict.parts
    )
    warning = f'<p class="warning">{as_text(verdict.warning)}</p>' if verdict.warning else ""
    then = f'<p class="next">{as_text(verdict.next_trial)}</p>' if verdict.next_trial else ""
    return f'<dl class="verdict {state}">{cells}</dl>{warning}{then}'


def contents(story: Sequence[DrawnChapter]) -> str:
    """Links to the chapters."""
    entries = [("short", "In short"), *((c.chapter.key, c.chapter.title) for c in story)]
    items = "".join(f'<li><a href="#{key}">{title}</a></li>' for key, title in entries)
    return f'<nav aria-label="Contents"><ol>{items}</ol></nav>'


def _in_short(summary: Summary) -> str:
    return (
        '<section id="short"><h2>In short</h2>'
        "<p>What stands out beyond chance, and what people ask of a study.</p>"
        f"{_titled(QUESTION, summary.outlook)}"
        f'<div class="columns"><div>{_answers(summary.answers)}</div>'
        f"<div><h3>Findings</h3>{_findings(summary.findings)}"
        f"{_titled(phrases.FAILURES, summary.failures)}</div></div></section>"
    )


def _titled(title: str, said: Sequence[str]) -> str:
    items = "".join(f"<li>{as_text(sentence)}</li>" for sentence in said)
    return f"<h3>{as_text(title)}</h3><ul>{items}</ul>" if items else ""


def _answers(answers: Iterable[Answer]) -> str:
    rows = "".join(
        f"<dt>{as_text(a.question)}</dt><dd>{as_text(a.sentence)}</dd>" for a in answers
    )
    return f"<dl>{rows}</dl>"


def _findings(findings: Sequence[Finding]) -> str:
    if not findings:
        return _paragraph(phrases.NO_FINDINGS)
    items = "".join(
        f"<li><b>{escape(wording.percent(f.effect))}</b><span>{as_text(f.sentence)}"
        f"<small>{phrases.support(f)}</small>"
        "</span></li>"
        for f in findings
    )
    return f'<p class="quiet">{phrases.ABOUT_FINDINGS}</p><ol class="findings">{items}</ol>'


def _chapter(summary: Summary, guidance: Guidance, found: DrawnChapter) -> str:
    chapter = found.chapter
    own: Mapping[str, Callable[[], str]] = {
        "trust": lambda: _paragraph(f"{phrases.gate(guidance)} {phrases.skill(guidance)}"),
        "try": lambda: _guidance(guidance),
        "search": lambda: _checks(summary.checks),
    }
    words = own[chapter.key]() if chapter.key in own else ""
    return draw_chapter(found, words)


def draw_chapter(found: DrawnChapter, words: str) -> str:
    """A chapter: its heading, what is said in words, as HTML, and its figures."""
    chapter = found.chapter
    cards = "".join(_card(drawn) for drawn in found.drawn if drawn.json)
    nothing = "".join(_nothing(drawn) for drawn in found.drawn if not drawn.json)
    return (
        f'<section id="{chapter.key}"><h2>{chapter.title}</h2><p>{chapter.words}</p>'
        f'{words}<div class="figures">{cards}</div>{nothing}</section>'
    )


def _card(drawn: Drawn) -> str:
    wide = ' class="wide"' if drawn.is_wide else ""
    return (
        f"<figure{wide}><figcaption><h3>{drawn.title}</h3><p>{drawn.how}</p></figcaption>"
        f'<div class="scroll"><div class="plot" id="{drawn.key}"></div></div></figure>'
    )


def _nothing(drawn: Drawn) -> str:
    return f'<p class="nothing"><b>{drawn.title}</b>: {as_text(drawn.nothing)}</p>'


def _guidance(guidance: Guidance) -> str:
    notes = "".join(f'<p class="quiet">{as_text(note)}</p>' for note in phrases.notes(guidance))
    code = guidance.as_code() if guidance.region else ""
    pasted = f"<h3>To paste into the objective</h3><pre>{escape(code)}</pre>" if code else ""
    return (
        f'<div class="guidance scroll">{html.html_table(guidance)}</div>'
        f"{_branches(guidance)}{notes}"
        f'<div class="columns"><div>{_best(guidance)}</div><div>{pasted}</div></div>'
    )


def _branches(guidance: Guidance) -> str:
    """A row for each choice that brings parameters with it."""
    if not guidance.branches:
        return ""
    heads = ("branch", "complete", "pruned", "failed", guidance.title, "its own parameters")
    rows = (
        (
            f"{b.param}: {b.choice}",
            str(b.n_complete),
            str(b.n_pruned),
            str(b.n_failed),
            phrases.branch_reached(b),
            ", ".join(b.params) or "–",
        )
        for b in guidance.branches
    )
    head = "".join(f"<th>{as_text(cell)}</th>" for cell in heads)
    body = "".join(f"<tr>{''.join(f'<td>{as_text(c)}</td>' for c in row)}</tr>" for row in rows)
    return (
        '<h3>Branch by branch</h3><div class="branches scroll"><table>'
        f"<thead><tr>{head}</tr></thead><tbody>{body}</tbody></table></div>"
    )


def _best(guidance: Guidance) -> str:
    """The top trials side by side, a row per parameter."""
    heads = "".join(f"<th>{trial.number}</th>" for trial in guidance.best)
    shown = guidance.params[:MAX_CELLS]
    chips = "".join(
        f"<td>{draw_chip(shown, trial.params, 'small')}</td>" for trial in guidance.best
    )
    values = "".join(f"<td><b>{trial.value:.6g}</b></td>" for trial in guidance.best)
    rows = "".join(
        f"<tr><td>{as_text(param.name)}</td>"
        + "".join(
            f"<td>{as_text(param.label(t.params[param.name])) if param.name in t.params else '–'}"
            "</td>"
            for t in guidance.best
        )
        + "</tr>"
        for param in guidance.params
    )
    target = f"<tr><td>{as_text(guidance.target)}</td>{values}</tr>"
    reached = f"{target if guidance.n_front is None else ''}{_others(guidance)}"
    if guidance.context is not None and guidance.context.within:
        where = "".join(f"<td>{as_text(trial.context)}</td>" for trial in guidance.best)
        reached += f"<tr><td>{as_text(', '.join(guidance.context.within))}</td>{where}</tr>"
    return (
        f'<h3>{phrases.on_top(guidance)}</h3><div class="best scroll"><table><thead>'
        f"<tr><th>trial</th>{heads}</tr></thead><tbody>"
        f"{reached}<tr><td></td>{chips}</tr>{rows}</tbody></table></div>"
    )


def _others(guidance: Guidance) -> str:
    """What the top trials reached by the study's own objectives, where another target is told."""
    names = [name for name in guidance.best[0].objectives if name != guidance.target]
    return "".join(
        f"<tr><td>{as_text(name)}</td>"
        + "".join(f"<td>{trial.objectives[name]:.6g}</td>" for trial in guidance.best)
        + "</tr>"
        for name in names
    )


def _checks(checks: Iterable[Diagnosis]) -> str:
    rows = "".join(
        f"<tr{' class=flagged' if c.is_flagged else ''}>"
        f"<td>{phrases.SIGNS[c.state]} {as_text(c.name)}</td><td>{as_text(c.sentence)}</td>"
        f"<td>{'–' if c.number is None else f'{c.number:.2g}'}</td>"
        f"<td>{c.counted}</td><td>{c.threshold:.2g}: {as_text(c.reason)}</td></tr>"
        for c in checks
    )
    return (
        '<h3>Checks of the search</h3><p class="quiet">▲ something to change, ✓ well, – could '
        'not be checked.</p><div class="checks scroll"><table><thead><tr><th>check</th>'
        "<th>what was found</th><th>measured</th><th>counted</th><th>threshold, and why</th></tr>"
        f"</thead><tbody>{rows}</tbody></table></div>"
    )


def footer() -> str:
    """What all of it is, and is not."""
    return (
        '<footer class="quiet">Observed on trials, inside the region that was '
        "sampled; not a proof of what is optimal. Made by optuna-guide.</footer>"
    )


def _paragraph(words: str) -> str:
    return f"<p>{as_text(words)}</p>"


def as_text(words: str) -> str:
    """Words that may hold anything, on one line of HTML; a number and its sign stay together."""
    return re.sub(r"(?<=\d) (?=%)", "&nbsp;", escape(wording.one_line(words)))
