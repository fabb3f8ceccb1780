"""Ranges and choices as they are typed."""

from __future__ import annotations

from typing import Any

import pytest
from optuna.distributions import FloatDistribution

from optuna_guide.domain.assignments import parse_assignments
from optuna_guide.domain.space import with_choices

SPACE = {
    "metric": with_choices(["l1,l2", "l1", "auc", "rmse=2", "(64, 32)", (64, 32)]),
    "k": with_choices(["1", 1, 2.5, None]),
    "a": FloatDistribution(0.0, 1.0),
    "a=b": FloatDistribution(0.0, 1.0),
}


@pytest.mark.parametrize(
    ("typed", "wanted"),
    [
        ("metric=l1,l2", {"metric": ["l1,l2"]}),
        ("metric=l1,auc", {"metric": ["l1", "auc"]}),
        ("metric=auc, l1,l2", {"metric": ["auc", "l1,l2"]}),
        ("metric=rmse=2", {"metric": ["rmse=2"]}),
        ("metric='(64, 32)',auc", {"metric": ["(64, 32)", "auc"]}),
        ("metric=(64, 32)", {"metric": [(64, 32)]}),
        ("k=1", {"k": [1]}),
        ("k='1',None,2.5", {"k": ["1", None, 2.5]}),
        ("a=0.5:", {"a": [(0.5, None)]}),
        ("a=b=:0.5", {"a=b": [(None, 0.5)]}),
    ],
)
def test_every_choice_and_every_name_can_be_typed(typed: str, wanted: dict[str, Any]) -> None:
    found = parse_assignments([typed], SPACE)
    assert found == wanted
    assert [type(v) for v in found[next(iter(found))]] == [
        type(v) for v in next(iter(wanted.values()))
    ]


def test_what_is_no_choice_is_answered_with_those_that_are() -> None:
    with pytest.raises(ValueError, match=r"'l3' is no choice of 'metric'; it has l1,l2, l1, auc"):
        parse_assignments(["metric=l1,l3"], SPACE)
    with pytest.raises(ValueError, match="There is no parameter 'b'; the study has seen: a, a=b"):
        parse_assignments(["b=1"], SPACE)
    with pytest.raises(ValueError, match="write name=low:high or name=choice"):
        parse_assignments(["a="], SPACE)
