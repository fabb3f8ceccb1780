"""Configurations as small pictures."""

from __future__ import annotations

from dataclasses import replace
from xml.etree import ElementTree

import pytest
from guidances import GUIDANCE, make_guidance, ugly_guidance
from optuna.distributions import (
    BaseDistribution,
    CategoricalDistribution,
    FloatDistribution,
    IntDistribution,
)

from optuna_guide.guidance import Guidance
from optuna_guide.words.chips import MAX_CELLS, PROMISING, Size, draw_chip

SVG = "{http://www.w3.org/2000/svg}"
each_size = pytest.mark.parametrize("size", ["small", "medium", "large"])
LAYERS = {
    "lr": FloatDistribution(1e-4, 1.0, log=True),
    "layer10_units": IntDistribution(4, 64),
    "solver": CategoricalDistribution(("adam", "sgd")),
    "layer2_units": IntDistribution(4, 64),
}


def parse(guidance: Guidance, size: Size = "medium") -> ElementTree.Element:
    return ElementTree.fromstring(draw_chip(guidance.params, guidance.best[0].params, size))


def titles(chip: ElementTree.Element) -> list[str]:
    return [found.text or "" for found in chip.iter(f"{SVG}title")]


@each_size
@pytest.mark.parametrize("key", GUIDANCE)
def test_any_configuration_is_valid_svg(key: str, size: Size) -> None:
    chip = parse(GUIDANCE[key](), size)
    assert chip.tag == f"{SVG}svg"
    assert float(chip.attrib["width"]) > 0


def test_sizes_grow() -> None:
    widths, heights = (
        [int(parse(make_guidance(), size).attrib[side]) for size in ("small", "medium", "large")]
        for side in ("width", "height")
    )
    assert widths == sorted(set(widths))
    assert heights == sorted(set(heights))


def test_every_cell_says_its_parameter_and_value() -> None:
    guidance = make_guidance(LAYERS)
    values = {"lr": 0.01, "solver": 1.0, "layer2_units": 16.0}
    chip = ElementTree.fromstring(draw_chip(guidance.params, values))
    assert titles(chip) == [
        "lr: 0.01",
        "layer2_units: 16",
        "layer10_units: inactive",
        "solver: sgd",
    ]


def test_a_value_in_the_promising_range_is_underlined() -> None:
    guidance = make_guidance(LAYERS)
    param = guidance["lr"]
    low, high = param.promising.intervals[0]  # type: ignore[union-attr]
    inside, outside = (draw_chip([param], {"lr": v}) for v in ((low * high) ** 0.5, 1e-4))
    assert (inside.count(PROMISING), outside.count(PROMISING)) == (1, 0)


def test_a_large_chip_names_a_sequence_once() -> None:
    chip = parse(make_guidance(LAYERS), "large")
    words = [found.text for found in chip.iter(f"{SVG}text")]
    assert words.count("layer2…10") == 1


def test_two_networks_are_told_apart_by_the_layers() -> None:
    space: dict[str, BaseDistribution] = {
        f"layer{k}_{part}": d
        for k in range(2)
        for part, d in {
            "type": CategoricalDistribution(("conv", "dense", "concat")),
            "units": IntDistribution(8, 512, log=True),
            "dropout": FloatDistribution(0.0, 0.5),
        }.items()
    }
    params = make_guidance(space).params
    first, second = (
        draw_chip(params, {"layer0_type": code, "layer0_units": 64.0, "layer0_dropout": drop})
        for code, drop in ((0.0, 0.0), (2.0, 0.3))
    )
    assert ">C<" in first
    assert ">O<" in second  # of "concat", as C is taken
    assert (first.count('"1 2"'), second.count('"1 2"')) == (0, 1)
    assert "layer0_type: conv; layer0_units: 64; layer0_dropout: 0" in first
    assert "layer1_type: inactive; layer1_units: inactive; layer1_dropout: inactive" in first


@each_size
def test_names_are_text(size: Size) -> None:
    guidance = ugly_guidance()
    odd = replace(guidance.params[0], name="\ud800</svg>")
    chip = ElementTree.fromstring(draw_chip([odd, *guidance.params[1:]], {}, size))
    assert {found.tag.removeprefix(SVG) for found in chip.iter()} <= {
        *("svg", "g", "rect", "text", "title")
    }


def test_of_very_many_parameters_it_says_how_many_are_left_out() -> None:
    guidance = make_guidance({f"{'x' * k}": FloatDistribution(0, 1) for k in range(1, 71)})
    chip = parse(guidance)
    assert len(titles(chip)) == MAX_CELLS
    assert [found.text for found in chip.iter(f"{SVG}text")] == [f"+{70 - MAX_CELLS}"]
