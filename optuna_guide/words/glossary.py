"""One word for one thing, on every surface: plain ones first.

A test looks for the words that are replaced here in what every surface says.
"""

from __future__ import annotations

from types import MappingProxyType
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

    from optuna_guide.guidance import TrustState

TRUST: Mapping[TrustState, str] = MappingProxyType(
    {"values": "A good guide", "ranks": "A rough guide", "closed": "Too early to trust"}
)
"""How far predictions go, in a word: values too, the order alone, neither."""

REPLACED: Mapping[str, str] = MappingProxyType(
    {
        r"main \+ main": "both effects together",
        r"pair alone": "only together",
        r"^mode$|main mode": "main cluster",
        r"decile": "tenth",
        r"best tenth|top 1[01] %": "top tenth",
        r"contrasts? more|more contrast": "darker = better",
        r"reciprocal rank": "the best trial was predicted 5th",
        r"rank corr\b": "rank correlation",
        r"times as diverse": "of the distance between random ones",
        r"hyper-?parameter(?! importance)": "parameter",
        r"good range|optimal range|best range": "promising range",
        r"along with others": "together with others",
        r"not confined|anywhere, as": "wherever the sampler draws it",
        r"keep for a guided": "save these ranges",
        r"hardly matters?\b": "a share, such as below 2 %",
    }
)
"""What nobody is told (a regular expression, whatever its case) to what is said instead."""
