"""What figures are made of: a guidance, and what it was learnt from, read when it is asked for."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import cached_property, partial
from typing import TYPE_CHECKING, cast

from optuna_guide.analysis.diagnostics import check_search, flagged
from optuna_guide.analysis.evidence import judge_narrowing
from optuna_guide.analysis.record import read_record
from optuna_guide.analysis.selection import read_shown
from optuna_guide.figures.drawing.look import describe
from optuna_guide.guidance import Guidance, NotReady
from optuna_guide.store.history import read_history
from optuna_guide.study.exploration import align, explore, explore_table
from optuna_guide.study.predictions import read_predictions
from optuna_guide.study.snapshot import read_snapshot
from optuna_guide.study.table import read_trials
from optuna_guide.study.targets import read_goal
from optuna_guide.words.verdict import gather

if TYPE_CHECKING:
    from collections.abc import Sequence

    from optuna import Study

    from optuna_guide.across.comparison import Comparison
    from optuna_guide.analysis.evidence import NarrowingEvidence
    from optuna_guide.analysis.record import Record
    from optuna_guide.analysis.selection import ShownTrials
    from optuna_guide.figures.drawing.look import About
    from optuna_guide.models.fitting import Models
    from optuna_guide.store.history import VersionSummary
    from optuna_guide.study.exploration import Exploration
    from optuna_guide.study.predictions import Predictions
    from optuna_guide.study.snapshot import Snapshot
    from optuna_guide.study.table import TrialsTable
    from optuna_guide.study.targets import Target
    from optuna_guide.words.verdict import Verdict


@dataclass(frozen=True, eq=False)
class Sources:
    """A guidance and the study that it is about; each part is read once, when it is asked for.

    Attributes:
        guidance: The guidance, or why there is none.
        read_table: Reads the trials; None where the guidance is all that there is.
        read_exploration: Reads how the trials came to be; from the trials alone by default.
        read_evidence: Compares the trials before and under the narrowing.
        read_history: Reads past versions of the guidance, oldest first.
        read_predictions: Reads what rows of a table predict.
        read_record: Reads the best so far; None where that is not known.
        read_models: Reads the models behind the guidance; fits them again to `table` by default.
        read_comparison: Compares the studies; None where there is one only.
        beside: Names and sources of further studies, which have the same guidance.
    """

    guidance: Guidance | NotReady
    read_table: Callable[[], TrialsTable] | None = None
    read_exploration: Callable[[], Exploration] | None = None
    read_evidence: Callable[[], NarrowingEvidence | None] = lambda: None
    read_history: Callable[[], Sequence[VersionSummary]] | None = None
    read_predictions: Callable[[TrialsTable], Predictions | None] = lambda _: None
    read_record: Callable[[], Record | None] = lambda: None
    read_models: Callable[[], Models | NotReady] | None = None
    read_comparison: Callable[[], Comparison] | None = None
    beside: tuple[tuple[str, Sources], ...] = ()

    @property
    def found(self) -> Guidance:
        """The guidance.

        Raises:
            ValueError: If there is none.
        """
        if isinstance(self.guidance, NotReady):
            raise ValueError(str(self.guidance))
        return self.guidance

    @cached_property
    def about(self) -> About:
        """What the figures say above their drawings."""
        return describe(self.found)

    @cached_property
    def table(self) -> TrialsTable:
        """The usable trials.

        Raises:
            TypeError: If there is nothing but a guidance.
        """
        if self.read_table is None:
            raise TypeError(
                "This figure draws trials, which a guidance does not hold: pass the study instead."
            )
        return self.read_table()

    @property
    def has_trials(self) -> bool:
        """Whether there are trials, and not only a guidance."""
        return self.read_table is not None

    @cached_property
    def shown(self) -> ShownTrials:
        """The trials that have the target of the guidance.

        Raises:
            TypeError: If there is nothing but a guidance.
            ValueError: If the trials do not know the target: they are of another study.
        """
        return read_shown(self.found, self.table)

    @cached_property
    def goal(self) -> Target:
        """The target, read from `table`; errors are those of `shown`."""
        return read_goal(self.found, self.table)

    @cached_property
    def exploration(self) -> Exploration:
        """How the trials came to be, those included that are of no use to the models.

        Raises:
            TypeError: If there is nothing but a guidance.
        """
        return self.read_exploration() if self.read_exploration else explore_table(self.table)

    @cached_property
    def explored_goal(self) -> Target:
        """The target of every trial of `exploration`, NaN = none; errors are those of `shown`."""
        found = self.exploration
        return align(read_goal(self.found, found.trials), len(found))

    @cached_property
    def evidence(self) -> NarrowingEvidence | None:
        """Trials before and under the narrowing, compared; None where that is not known."""
        return self.read_evidence()

    @cached_property
    def history(self) -> tuple[VersionSummary, ...]:
        """Past versions of the guidance, oldest first.

        Raises:
            TypeError: If there is nothing but a guidance.
        """
        if self.read_history is None:
            raise TypeError(
                "This figure draws past versions, which a guidance does not hold: pass the study "
                "instead."
            )
        return tuple(self.read_history())

    @cached_property
    def predictions(self) -> Predictions | None:
        """What rows of the table predict; None where it was not logged."""
        return self.read_predictions(self.table)

    @cached_property
    def models(self) -> Models | NotReady:
        """The models behind the guidance, or why there are none; errors are those of `shown`."""
        from optuna_guide.models.pipeline import fit_again

        return self.read_models() if self.read_models else fit_again(self.found, self.table)

    @cached_property
    def comparison(self) -> Comparison | None:
        """What several studies say of the same parameters; None where there is one only."""
        return self.read_comparison() if self.read_comparison else None

    @cached_property
    def verdict(self) -> Verdict:
        """What a person wants to know first."""
        if not self.has_trials:
            return gather(self.guidance)
        checks = check_search(self.exploration, self.guidance)
        return gather(self.guidance, self.read_record(), flagged(checks))

    @property
    def side_by_side(self) -> dict[str, Sources]:
        """Name to the sources of this study and of the further ones; repeated names get a number.

        Studies of different storages may be called the same.
        """
        members = [(self.found.study_name, self), *self.beside]
        names = [name for name, _ in members]
        numbered = [
            f"{name} ({names[: i + 1].count(name)})" if names.count(name) > 1 else name
            for i, name in enumerate(names)
        ]
        return {name: one for name, (_, one) in zip(numbered, members, strict=True)}


def find_sources(source: Study | Guidance | NotReady | Sequence[Study]) -> Sources:
    """What the figures of a study draw, its guidance brought up to date first.

    Args:
        source: A study; a guidance, which has no trials; or several studies, the first of which
            says the target.

    Raises:
        ValueError: If there is no study.
    """
    if isinstance(source, Guidance | NotReady):
        return Sources(source)
    from optuna_guide.keeping.comparing import compare_studies
    from optuna_guide.keeping.refit import read_fresh

    first, *others = list_studies(source)
    found = read_sources(*read_fresh(first))
    beside = [(one.study_name, read_sources(read_snapshot(one), found.guidance)) for one in others]
    return replace(
        found, beside=tuple(beside), read_comparison=partial(compare_studies, [first, *others])
    )


def read_sources(snapshot: Snapshot, guidance: Guidance | NotReady) -> Sources:
    """What figures draw of a study that was read, with a guidance that is at hand."""

    def predict(table: TrialsTable) -> Predictions | None:
        return read_predictions([snapshot.by_number[n] for n in table.numbers.tolist()])

    def fit() -> Models | NotReady:
        from optuna_guide.models.pipeline import fit_again

        found = sources.found
        return fit_again(found, read_trials(snapshot.as_of(found.n_finished)))

    sources = Sources(
        guidance,
        read_table=lambda: read_trials(snapshot),
        read_exploration=lambda: explore(snapshot),
        read_evidence=lambda: judge_narrowing(snapshot),
        read_history=lambda: read_history(snapshot.attributes),
        read_predictions=predict,
        read_record=lambda: read_record(snapshot, sources.table, guidance),
        read_models=fit,
    )
    return sources


def list_studies(source: Study | Sequence[Study]) -> list[Study]:
    """The studies of a sequence, or the one that was given.

    Raises:
        ValueError: If there is none.
    """
    studies = list(source) if isinstance(source, list | tuple) else [cast("Study", source)]
    if not studies:
        raise ValueError("There is no study to draw: pass at least one.")
    return studies
