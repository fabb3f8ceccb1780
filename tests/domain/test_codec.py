"""Guidance to JSON and back."""

from __future__ import annotations

import json

import numpy as np
import pytest
from guidances import GUIDANCE, make_guidance
from hypothesis import HealthCheck, given, settings
from optuna.distributions import CategoricalDistribution, FloatDistribution
from strategies import choices, guidances, same_choice

from optuna_guide.domain import codec
from optuna_guide.guidance import SCHEMA_VERSION, Guidance


@settings(max_examples=40, deadline=None, suppress_health_check=list(HealthCheck))
@given(guidances)
def test_any_guidance_comes_back_from_json_as_it_was(guidance: Guidance) -> None:
    text = guidance.to_json()
    json.loads(text, parse_constant=pytest.fail)
    back = Guidance.from_json(text)
    assert back.to_json() == text
    assert back == guidance or "nan" in text  # inside of a tuple, NaN equals nothing


@given(choices)
def test_any_choice_comes_back_with_its_type(choice: object) -> None:
    assert same_choice(
        codec.decode_value(json.loads(json.dumps(codec.encode_value(choice)))), choice
    )


@pytest.mark.parametrize("name", GUIDANCE)
def test_guidance_made_by_hand_comes_back(name: str) -> None:
    guidance = GUIDANCE[name]()
    if name.endswith("closed"):  # holds NaN, which equals nothing
        assert Guidance.from_json(guidance.to_json()).to_json() == guidance.to_json()
    else:
        assert Guidance.from_json(guidance.to_json()) == guidance


def test_a_number_of_numpy_comes_back_as_the_plain_number() -> None:
    assert codec.decode_value(codec.encode_value(np.int64(3))) == 3
    assert type(codec.decode_value(codec.encode_value(np.float32(0.5)))) is float


def test_an_object_comes_back_as_its_text() -> None:
    assert codec.decode_value(codec.encode_value(FloatDistribution)) == repr(FloatDistribution)


def test_choices_that_no_storage_takes_are_read_without_a_warning() -> None:
    guidance = make_guidance({"x": CategoricalDistribution((1.0, "a"))})
    text = guidance.to_json().replace('"a"', '{"tuple":[1,2]}')
    distribution = Guidance.from_json(text).params[0].distribution
    assert isinstance(distribution, CategoricalDistribution)
    assert distribution.choices == (1.0, (1, 2))


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        pytest.param("", "This is no JSON", id="empty"),
        pytest.param("{", "This is no JSON", id="torn"),
        pytest.param(
            "[]", f"Schema version {SCHEMA_VERSION} is expected, found None", id="a list"
        ),
        pytest.param('{"schema":99}', "found 99: fit the guidance again", id="newer"),
        pytest.param(
            f'{{"schema":{SCHEMA_VERSION}}}', "This is no Guidance", id="fields are missing"
        ),
    ],
)
def test_what_is_no_guidance_is_refused_with_the_reason(text: str, reason: str) -> None:
    with pytest.raises(ValueError, match=reason):
        Guidance.from_json(text)


@pytest.mark.parametrize("value", [None, 3, "x", [[1]], {"float": "no"}])
@pytest.mark.parametrize("field", ["trust", "params", "pairs", "best"])
def test_a_field_of_another_kind_is_refused(field: str, value: object) -> None:
    plain = json.loads(make_guidance().to_json())
    plain[field] = value
    with pytest.raises(ValueError, match="This is no Guidance"):
        Guidance.from_json(json.dumps(plain))
