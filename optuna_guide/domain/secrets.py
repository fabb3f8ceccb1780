"""Passwords of storage URLs, masked in whatever is printed, logged or raised."""

from __future__ import annotations

import re
from urllib.parse import unquote

MASK = "***"
_USER_INFO = re.compile(r"([A-Za-z][\w+.-]*://[^\s:/@'\"]*):[^\s'\"]+@")
_SCHEME = re.compile(r"^[A-Za-z][\w+.-]*:/+")
_FIELD = re.compile(r"(?i)\b(\w*(?:password|passwd|pwd|secret|token)=)[^\s&'\";,)]+")
_SHORTEST = 3  # letters of a password that is looked for by itself


def mask(text: str, url: str = "") -> str:
    """A text without passwords.

    Args:
        text: Anything that may quote a URL, as errors of database drivers do.
        url: A URL whose password must not be in it in any form, one that nobody can parse as well.
    """
    secret = password_of(url)
    for found in (url, repr(url)[1:-1]):
        if secret and found:
            text = text.replace(found, found.replace(f":{secret}@", f":{MASK}@"))
    for found in {secret, unquote(secret)}:
        if len(found) >= _SHORTEST:
            text = text.replace(found, MASK)
    return _FIELD.sub(rf"\1{MASK}", _USER_INFO.sub(rf"\1:{MASK}@", text))


def password_of(url: str) -> str:
    """The password before the last ``@`` of a URL, as it is written there; empty = none."""
    user_info, _, _ = _SCHEME.sub("", url).rpartition("@")
    return user_info.partition(":")[2]
