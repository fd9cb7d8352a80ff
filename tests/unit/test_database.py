"""The connection to the database."""

from __future__ import annotations

import pytest
import sqlalchemy as sa
from sqlalchemy.exc import DBAPIError

from portal.core.database import create_engine


def test_an_error_does_not_tell_the_values_of_its_statement() -> None:
    engine = create_engine("sqlite://")
    with engine.connect() as connection, pytest.raises(DBAPIError) as told:
        connection.execute(sa.text("INSERT INTO nothing VALUES (:token)"), {"token": "a secret"})
    engine.dispose()
    assert "a secret" not in str(told.value)
