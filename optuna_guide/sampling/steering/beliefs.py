"""A person's beliefs about a study: stated, taken back, and kept with it for all its workers."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from optuna.trial import TrialState

from optuna_guide.domain.beliefs import Near, parse_beliefs, value_of
from optuna_guide.domain.parsing import as_names
from optuna_guide.sampling.steering.control import seen_space
from optuna_guide.store.attributes import StoreError, read_attributes, read_softly
from optuna_guide.store.beliefs import (
    BeliefEntry,
    Held,
    held_beliefs,
    read_belief_entries,
    save_belief,
)
from optuna_guide.store.keys import BELIEFS
from optuna_guide.store.once import warn_once

if TYPE_CHECKING:
    from collections.abc import Callable, Collection

    import numpy as np
    from optuna import Study
    from optuna.distributions import BaseDistribution
    from optuna.trial import FrozenTrial

    from optuna_guide.domain.beliefs import Belief


def apply_belief(
    study: Study,
    prior: Mapping[str, Any],
    *,
    author: str | None = None,
    comment: str | None = None,
    space: Mapping[str, BaseDistribution] | None = None,
) -> BeliefEntry:
    """Tell the samplers of a running study where the best values are believed to be.

    It counts beside what was believed before, for `LiteGPSampler` and `GuidedSampler` in every
    worker from the next trial on, the less the more trials complete, and until the trials refute
    it. Unlike a region it forbids nothing.

    Args:
        study: The study.
        prior: Parameter to `near`, to a range ``(low, high)``, or to a set of choices.
        author: Who believes it, for the history.
        comment: Why, for the history.
        space: Declared distributions; those that the study's trials have seen by default.

    Raises:
        ValueError: If a parameter or a choice does not exist, or a value or a range is outside the
            declared one.
        StoreError: If the storage cannot be written.
    """
    beliefs = parse_beliefs(prior, seen_space(study) if space is None else space)
    n_known = len(study.get_trials(deepcopy=False, states=(TrialState.COMPLETE,)))
    entry = BeliefEntry(beliefs, {}, author=author, comment=comment, n_known=n_known)
    return save_belief(study, entry)


def clear_beliefs(
    study: Study,
    names: str | Collection[str] = (),
    *,
    author: str | None = None,
    comment: str | None = None,
) -> BeliefEntry:
    """Take beliefs back: those about the named parameters, or all.

    Raises:
        ValueError: If nothing is believed about a named parameter.
        StoreError: If the storage cannot be read or written.
    """
    names = as_names(names)
    held = held_beliefs(read_belief_entries(read_attributes(study, BELIEFS)))
    believed = {h.name: h.version for h in held}
    unknown = sorted(set(names) - believed.keys())
    if unknown:
        listed = ", ".join(sorted(believed)) or "nothing"
        raise ValueError(
            f"Nothing is believed about {unknown}; there are beliefs about: {listed}."
        )
    ended = {n: v for n, v in believed.items() if not names or n in names}
    return save_belief(study, BeliefEntry({}, ended, author=author, comment=comment))


def read_beliefs(study: Study) -> tuple[Held, ...]:
    """What is believed of a study and was neither refuted nor taken back, oldest first."""
    return held_beliefs(read_belief_entries(read_softly(study, BELIEFS)))


def belief_history(study: Study) -> tuple[BeliefEntry, ...]:
    """What was believed, taken back and refuted, oldest first; at most the last 64 entries."""
    return read_belief_entries(read_softly(study, BELIEFS))


class StatedPrior:
    """The ``prior`` of a sampler, which states it to each study that it comes to.

    Args:
        wanted: As of `apply_belief`.

    Raises:
        TypeError: If it is no mapping.
    """

    def __init__(self, wanted: Mapping[str, Any] | None) -> None:
        if wanted is not None and not isinstance(wanted, Mapping):
            raise TypeError(
                f"prior maps parameters to beliefs, such as {{'lr': near(3e-3)}}, not {wanted!r}."
            )
        self.wanted = dict(wanted or {})
        for name, value in self.wanted.items():
            if isinstance(value, Near) and value.value is None:
                raise ValueError(f"The belief about {name!r} is near nothing: give a value.")

    def state(
        self,
        study: Study,
        attributes: Mapping[str, Any],
        space: Mapping[str, BaseDistribution],
        n_known: int,
    ) -> tuple[Held, ...]:
        """What is believed of the study, with what this prior says of these parameters.

        A belief that was stated before, by another worker or another run, is not stated again.

        Args:
            study: The study.
            attributes: Its system attributes.
            space: Distributions of parameters that are known by now.
            n_known: Complete trials.
        """
        for name in self.wanted.keys() - space.keys():
            warn_once(
                ("prior", name),
                f"The prior speaks of {name!r}, which no trial has suggested so far: that part "
                "waits until one does.",
            )
        entries = read_belief_entries(attributes)
        said = [(n, b) for e in entries if e.source == "sampler" for n, b in e.beliefs.items()]
        new = {n: b for n, b in self.of(space).items() if (n, b) not in said}
        if new:
            entry = BeliefEntry(new, {}, source="sampler", n_known=n_known)
            try:
                entries = (*entries, save_belief(study, entry))
            except StoreError as error:
                warn_once(("prior", study.study_name), f"{error} The prior is left out.")
        return held_beliefs(entries)

    def first_value(
        self,
        trial: FrozenTrial,
        name: str,
        distribution: BaseDistribution,
        rng: Callable[[], np.random.Generator],
    ) -> Any:
        """A value of a parameter that no trial had before; None where nothing is said of it.

        The first trial has the one that is believed in most, others are drawn by the belief.
        """
        belief = self.of({name: distribution}).get(name)
        if belief is None:
            return None
        share = None if trial.number == 0 else float(rng().random())
        return value_of(belief, distribution, share)

    def of(self, space: Mapping[str, BaseDistribution]) -> dict[str, Belief]:
        """Beliefs about the parameters of a space; one that fits none of its values is said."""
        found: dict[str, Belief] = {}
        for name in self.wanted.keys() & space.keys():
            try:
                found |= parse_beliefs({name: self.wanted[name]}, space)
            except ValueError as error:
                warn_once(("prior", name), f"The belief about {name!r} is left out. {error}")
        return {name: found[name] for name in self.wanted if name in found}
