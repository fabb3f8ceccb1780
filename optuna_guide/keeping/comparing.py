"""Compare studies, the guidance of each brought up to date first."""

from __future__ import annotations

from typing import TYPE_CHECKING

from optuna_guide.across.comparison import compare
from optuna_guide.across.leaving_out import find_unneeded
from optuna_guide.across.transfer import measure_transfer
from optuna_guide.keeping.refit import read_fresh

if TYPE_CHECKING:
    from collections.abc import Sequence

    from optuna import Study

    from optuna_guide.across.comparison import Comparison


def compare_studies(studies: Sequence[Study]) -> Comparison:
    """What several studies say of the same parameters, and what a model of one is worth in others.

    Args:
        studies: At least two, of any storages; they may differ in their spaces and metrics.

    Raises:
        ValueError: If there are fewer than two, or two have one name.
    """
    names = [study.study_name for study in studies]
    if len(names) < 2:
        raise ValueError(f"There is nothing to compare {names} with: pass two studies or more.")
    repeated = sorted({name for name in names if names.count(name) > 1})
    if repeated:
        raise ValueError(f"Studies are told apart by their names; twice there is {repeated[0]!r}.")
    members = [read_fresh(study) for study in studies]
    transfers = measure_transfer([snapshot for snapshot, _ in members])
    known = {snapshot.study_name: guidance for snapshot, guidance in members}
    return compare(known, transfers, find_unneeded(members))
