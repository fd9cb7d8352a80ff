"""One change of state = one transaction. Only this module and command-line entry points commit."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager

from sqlalchemy.orm import Session, sessionmaker


class UnitOfWork:
    """Opens a session, commits at the end of the block, then runs what was registered for after the commit."""

    def __init__(self, sessions: sessionmaker[Session]) -> None:
        self._sessions = sessions
        self._after: list[Callable[[], object]] = []

    def after_commit(self, action: Callable[[], object]) -> None:
        """Register something to do once the change is durable (index, mail)."""
        self._after.append(action)

    @contextmanager
    def begin(self) -> Iterator[Session]:
        """The transaction: any error rolls back and nothing registered is run."""
        with self._sessions.begin() as session:
            yield session
        for action in self._after:
            action()
        self._after.clear()
