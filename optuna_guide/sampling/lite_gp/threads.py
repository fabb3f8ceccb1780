"""One BLAS thread for many small matrices."""

from __future__ import annotations

import functools
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from threadpoolctl import ThreadpoolController

_lock = threading.Lock()


@contextmanager
def single_threaded_blas() -> Iterator[None]:
    """Hold numpy's and scipy's BLAS at one thread, and other callers of this function back.

    Each of the two brings an OpenBLAS with a pool of spinning threads. On matrices of 200 rows
    they gain nothing, and on a machine that is busy with the objective they made a proposal 10 to
    80 times slower. The limit holds for the process: the lock makes sure that it is lifted again.
    """
    with _lock, _controller().limit(limits=1, user_api="blas"):
        yield


@functools.cache
def _controller() -> ThreadpoolController:
    import scipy.linalg  # noqa: F401  its BLAS must be loaded to be found
    from threadpoolctl import ThreadpoolController

    return ThreadpoolController()
