"""Parameters that changed while a trial ran, as the values by step that it kept tell."""

from __future__ import annotations

import re
from collections import Counter
from typing import TYPE_CHECKING

import numpy as np

from optuna_guide.domain.wording import cut, one_line

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from optuna.trial import FrozenTrial

N_LOOKED_AT = 100  # newest trials
_WIDTH = 40  # columns of a name
_SAME = 1e-6  # relative


def note_changed_within(trials: Sequence[FrozenTrial]) -> tuple[str, ...]:
    """A sentence for each number that a schedule, or population based training, changed.

    It is told by a user attribute with a list of numbers that is called like the parameter, such
    as ``lr`` or ``lr/history``, and holds the suggested value and others.
    """
    looked_at = trials[-N_LOOKED_AT:]
    counts = Counter(found for trial in looked_at for found in _find_changed(trial))
    return tuple(
        f"{_short(param)} changed within {n} of {len(looked_at)} trials (user attribute "
        f"{_short(attribute)}): what is said of it is said of the value that was suggested; its "
        "values by step are among the learning curves."
        for (param, attribute), n in sorted(counts.items())
    )


def _find_changed(trial: FrozenTrial) -> Iterator[tuple[str, str]]:
    for attribute, series in trial.user_attrs.items():
        if not isinstance(series, list) or not all(type(v) in (int, float) for v in series):
            continue
        for param, value in trial.params.items():
            if type(value) in (int, float) and is_about(attribute, param):
                is_suggested = np.isclose(series, value, rtol=_SAME, atol=0)
                if is_suggested.any() and not is_suggested.all():
                    yield param, attribute


def is_about(attribute: str, param: str) -> bool:
    """Whether an attribute has the name of the parameter in its own, as whole words."""
    name = rf"(?<![^\W_]){re.escape(param)}(?![^\W_])"
    return bool(param) and re.search(name, attribute, re.IGNORECASE) is not None


def _short(name: str) -> str:
    return cut(one_line(name), _WIDTH)
