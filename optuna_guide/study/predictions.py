"""What trials predict on the same examples, kept with each trial in little space."""

from __future__ import annotations

import base64
import binascii
import zlib
from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal

import numpy as np

from optuna_guide.store.keys import PREDICTIONS
from optuna_guide.study.curves import thin_out

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    import numpy.typing as npt
    from optuna.trial import FrozenTrial, Trial

    from optuna_guide.domain.space import FloatArray

MAX_KEPT = 512  # predictions of a trial; their differences are known to about 2 % then
_MAX_CELLS = 4_000_000  # of a comparison that are held at a time
_TYPES = {"classes": np.dtype("<u4"), "numbers": np.dtype("<f4")}


@dataclass(frozen=True, eq=False)
class Predictions:
    """Predictions of some trials on the same examples.

    Attributes:
        kind: Classes, compared by the share that differs, or numbers, by their distance.
        rows: ``(n_known,)`` rows of the trials that logged them.
        values: ``(n_known, n_examples)`` hashes of classes, or numbers.
    """

    kind: Literal["classes", "numbers"]
    rows: npt.NDArray[np.int64]
    values: npt.NDArray[Any]

    def distances(
        self, n_landmarks: int, among: npt.NDArray[np.int64] | None = None
    ) -> FloatArray:
        """``(n_known, n_landmarks)`` distances to the first trials, or of some of ``values``."""
        compare = hamming if self.kind == "classes" else rmse
        values = self.values if among is None else self.values[among]
        return compare(values, self.values[:n_landmarks])


def log_predictions(trial: Trial, y: npt.ArrayLike) -> None:
    """Keep what a trial's model predicts, so that models can be compared by what they do.

    Predictions have to be of the same examples, in the same order, in every trial. Of more than
    512 an even part is kept, a few kilobytes in a user attribute of the trial.

    Args:
        trial: The running trial.
        y: ``(n_examples,)`` predicted classes (integers, flags or texts), or numbers (floats).

    Raises:
        ValueError: If there are none, they are not in one row, or a number is not finite.
    """
    values = np.asarray(y)
    if values.ndim != 1 or not len(values):
        raise ValueError(
            f"y must hold one prediction per example, its shape is {values.shape}: take the "
            "class of the largest probability, or flatten it."
        )
    n = len(values)
    kept = values[thin_out(n, MAX_KEPT)]
    if values.dtype.kind == "f":
        kind, numbers = "numbers", kept.astype(_TYPES["numbers"])
        if not np.isfinite(numbers).all():
            raise ValueError("y has predictions that are not finite: leave such a trial out.")
    else:
        kind = "classes"
        hashes = [zlib.crc32(str(v).encode(errors="replace")) for v in kept.tolist()]
        numbers = np.array(hashes, dtype=_TYPES["classes"])
    text = base64.b64encode(zlib.compress(numbers.tobytes(), 9)).decode()
    trial.set_user_attr(PREDICTIONS, f"{kind}:{n}:{text}")


def read_predictions(trials: Sequence[FrozenTrial]) -> Predictions | None:
    """What trials logged; None where fewer than two did.

    Where trials disagree in the kind or the number of examples, what most of them have counts.
    """
    found = [_decode(trial.user_attrs.get(PREDICTIONS)) for trial in trials]
    shapes = Counter(key for key, _ in filter(None, found))
    if not shapes:
        return None
    usual = max(shapes, key=lambda key: shapes[key])
    rows = [i for i, one in enumerate(found) if one is not None and one[0] == usual]
    if len(rows) < 2:
        return None
    values = np.array([one[1] for one in found if one is not None and one[0] == usual])
    return Predictions(usual[0], np.array(rows, dtype=np.int64), values)


def _decode(text: object) -> tuple[tuple[Any, str], npt.NDArray[Any]] | None:
    if not isinstance(text, str) or text.count(":") != 2:
        return None
    kind, n, packed = text.split(":")
    if kind not in _TYPES:
        return None
    try:
        size = _TYPES[kind].itemsize * min(max(int(n), 0), MAX_KEPT)
        data = zlib.decompressobj().decompress(base64.b64decode(packed), size)
    except (ValueError, binascii.Error, zlib.error):
        return None
    if not size or len(data) != size:
        return None
    return (kind, n), np.frombuffer(data, _TYPES[kind]).astype(
        np.int64 if kind == "classes" else np.float64
    )


def hamming(labels: npt.NDArray[np.int64], others: npt.NDArray[np.int64]) -> FloatArray:
    """``(n, m)`` share of ``(n, k)`` and ``(m, k)`` predicted classes that differ."""
    return _in_parts(labels, others, lambda a, b: (a != b).mean(axis=2))


def rmse(values: FloatArray, others: FloatArray) -> FloatArray:
    """``(n, m)`` root of the mean squared difference of ``(n, k)`` and ``(m, k)`` numbers."""
    return _in_parts(values, others, lambda a, b: np.sqrt(((a - b) ** 2).mean(axis=2)))


def _in_parts(
    one: npt.NDArray[Any], other: npt.NDArray[Any], compare: Callable[..., FloatArray]
) -> FloatArray:
    """``compare`` of ``(n, 1, k)`` and ``(m, k)``, a bounded number of rows at a time."""
    size = max(_MAX_CELLS // max(other.size, 1), 1)
    parts = [compare(one[i : i + size, None], other) for i in range(0, len(one), size)]
    return np.concatenate(parts) if parts else np.empty((0, len(other)))
