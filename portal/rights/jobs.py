"""What ends by itself: a job for each holding, so that a mistake in one holds up no other one."""

from __future__ import annotations

from functools import partial

from sqlalchemy.orm import Session

from portal.core.database import empty_log
from portal.core.holding import AT_ONCE, Keeping
from portal.rights.registry import HOLDINGS
from portal.site import Site

_BY_CODE = {holding.code: holding for holding in HOLDINGS}


def keeping_of(site: Site, session: Session) -> Keeping:
    """Where the site keeps things, in a transaction."""
    return Keeping(session, site.settings.files_folder, site.clock(), site.pages)


def end_periods(site: Site, code: str) -> bool:
    """End some of what is over in a holding; whether there may be more."""
    numbers = []
    for expire in _BY_CODE[code].expire:
        with site.unit_of_work().begin() as session:
            numbers.append(expire(keeping_of(site, session)))
    if any(numbers):
        empty_log(site.database)
    return any(number >= AT_ONCE for number in numbers)


JOBS = {f"periods of {code}": partial(end_periods, code=code) for code, one in _BY_CODE.items() if one.expire}
