"""What a team says about publication: when, in which zone, until when; and what it does with a published listing."""

from __future__ import annotations

from datetime import datetime, time
from typing import Any
from zoneinfo import ZoneInfo

from wtforms import BooleanField, DateField, RadioField, SelectField, TimeField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import AnyOf, Optional

from portal.core.messages import N_
from portal.listings.codes import ZONES
from portal.listings.time import to_instant
from portal.posting.editing.choices import ZONE_OF_COUNTRY, zones
from portal.posting.publication.service import Plan
from portal.web.forms import PortalForm, lazy
from portal.web.messages import gettext

PLAN_ERRORS = {
    "plan.past": N_("This moment is over. Choose one that is still to come."),
    "plan.far": N_("Nothing is planned more than two years ahead."),
    "plan.order": N_("It would be taken down before it is published."),
    "posting.incomplete": N_("Something in the draft is not right yet. See the list above."),
}
_MORNING, _MIDNIGHT = time(9, 0), time(23, 59)


class PlanForm(PortalForm):
    """When to publish and when to take down."""

    when = RadioField(
        lazy(N_("When shall it be published?")),
        choices=[
            SelectChoice("now", lazy(N_("As soon as possible"))),
            SelectChoice("later", lazy(N_("On a day and at a time of your choice"))),
        ],
        default="now",
    )
    publish_on = DateField(lazy(N_("Day of publication")), validators=[Optional()])
    publish_time = TimeField(lazy(N_("Time of publication")), validators=[Optional()], default=_MORNING)
    expires = BooleanField(lazy(N_("Take it down by itself on a day")))
    expire_on = DateField(lazy(N_("Last day that readers see it")), validators=[Optional()])
    expire_time = TimeField(lazy(N_("Time on that day")), validators=[Optional()], default=_MIDNIGHT)
    zone = SelectField(lazy(N_("Time zone")), validators=[AnyOf(ZONES)])

    def __init__(self, country: str = "", plan: Plan | None = None, **values: Any) -> None:
        """The form of a team in a country; it shows the plan there is, if there is one."""
        super().__init__(**{"zone": ZONE_OF_COUNTRY.get(country, "UTC"), **_shown(plan), **values})
        self.zone.choices = [SelectChoice(name, label) for name, label in zones()]

    def validate(self, extra_validators: Any = None) -> bool:
        """What was chosen needs its day."""
        sound: bool = super().validate(extra_validators)
        for wanted, field in ((self.when.data == "later", self.publish_on), (self.expires.data, self.expire_on)):
            if wanted and field.data is None and not field.errors:
                field.errors = [gettext("Please choose a day.")]
                sound = False
        return sound

    def plan(self) -> Plan:
        """What was asked for; only of a form that is valid."""
        zone = str(self.zone.data)
        publish = self._moment(self.publish_on, self.publish_time, _MORNING) if self.when.data == "later" else None
        expire = self._moment(self.expire_on, self.expire_time, _MIDNIGHT) if self.expires.data else None
        return Plan(publish, expire, zone)

    def _moment(self, day: DateField, hour: TimeField, otherwise: time) -> datetime:
        return to_instant(datetime.combine(day.data, hour.data or otherwise), str(self.zone.data))


class MoveForm(PortalForm):
    """A button that names what to do with a published listing."""

    action = SelectField(choices=[SelectChoice(action) for action in ("close", "archive", "show", "confirm")])


def _shown(plan: Plan | None) -> dict[str, Any]:
    """A plan as the fields show it."""
    if plan is None or plan.zone not in ZONES:
        return {}
    values: dict[str, Any] = {"zone": plan.zone} if plan.publish_at or plan.expire_at else {}
    if plan.publish_at:
        at = plan.publish_at.astimezone(ZoneInfo(plan.zone))
        values |= {"when": "later", "publish_on": at.date(), "publish_time": at.time()}
    if plan.expire_at:
        at = plan.expire_at.astimezone(ZoneInfo(plan.zone))
        values |= {"expires": True, "expire_on": at.date(), "expire_time": at.time()}
    return values
