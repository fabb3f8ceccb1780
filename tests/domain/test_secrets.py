"""No password of a storage URL in any text."""

from __future__ import annotations

from urllib.parse import quote

import pytest
from hypothesis import given
from hypothesis import strategies as st

from optuna_guide.domain.secrets import mask, password_of

passwords = st.text("abcXYZ019:/@%'\"&?#[]+=~.", min_size=4, max_size=12)


@given(passwords)
def test_whatever_the_password_is_its_url_is_masked(password):
    url = f"postgresql://me:zz{password}zz@localhost/db"
    told = mask(f"No {url!r} and no {url} and no {password_of(url)}.", url)
    assert password_of(url) not in told
    assert "postgresql://me:***@localhost/db" in told


@given(passwords)
def test_a_driver_that_quotes_the_decoded_password_is_masked(password):
    url = f"mysql+pymysql://me:zz{quote(password, safe='')}zz@localhost/db"
    assert f"zz{password}zz" not in mask(f"denied for zz{password}zz", url)


@pytest.mark.parametrize(
    ("text", "masked"),
    [
        ("redis://:geheim@h:6379/0", "redis://:***@h:6379/0"),
        ("no postgresql://h/db?user=me&password=geheim here", "password=*** here"),
        ("sslpassword=geheim&x=1", "sslpassword=***&x=1"),
        ("postgresql://me@host/db at 10:41", "postgresql://me@host/db at 10:41"),
        ("(using password: YES)", "(using password: YES)"),
        ("There is no parameter 'block:3@res'.", "'block:3@res'"),
    ],
)
def test_texts_without_a_password_stay_as_they_are(text, masked):
    assert masked in mask(text)
    assert "geheim" not in mask(text)
