"""Small things of the database that every page shows: read every few seconds, so that no page waits for them."""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable
from typing import Generic, TypeVar

from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.orm import Session, sessionmaker

T = TypeVar("T")
EVERY = 10.0  # seconds: so long may another process show what was before a change

logger = logging.getLogger(__name__)


class Remembered(Generic[T]):
    """What `read` gives, read anew when it is older than `EVERY`. While the database is away it stays what it was, at
    first `unread`. Safe for many threads: one reads, the others take the old value."""

    def __init__(
        self,
        sessions: sessionmaker[Session],
        read: Callable[[Session], T],
        unread: T,
        timer: Callable[[], float] = time.monotonic,
    ) -> None:
        self._sessions, self._read, self._timer = sessions, read, timer
        self.unread = self._value = unread
        self._due = float("-inf")
        self._lock = threading.Lock()

    def get(self) -> T:
        """The value."""
        if self._timer() >= self._due and self._lock.acquire(blocking=False):
            try:
                self._refresh()
            finally:
                self._lock.release()
        return self._value

    def forget(self) -> None:
        """Read it anew at the next request: it was changed in this process."""
        self._due = float("-inf")

    def _refresh(self) -> None:
        self._due = self._timer() + EVERY
        try:
            with self._sessions() as session:
                self._value = self._read(session)
        except SQLAlchemyError as error:  # pages that need the database say so themselves
            logger.warning("kept as it was, the database cannot be read: %s", error.__class__.__name__)
