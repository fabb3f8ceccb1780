"""Questions about a study, each answered in one sentence.

The first eight are the interview questions of *Guided hyperparameter tuning through visualization
and inference* (appendix B).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from optuna.distributions import CategoricalDistribution

from optuna_guide.domain import wording
from optuna_guide.domain.ranges import Choices, Intervals
from optuna_guide.words import phrases

if TYPE_CHECKING:
    from collections.abc import Sequence

    from optuna_guide.guidance import BestTrial, Guidance, ParamGuidance

_MAX_NAMED = 5
_MAX_VALUES = 3
_MIN_COMMON = 0.7
_INTERTWINED = 0.1  # of the variance, beyond what each explains alone


@dataclass(frozen=True)
class Answer:
    """A question and the sentence that answers it."""

    question: str
    sentence: str


def answer_questions(guidance: Guidance) -> tuple[Answer, ...]:
    """Answers from a guidance; while its gate is closed they say that it is too early."""
    return (
        Answer("Which parameters were tuned?", _tuned(guidance)),
        Answer("By what were trials judged?", _judged(guidance)),
        Answer("Which setting is promising?", _promising(guidance)),
        Answer("Which three trials were observed on top?", _top_three(guidance)),
        Answer("What matters most?", _most(guidance)),
        Answer("What do the top trials have in common?", _common(guidance)),
        Answer("Are parameters independent or intertwined?", _intertwined(guidance)),
        Answer("What should be tried next?", _next(guidance)),
    )


def _tuned(guidance: Guidance) -> str:
    n = len(guidance.params) + len(guidance.left_out)
    said = f"{n} parameter{'s' * (n != 1)}: {_list([p.name for p in guidance.params])}"
    if guidance.left_out:
        said += f"; nothing can be learnt yet of {_list([p.name for p in guidance.left_out])}"
    return f"{said}."


def _judged(guidance: Guidance) -> str:
    return f"{guidance.title} ({phrases.better(guidance)}), over {phrases.learnt_from(guidance)}."


def _promising(guidance: Guidance) -> str:
    found = [p for p in guidance.params if p.promising is not None]
    if not guidance.trust.is_open:
        return _too_early(guidance)
    if not found:
        return "No range is narrower than what was searched."
    return _list([f"{p.name} {phrases.promising(p)}" for p in found], "; ") + "."


def _top_three(guidance: Guidance) -> str:
    if not guidance.best:
        return "There is none."
    front = "" if guidance.n_front is None else f"{phrases.on_top(guidance)}, such as "
    if guidance.best[0].context:
        front = f"The best of {len(guidance.best)} contexts, such as "
    return front + "; ".join(_describe(guidance, trial) for trial in guidance.best[:3]) + "."


def _describe(guidance: Guidance, trial: BestTrial) -> str:
    shown = [p for p in guidance.params if p.name in trial.params][:_MAX_VALUES]
    values = ", ".join(f"{p.name} {p.label(trial.params[p.name])}" for p in shown)
    return f"{trial.number} ({phrases.reached(guidance, trial)}: {values})"


def _most(guidance: Guidance) -> str:
    if not guidance.trust.is_open:
        return _too_early(guidance)
    top = phrases.with_equals(guidance.params, 3, _MAX_NAMED)
    shares = [f"{p.name} ({wording.percent(p.importance)})" for p in top]
    explained = wording.percent(max(1 - guidance.unexplained, 0.0))
    said = f"{', '.join(shares)} of the {explained} of the variance that is explained"
    mixed = phrases.mixed_up(top, {p.name: p.name for p in top})
    return f"{said}; {mixed}." if mixed else f"{said}."


def _common(guidance: Guidance) -> str:
    n, n_tied = len(guidance.best), max(guidance.n_best, guidance.n_front or 0)
    if n_tied > n:
        return f"{n_tied} are as good as the {n} shown, or better: what these share says little."
    found = [words for p in guidance.params if (words := _shared(p, guidance.best))]
    if not found:
        return "Nothing that most of them share."
    top = f"best of {n} contexts" if guidance.best[0].context else f"{n} observed on top"
    return f"The {top}: {_list(found, '; ')}."


def _shared(param: ParamGuidance, top: Sequence[BestTrial]) -> str:
    """The value that most of the top trials have, or the narrow range that holds them."""
    values = np.array([t.params[param.name] for t in top if param.name in t.params])
    if len(values) < 3:
        return ""
    if isinstance(param.distribution, CategoricalDistribution):
        kinds, counts = np.unique(values, return_counts=True)
        if counts.max() < _MIN_COMMON * len(values) or len(param.distribution.choices) < 2:
            return ""
        chosen = param.describe(Choices((int(kinds[np.argmax(counts)]),)))
        count = "" if len(kinds) == 1 else f" in {counts.max()} of {len(values)}"
        return f"{param.name} {chosen}{count}"
    return _shared_range(param, values)


def _shared_range(
    param: ParamGuidance, values: np.ndarray[tuple[int], np.dtype[np.float64]]
) -> str:
    from optuna_guide.domain import space

    unit = space.to_unit(param.distribution, values)
    if np.ptp(unit) > 1 - _MIN_COMMON or space.n_levels(param.distribution) == 1:
        return ""
    ends = Intervals(((float(values.min()), float(values.max())),))
    return f"{param.name} {param.describe(ends)}"


def _intertwined(guidance: Guidance) -> str:
    if not guidance.trust.is_open:
        return _too_early(guidance)
    clear = [pair for pair in guidance.pairs if pair.is_clear]
    if not clear:
        return "Independent, as far as the trials tell: no pair clearly does more than its parts."
    total = sum(pair.share for pair in clear)
    how = "Intertwined" if total >= _INTERTWINED else "Mostly independent"
    many = "one pair clearly makes" if len(clear) == 1 else f"{len(clear)} pairs clearly make"
    most = "" if len(clear) == 1 else ", most of all"
    largest = wording.percent(guidance.of_explained(clear[0].share))
    share = "" if len(clear) == 1 else f" ({largest})"
    together = wording.percent(guidance.of_explained(total))
    return (
        f"{how}: {many} {together} of what is explained, beyond each alone{most}: "
        f"{clear[0].names[0]} with {clear[0].names[1]}{share}."
    )


def _next(guidance: Guidance) -> str:
    if not guidance.trust.is_open:
        return _too_early(guidance)
    advice = [
        f"{p.name}: {words}"
        for p in guidance.params
        if (words := phrases.short_advice(guidance, p))
    ]
    return (_list(advice, "; ") + ".") if advice else "No advice stands out."


def _too_early(guidance: Guidance) -> str:
    missing = guidance.trust.n_missing
    more = f": about {missing} more complete trials are needed" if missing else ""
    return f"It is too early to tell{more}."


def _list(words: Sequence[str], between: str = ", ") -> str:
    if len(words) <= _MAX_NAMED + 1:
        return between.join(words)
    return f"{between.join(words[:_MAX_NAMED])}{between}{len(words) - _MAX_NAMED} more"
