"""The context of trials: what nobody would choose, such as the data set, the fold or the seed.

A context is a parameter or a user attribute. It is found by its name and its values, or a person
sets it. It is no parameter to the models, and where the target differs from one value of it to
the next, trials are compared within it: a good trial is one that is good on its own data set.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING, TypeAlias

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    import numpy.typing as npt
    from optuna.trial import FrozenTrial

    from optuna_guide.store.choices import ContextChoice

    Flags: TypeAlias = npt.NDArray[np.bool_]
    Texts: TypeAlias = npt.NDArray[np.object_]

_SURE = (
    "(?:data_?set|data_?source|corpus|fold|seed|random_?state|rng|machine|host|subject|patient"
    "|participant)(?:_?(?:name|id|idx|index|nr|no|number))?"
)
_LIKELY = (
    "(?:task|problem|benchmark|environment|env|game|domain|site|station|split|language|lang"
    "|language_?pair|gpu|device|node|worker|hardware|cluster|repetition|replicate)"
    "(?:_?(?:name|id|idx|index))?"
    "|data_?(?:name|id)|(?:gpu|device|node|hardware)_?(?:type|model)"
)
_BEFORE = (
    "(?:(?:train|training|test|eval|val|cv|outer|inner|random|rng|np|numpy|torch|global|split|data"
    "|model)_?)?"
)
_NAMES = {
    kind: re.compile(f"{_BEFORE}(?:{words})")
    for kind, words in (("sure", _SURE), ("likely", _LIKELY))
}
_MIN_KNOWN = 0.9  # share of the trials that tell it
_MIN_EVEN = 0.8  # entropy of the counts, 1 = all values alike often


@dataclass(frozen=True, eq=False)
class Contexts:
    """The contexts of some trials.

    Attributes:
        texts: Name to ``(n_trials,)`` values as text; empty = unknown.
        choice: What a person said; None where they were found.
    """

    texts: Mapping[str, Texts] = field(default_factory=dict)
    choice: ContextChoice | None = None

    @property
    def names(self) -> tuple[str, ...]:
        """Their names."""
        return tuple(self.texts)

    @cached_property
    def codes(self) -> dict[str, tuple[tuple[str, ...], npt.NDArray[np.int64]]]:
        """Name to its texts, sorted, and ``(n_trials,)`` which one each trial has; -1 = none."""
        found = {}
        for name, texts in self.texts.items():
            labels = sorted(set(texts.tolist()) - {""})
            place = {text: k for k, text in enumerate(labels)}
            codes = [place.get(text, -1) for text in texts.tolist()]
            found[name] = tuple(labels), np.array(codes, dtype=np.int64)
        return found

    def take(self, rows: npt.NDArray[np.int64] | Flags) -> Contexts:
        """Those of the given trials."""
        return Contexts({name: texts[rows] for name, texts in self.texts.items()}, self.choice)


def could_be_context(name: str) -> bool:
    """Whether the name of a parameter or user attribute is one that contexts have."""
    return _kind_of(name) is not None


def find_contexts(texts: Mapping[str, Texts], choice: ContextChoice | None) -> Contexts:
    """Those of some columns that are contexts: what a person said, or else what looks like one.

    Args:
        texts: Name to ``(n_trials,)`` values as text; empty = unknown.
        choice: What a person said.
    """
    if choice is not None:
        return Contexts({name: texts[name] for name in choice.names if name in texts}, choice)
    return Contexts({name: column for name, column in texts.items() if _is_context(name, column)})


def read_contexts(
    trials: Sequence[FrozenTrial],
    known: npt.NDArray[np.bool_],
    space: Iterable[str],
    choice: ContextChoice | None,
) -> Contexts:
    """The contexts of trials; those that are ``known`` tell what is one."""
    named = {*space, *(name for trial in trials for name in trial.user_attrs)}
    wanted = could_be_context if choice is None else choice.names.__contains__
    texts = {
        name: np.array(
            [as_text(t.params.get(name, t.user_attrs.get(name))) for t in trials], dtype=object
        )
        for name in sorted(named)
        if wanted(name)
    }
    found = find_contexts({name: column[known] for name, column in texts.items()}, choice)
    return Contexts({name: texts[name] for name in found.names}, choice)


def as_text(value: object) -> str:
    """A value of a context as text; empty where it is none."""
    if isinstance(value, float):
        return f"{value:.15g}" if value == value else ""
    return "" if value is None else str(value)


def _kind_of(name: str) -> str | None:
    """Whether a name is surely, or likely, that of a context; `data.name` is read as one."""
    plain = re.sub(r"(?<=[a-z])(?=[A-Z])", "_", name).lower()
    parts = [part for part in re.split(r"[^a-z0-9_]+", plain) if part]
    for words in ("_".join(parts[-1:]), "_".join(parts[-2:])):
        for kind, pattern in _NAMES.items():
            if pattern.fullmatch(words):
                return kind
    return None


def _is_context(name: str, texts: Texts) -> bool:
    """Whether name and values are those of a context.

    A surely named one has texts or whole numbers. What is likely one by its name has texts, or
    numbers that come about alike often, as no sampler settled on some of them.
    """
    kind, known = _kind_of(name), texts[texts != ""]
    if kind is None or len(known) < _MIN_KNOWN * len(texts):
        return False
    values, counts = np.unique(known, return_counts=True)
    numbers = [_number(value) for value in values]
    if len(values) < 2 or any(n is not None and n != round(n) for n in numbers):
        return False
    is_text = any(n is None for n in numbers)
    return kind == "sure" or (2 * len(values) <= len(known) and (is_text or _is_even(counts)))


def _number(text: str) -> float | None:
    try:
        return float(text)
    except ValueError:
        return None


def _is_even(counts: npt.NDArray[np.int64]) -> bool:
    shares = counts / counts.sum()
    return bool(-(shares * np.log(shares)).sum() >= _MIN_EVEN * np.log(len(counts)))
