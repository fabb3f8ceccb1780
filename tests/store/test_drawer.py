"""The drawer of a study."""

from __future__ import annotations

import optuna
import pytest

from optuna_guide.store.attributes import read_attributes, write_attribute
from optuna_guide.store.drawer import MAX_KEPT, read_drawer, save_drawer
from optuna_guide.store.keys import KEPT


def test_the_drawer_keeps_the_order_and_each_trial_once() -> None:
    study = optuna.create_study()
    assert read_drawer(read_attributes(study)) == ()
    save_drawer(study, [7, 2, 7, 5])
    assert read_drawer(read_attributes(study)) == (7, 2, 5)
    save_drawer(study, [])
    assert read_drawer(read_attributes(study)) == ()


def test_a_full_drawer_says_how_much_it_holds() -> None:
    with pytest.raises(ValueError, match="at most 100 trials, not 101"):
        save_drawer(optuna.create_study(), range(MAX_KEPT + 1))


@pytest.mark.parametrize("text", ["", "[1]", '{"schema":1,"numbers":["x",null,3.5]}', "{"])
def test_what_somebody_else_left_there_is_passed_over(text: str) -> None:
    study = optuna.create_study()
    write_attribute(study, KEPT, text)
    assert read_drawer(read_attributes(study)) == ()
