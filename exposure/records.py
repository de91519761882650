from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date
from typing import NamedTuple

# What may stand in Edge.kind. A branch is the same legal person as its owner.
KINDS = ("shareholding", "consolidation", "control", "branch", "affiliate")

# How a rule concludes, weakest first. A red flag is a reason to ask, not a prohibition.
RESULTS = ("no", "red flag", "possible", "yes")

# "SDGT; IFSR", and OFAC's own "SDGT] [IFSR".
BETWEEN_PROGRAMMES = re.compile(r"[;,\[\]\s]+")


@dataclass(frozen=True, slots=True)
class Edge:
    """State that owner holds asset; shares in percent, None where unstated; end is the first day without it.

    Several edges of one owner in one asset with the same citation are classes of shares and add up; with different
    citations they are statements of the same holding and widen its band.
    """

    owner: str
    asset: str
    share_min: float | None = None
    share_max: float | None = None
    kind: str = "shareholding"
    start: date | None = None
    end: date | None = None
    citation: str = ""
    url: str = ""

    def __post_init__(self) -> None:
        if self.owner == self.asset:
            raise ValueError(f"{self.owner} cannot own itself.")
        if self.kind not in KINDS:
            raise ValueError(f"{self.kind!r} is no kind of ownership; it is one of {', '.join(KINDS)}.")
        for share in (self.share_min, self.share_max):
            if share is not None and not 0 <= share <= 100:
                raise ValueError(
                    f"The share of {self.owner} in {self.asset} is {share}, not between 0 and 100 percent."
                )
        if self.share_min is not None and self.share_max is not None and self.share_min > self.share_max:
            raise ValueError(f"The share of {self.owner} in {self.asset} has its least above its most.")
        if self.start and self.end and self.end < self.start:
            raise ValueError(f"The holding of {self.owner} in {self.asset} ends before it starts.")

    @property
    def share(self) -> str:
        """Say the share as a reader would: 60 %, 25–50 %, or that the source states none."""
        if self.share_min is None and self.share_max is None:
            return "share not stated"
        low, high = ("?" if value is None else f"{value:g}" for value in (self.share_min, self.share_max))
        return f"{low} %" if low == high else f"{low}–{high} %"

    def live(self, on: date) -> bool:
        """Tell whether the holding stands on a day; an unknown start has always been."""
        return (self.start is None or self.start <= on) and (self.end is None or on < self.end)


@dataclass(frozen=True, slots=True)
class Listed:
    """State that party is on a list; end is the first day off it.

    regime_list is the code of the listing's measure (us-ofac-blocking, us-ear-entity-list, …); programme may hold
    several, parted by semicolons or spaces. joint names an arrangement by which several parties act as one (OFSI guidance).
    reach is "subsidiaries" where the entry's own text covers them. requirement is the licence requirement it states.
    """

    party: str
    regime_list: str
    programme: str = ""
    start: date | None = None
    end: date | None = None
    citation: str = ""
    joint: str = ""
    reach: str = ""
    requirement: str = ""

    def __post_init__(self) -> None:
        if self.start and self.end and self.end < self.start:
            raise ValueError(f"The listing of {self.party} on {self.regime_list} ends before it starts.")
        if self.reach not in ("", "subsidiaries"):
            raise ValueError(f"{self.reach!r} is no reach of an entry; it is empty or subsidiaries.")

    def live(self, on: date) -> bool:
        """Tell whether the listing stands on a day."""
        return (self.start is None or self.start <= on) and (self.end is None or on < self.end)


class Scope(NamedTuple):
    """Name a list that a rule applies to, and which of its programmes; none means all."""

    regime_list: str
    programmes: tuple[str, ...] = ()

    def covers(self, listed: Listed) -> bool:
        if listed.regime_list != self.regime_list:
            return False
        return not self.programmes or not set(BETWEEN_PROGRAMMES.split(listed.programme)).isdisjoint(
            self.programmes
        )


@dataclass(frozen=True, slots=True)
class Rule:
    """Hold one regime's rule for one span of days; both days are within it.

    basis: ownership (percentages only), control (control kinds or a majority of shares), affiliate (what is
    controlled, and any holding of it), entry (as control, for entries that say so themselves), none.
    """

    code: str
    regime: str
    scopes: tuple[Scope, ...]
    basis: str
    # What the rule forbids, in plain words.
    measure: str
    citation: str
    url: str
    # What it does not, as the end of a sentence that begins with "Does not".
    does_not: str = ""
    threshold: float = 50.0
    # Whether holding exactly the threshold is enough.
    inclusive: bool = True
    # Whether all listed owners count together; otherwise each alone, but for joint arrangements.
    aggregated: bool = True
    # Whether a captured company passes it on to what it owns.
    cascade: bool = True
    # What a holding of unstated share may be: possible, or only a red flag (BIS Red Flag 29).
    unknown_share: str = "possible"
    # Shown where a listed owner holds less than the threshold; empty where the rule knows no such flag.
    red_flag: str = ""
    # Holdings below this many percent raise no red flag. No source sets a number, so every holding does.
    flag_share: float = 0.0
    # Whether the requirement of the most restrictive owner governs.
    most_restrictive: bool = False
    effective_from: date | None = None
    effective_to: date | None = None
    # in force, suspended, or unverified: then treated as in force, and labelled.
    status: str = "in force"
    # The rule that holds where this one is not in force.
    alternative: str = ""

    def __post_init__(self) -> None:
        if self.basis not in ("ownership", "control", "affiliate", "entry", "none"):
            raise ValueError(f"{self.basis!r} is no basis of a rule.")
        if self.status not in ("in force", "suspended", "unverified"):
            raise ValueError(f"{self.status!r} is no status of a rule.")
        if self.unknown_share not in ("possible", "red flag"):
            raise ValueError(f"{self.unknown_share!r} is no reading of an unstated share.")

    @property
    def control_counts(self) -> bool:
        return self.basis in ("control", "affiliate", "entry")

    @property
    def asks(self) -> str:
        """Say in words what the rule asks."""
        if self.basis == "ownership":
            return f"{self.threshold:g} % or more" if self.inclusive else f"more than {self.threshold:g} %"
        return {
            "control": "control",
            "affiliate": "a subsidiary or affiliate, at no set percentage",
            "entry": "what the entry itself names",
            "none": "being listed itself",
        }[self.basis]

    def effective(self, on: date) -> bool:
        return (self.effective_from is None or self.effective_from <= on) and (
            self.effective_to is None or on <= self.effective_to
        )

    def covers(self, listed: Listed) -> bool:
        return any(scope.covers(listed) for scope in self.scopes) and (
            self.basis != "entry" or bool(listed.reach)
        )


@dataclass(frozen=True, slots=True)
class Exposure:
    """Say what a rule concludes about a company on a day; path is the fewest edges that prove it, owners first."""

    party: str
    rule: Rule
    result: str
    path: tuple[Edge, ...] = ()
    owners: tuple[Listed, ...] = ()
    reasons: tuple[str, ...] = ()

    @property
    def measure(self) -> str:
        return self.rule.measure

    @property
    def status(self) -> str:
        return self.rule.status
