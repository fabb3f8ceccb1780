"""Results that are kept for a while, the newest few, each made once; locks for what has an id."""

from __future__ import annotations

import threading
from collections import OrderedDict
from typing import TYPE_CHECKING, Generic, TypeVar
from weakref import WeakValueDictionary

if TYPE_CHECKING:
    from collections.abc import Callable, Hashable

T = TypeVar("T")


class Locks:
    """A lock for every id, kept while somebody holds it or waits for it."""

    def __init__(self) -> None:
        self._locks: WeakValueDictionary[int, threading.Lock] = WeakValueDictionary()
        self._lock = threading.Lock()

    def of(self, key: int) -> threading.Lock:
        """The lock for an id."""
        with self._lock:
            return self._locks.setdefault(key, threading.Lock())


class Cache(Generic[T]):
    """What was made for a key; who asks for one that is being made waits for it.

    Args:
        at_most: How many are kept; the one that was not asked for the longest goes first.
    """

    def __init__(self, at_most: int) -> None:
        self._at_most = at_most
        self._found: OrderedDict[Hashable, tuple[Hashable, T]] = OrderedDict()
        self._making: dict[Hashable, threading.Lock] = {}
        self._lock = threading.Lock()

    def get(self, key: Hashable, make: Callable[[], T], *, state: Hashable = None) -> T:
        """The result for the key, made now where none is kept; errors are not kept.

        Args:
            key: What it is of.
            make: Makes it.
            state: What it was made of: one of another state is replaced.
        """
        with self._lock:
            known = self._look(key, state)
            if known is not None:
                return known[1]
            making = self._making.setdefault((key, state), threading.Lock())
        try:
            with making:
                with self._lock:
                    known = self._look(key, state)
                if known is None:
                    known = (state, make())
                    self.put(key, known[1], state=state)
                return known[1]
        finally:
            with self._lock:
                self._making.pop((key, state), None)

    def put(self, key: Hashable, made: T, *, state: Hashable = None) -> None:
        """Keep what was made elsewhere, in place of what was kept for the key."""
        with self._lock:
            self._found[key] = (state, made)
            self._found.move_to_end(key)
            while len(self._found) > self._at_most:
                self._found.popitem(last=False)

    def _look(self, key: Hashable, state: Hashable) -> tuple[Hashable, T] | None:
        known = self._found.get(key)
        if known is None or known[0] != state:
            return None
        self._found.move_to_end(key)
        return known
