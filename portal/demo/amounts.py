"""Money of a demonstration listing: lines that come to the funding its programme names, in plausible amounts.

The tables give a monthly stipend by level in the host's currency; other amounts are taken in proportion to it.
"""

from __future__ import annotations

from decimal import Decimal

from portal.demo.builders import money_line
from portal.demo.draft import Draft
from portal.listings.models import MoneyLine

_LEVELS = ("bachelor", "master", "doctoral", "postdoctoral", "professional")
# Currency, then monthly stipends for bachelor, master, doctoral, postdoctoral, professional.
_STIPENDS: dict[str, tuple[str, tuple[int, ...]]] = {
    "CN": ("CNY", (1500, 2500, 3500, 9000, 6500)),
    "VN": ("VND", (4_000_000, 6_000_000, 9_000_000, 18_000_000, 12_000_000)),
    "LA": ("USD", (180, 300, 450, 850, 600)),
    "KH": ("USD", (200, 350, 500, 900, 650)),
    "TH": ("THB", (9000, 13000, 17000, 35000, 24000)),
    "MM": ("USD", (170, 280, 420, 800, 550)),
    "MY": ("MYR", (1200, 2000, 2600, 4500, 3500)),
    "SG": ("SGD", (900, 1700, 2700, 5500, 3200)),
    "ID": ("IDR", (2_500_000, 3_800_000, 5_500_000, 12_000_000, 8_000_000)),
    "PH": ("PHP", (12000, 20000, 30000, 50000, 35000)),
    "BN": ("BND", (500, 900, 1300, 2500, 1800)),
    "TL": ("USD", (200, 320, 480, 850, 600)),
}
_VISITING_CNY = 12500  # what visiting scholars in China get at the better-funded places
# One US dollar, about; for costs that do not follow the local level of stipends.
_PER_DOLLAR = {
    "CNY": Decimal("7.1"), "VND": Decimal(25500), "USD": Decimal(1), "THB": Decimal(34), "MYR": Decimal("4.3"),
    "SGD": Decimal("1.32"), "IDR": Decimal(16300), "PHP": Decimal(57), "BND": Decimal("1.32"),
}  # fmt: skip


def make_money(draft: Draft) -> list[MoneyLine]:
    """The money lines; `money.funding` gives the programme's funding for them."""
    purse = _Purse(draft)
    if draft.programme.mode == "online":
        return _ONLINE[draft.programme.funding](purse)
    return _ON_SITE[draft.programme.funding](purse)


class _Purse:
    """Makes lines in the host's currency, on the host's level of prices."""

    def __init__(self, draft: Draft) -> None:
        self.draft = draft
        self.currency, table = _STIPENDS[draft.host.country]
        self.factor = Decimal(draft.rng.choice(("0.85", "1", "1", "1.15")))
        self.table = dict(zip(_LEVELS, table, strict=True))
        self.studies = draft.is_degree or draft.is_short_course
        self.payer = "funder" if draft.partner_role == "funder" else "host"

    def stipends(self, share: str = "1") -> list[MoneyLine]:
        """A monthly stipend for each level, or one for all where they are alike."""
        amounts = {level: nice(self._monthly(level) * Decimal(share)) for level in self.draft.programme.levels}
        if len(set(amounts.values())) == 1 or self.draft.chance(0.4):
            return [self.line("stipend", self.payer, max(amounts.values()), "month")]
        return [self.line("stipend", self.payer, amount, "month", level) for level, amount in amounts.items()]

    def line(
        self, item: str, payer: str, amount: Decimal | None = None, per: str | None = None, level: str | None = None
    ) -> MoneyLine:
        """One line in the host's currency; without an amount in kind."""
        return money_line(item, payer, amount, per=per, currency=self.currency, level=level)

    def local(self, share: str) -> Decimal:
        """An amount in proportion to the stipend of the lowest level."""
        return nice(self.table[self.draft.programme.levels[0]] * self.factor * Decimal(share))

    def dollars(self, amount: int) -> Decimal:
        """An amount that is much the same everywhere."""
        return nice(_PER_DOLLAR[self.currency] * amount)

    def tuition(self, payer: str, share: str = "1") -> MoneyLine:
        """Tuition for a degree, or the fee of a course; waived if somebody else pays."""
        item, per = ("fee", "once") if self.draft.is_short_course else ("tuition", "year")
        if payer != "participant":
            return self.line("tuition", payer)
        rate = Decimal("1.1") if self.draft.is_short_course else Decimal(10)
        return self.line(item, payer, self.local(str(rate * Decimal(share))), per)

    def travel(self) -> MoneyLine:
        """The journey: in kind, or a fixed sum."""
        payer = "home" if self.draft.partner_role == "home" and self.draft.chance(0.4) else self.payer
        if self.draft.chance(0.5):
            return self.line("travel", payer)
        return self.line("travel", payer, self.dollars(self.draft.rng.choice((250, 400, 600))), "once")

    def insurance(self, payer: str) -> MoneyLine:
        """Health and accident insurance."""
        return self.line("insurance", payer, self.dollars(110), "year" if self.draft.months[1] > 6 else "once")

    def visa(self) -> MoneyLine:
        """The visa fee, always the participant's."""
        return self.line("visa", "participant", self.dollars(40), "once")

    def housing(self, payer: str) -> MoneyLine:
        """A room: in kind from the host, or its monthly price."""
        return self.line("housing", payer, *((self.local("0.35"), "month") if payer == "participant" else ()))

    def _monthly(self, level: str) -> Decimal:
        scholar = self.draft.programme.kind == "visiting-scholar" and self.currency == "CNY"
        if scholar and level in ("postdoctoral", "professional"):
            return Decimal(_VISITING_CNY)
        return self.table[level] * self.factor


def _full(purse: _Purse) -> list[MoneyLine]:
    draft = purse.draft
    lines = [*purse.stipends(), purse.housing("host"), purse.insurance("host")]
    if purse.studies:
        lines.append(purse.tuition("host"))
    if draft.programme.pays == "all" or draft.chance(0.7):
        lines.append(purse.travel())
    if draft.chance(0.35) and draft.months[1] >= 6:
        lines.append(purse.line("settling-in", "host", purse.local("0.8"), "once"))
    if "doctoral" in draft.programme.levels and draft.chance(0.5):
        lines.append(purse.line("research-cost", "host", purse.dollars(draft.rng.choice((500, 900, 1400))), "year"))
    return [*lines, purse.visa()] if draft.chance(0.7) else lines


def _partly(purse: _Purse) -> list[MoneyLine]:
    """One of the usual ways to pay a part: the one the prose tells of, else any that suits."""
    ways = [*_WAYS] if purse.studies else ["living", "teaching"]
    return _WAYS[purse.draft.programme.pays or purse.draft.rng.choice(ways)](purse)


def _living(purse: _Purse) -> list[MoneyLine]:
    """A stipend, but the room is to be paid."""
    waived = [purse.tuition("host")] if purse.studies else []
    costs = [purse.housing("participant"), purse.insurance("participant"), purse.visa()]
    return [*purse.stipends("0.6"), *waived, *costs]


def _teaching(purse: _Purse) -> list[MoneyLine]:
    """Teaching (or the costs of research) and a room are free, living is the participant's."""
    given = purse.tuition("host") if purse.studies else purse.line("research-cost", "host")
    journey = purse.line("travel", "participant", purse.dollars(400), "once")
    return [given, purse.housing("host"), journey, purse.visa()]


def _half_fees(purse: _Purse) -> list[MoneyLine]:
    """A room and insurance, and half of the fees."""
    return [purse.housing("host"), purse.insurance("host"), purse.tuition("participant", "0.5"), purse.visa()]


_WAYS = {"living": _living, "teaching": _teaching, "half-fees": _half_fees}


def _unfunded(purse: _Purse) -> list[MoneyLine]:
    costs = [purse.housing("participant"), purse.insurance("participant"), purse.visa()]
    if purse.draft.programme.pays == "no-fee":
        return [purse.line("travel", "participant", purse.dollars(250), "once"), *costs]
    return [
        purse.tuition("participant") if purse.studies else purse.line("fee", "participant", purse.local("0.3"), "once"),
        *costs,
    ]


def _online_full(purse: _Purse) -> list[MoneyLine]:
    return [purse.tuition("host"), purse.line("stipend", purse.payer, purse.local("0.15"), "month")]


def _online_partly(purse: _Purse) -> list[MoneyLine]:
    return [purse.tuition("host"), purse.line("fee", "participant", purse.dollars(15), "once")]


def _online_unfunded(purse: _Purse) -> list[MoneyLine]:
    return [purse.line("fee", "participant", purse.dollars(purse.draft.rng.choice((60, 90, 140))), "once")]


_ON_SITE = {"full": _full, "partly": _partly, "none": _unfunded}
_ONLINE = {"full": _online_full, "partly": _online_partly, "none": _online_unfunded}


def nice(amount: Decimal) -> Decimal:
    """Rounded to two digits, as sums in notices are; 12,500 stays."""
    if amount == _VISITING_CNY:
        return amount
    step = Decimal(10) ** max(amount.adjusted() - 1, 0)
    return max((amount / step).to_integral_value() * step, Decimal(1))
