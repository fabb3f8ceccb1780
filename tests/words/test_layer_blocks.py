from __future__ import annotations

from itertools import chain

from hypothesis import given
from hypothesis import strategies as st

from optuna_guide.words.layers import Layer, ParamKind, Stack, find_stacks, letters

KINDS: st.SearchStrategy[ParamKind] = st.sampled_from(("categorical", "int", "float"))
NAMES = st.text(max_size=4) | st.from_regex(r"[ab][0-9]{1,2}(_drop|c)?", fullmatch=True)


def names_of(stack: Stack) -> list[str]:
    return [name for layer in stack.layers for name in layer.names]


@given(st.dictionaries(NAMES, KINDS, max_size=12))
def test_blocks_hold_every_name_once(kinds: dict[str, ParamKind]) -> None:
    blocks = [[item] if isinstance(item, str) else names_of(item) for item in find_stacks(kinds)]
    assert sorted(chain(*blocks)) == sorted(kinds)


def test_repeated_parameters_are_layers_in_the_order_of_their_indices() -> None:
    kinds: dict[str, ParamKind] = {
        "lr": "float", "layer10_units": "int", "layer10_type": "categorical", "k1": "int",
        "layer2_dropout": "float", "layer2_units": "int", "layer2_act": "categorical",
    }  # fmt: skip
    assert find_stacks(kinds) == [
        "lr",
        Stack(
            "layer",
            (
                Layer(2, "", "layer2_units", "layer2_dropout", ("layer2_act",)),
                Layer(10, "layer10_type", "layer10_units", "", ()),
            ),
        ),
        "k1",
    ]


def test_choices_have_letters_of_their_own() -> None:
    assert letters(["conv", "dense", "concat", "-"]) == ["C", "D", "O", "?"]
