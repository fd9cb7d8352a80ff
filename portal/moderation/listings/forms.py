"""What moderators decide about listings."""

from __future__ import annotations

from collections.abc import Mapping

from wtforms import BooleanField, HiddenField, SelectMultipleField, TextAreaField
from wtforms.fields.choices import SelectChoice
from wtforms.widgets import CheckboxInput

from portal.core.messages import N_
from portal.moderation.listings.checklist import CHECKS
from portal.posting.publication.reasons import REASONS
from portal.posting.publication.service import Reason
from portal.web.forms import PortalForm, ValidationError, at_most, cleaned, lazy
from portal.web.messages import gettext

LONGEST = 4000  # characters of a reason
DECISION_ERRORS = {"posting.incomplete": N_("It can no longer be published as it is. Return it.")}


class Checkboxes(SelectMultipleField):  # type: ignore[misc]
    """Several of some codes, as boxes."""

    option_widget = CheckboxInput()

    def pre_validate(self, form: PortalForm) -> None:
        """Only what is offered."""
        if set(self.data or ()) - {choice.value for choice in self.choices}:
            raise ValidationError(gettext("Not a valid choice."))


class ReasonForm(PortalForm):
    """Why something is returned or suspended."""

    reasons = Checkboxes(
        lazy(N_("Prepared reasons")), choices=[SelectChoice(code, lazy(text)) for code, text in REASONS.items()]
    )
    text = TextAreaField(lazy(N_("In your own words")), filters=[cleaned], validators=[at_most(LONGEST)])

    def is_given(self) -> bool:
        """Whether there is any reason; the message stands at the prepared ones."""
        if self.reasons.data or self.text.data:
            return True
        self.reasons.errors = [gettext("Say what has to change: choose a reason, or write one.")]
        return False

    def reason(self, language: str | None) -> Reason:
        """The reason, its words in the language of those who read it."""
        return Reason(tuple(self.reasons.data or ()), self.text.data or "", language)


class DecisionForm(ReasonForm):
    """The checklist, the decision about a draft, and whether the team is trusted from now on."""

    revision = HiddenField()
    decision = HiddenField()
    check_host = BooleanField(lazy(CHECKS["host"]))
    check_facts = BooleanField(lazy(CHECKS["facts"]))
    check_money = BooleanField(lazy(CHECKS["money"]))
    check_asks = BooleanField(lazy(CHECKS["asks"]))
    check_contact = BooleanField(lazy(CHECKS["contact"]))
    check_duplicate = BooleanField(lazy(CHECKS["duplicate"]))
    trust = BooleanField(lazy(N_("Trust this team from now on: it publishes without being looked at first.")))

    def checks(self) -> Mapping[str, bool]:
        """The answers, by code."""
        return {code: bool(self[f"check_{code}"].data) for code in CHECKS}

    def is_decidable(self) -> bool:
        """Whether the decision fits the answers: what is accepted has passed every check, what is returned has a
        reason."""
        if self.decision.data != "accept":
            return self.is_given()
        for code, passed in self.checks().items():
            if not passed:
                self[f"check_{code}"].errors = [gettext("Not ticked. What does not pass is returned with a reason.")]
        return all(self.checks().values())

    def seen_revision(self) -> int:
        """The revision of the draft that the moderator looked at."""
        return int(self.revision.data) if str(self.revision.data or "").isdecimal() else -1
