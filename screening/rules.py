"""The rules on ownership in the record: written from the engine's rows, switched by a person, read back as rules."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass, fields, replace
from datetime import date, datetime
from typing import Any

from django.utils import timezone

from entities.choices import RuleStatus
from entities.models import OwnershipRule, RuleSwitch
from exposure import RULES, Rule, Scope, assume

# Columns that hold what the engine's field of another name does.
STATUS = "stated_status"
# The longest note that is kept with a switch.
MOST_NOTED = 2000


class RuleError(ValueError):
    """A rule cannot be switched this way; the message says why in one sentence."""


@dataclass(frozen=True)
class Rulebook:
    """The rules as they stand: with a person's word where no source confirms one."""

    rules: tuple[Rule, ...]
    switches: dict[str, RuleSwitch]

    def effective(self, on: date) -> list[Rule]:
        return [rule for rule in self.rules if rule.effective(on)]

    def named(self, code: str) -> Rule:
        """Return the rule of a code; raises KeyError where there is none."""
        found = next((rule for rule in self.rules if rule.code == code), None)
        if found is None:
            raise KeyError(f"No rule has the code {code!r}.")
        return found

    def newest(self, on: date) -> date | None:
        """Return the day since when the rules of a day are what they are."""
        return max((rule.effective_from for rule in self.effective(on) if rule.effective_from), default=None)

    def digest(self, on: date) -> str:
        """Hash the rules of a day: whoever switches one changes what an answer rests on."""
        return hashlib.sha256(repr(self.effective(on)).encode()).hexdigest()

    def remark(self, rule: Rule) -> str:
        """Say whose word a rule's status is, where no source confirms it; empty where one does."""
        switch = self.switches.get(rule.code)
        if switch is not None:
            word = "not in force" if switch.status == RuleStatus.SUSPENDED else switch.status
            return f"Held to be {word} by {switch.by} since {switch.at.date()}: {switch.note}"
        if rule.status == RuleStatus.UNVERIFIED:
            return f"Unverified: treated as in force. {rule.citation}."
        return ""

    def shadows(self, rule: Rule) -> bool:
        """Tell whether a rule is only the suspended alternative of one that is applied."""
        return rule.status == RuleStatus.SUSPENDED and any(row.alternative == rule.code for row in self.rules)


def synchronised() -> None:
    """Write the engine's rules to the record. Rows that it does not name, and every switch, stay."""
    known = {row.code: row for row in OwnershipRule.objects.all()}
    for position, rule in enumerate(RULES):
        row = known.get(rule.code) or OwnershipRule(code=rule.code)
        values = _columns(rule) | {"position": position}
        if row.pk is None or any(getattr(row, name) != value for name, value in values.items()):
            for name, value in values.items():
                setattr(row, name, value)
            row.save()


def rulebook(by: datetime | None = None) -> Rulebook:
    """Read the rules with the switches made by a moment, or by now. Two queries."""
    rows = OwnershipRule.objects.prefetch_related("switches")
    rules = []
    switches: dict[str, RuleSwitch] = {}
    for row in rows:
        rules.append(_rule(row))
        for switch in row.switches.all():
            if by is None or switch.at <= by:
                switches[row.code] = switch
    standing = {code: switch for code, switch in switches.items() if switch.status != RuleStatus.UNVERIFIED}
    applied = tuple(rules)
    for code, switch in standing.items():
        applied = assume(applied, code, switch.status == RuleStatus.IN_FORCE)
    return Rulebook(applied, standing)


def supposed(rules: Iterable[Rule], in_force: dict[str, bool], on: date) -> tuple[Rule, ...]:
    """Return the rules of a supposed world: some in force, on days too for which none was made, or not.

    Raises RuleError where a code names no rule.
    """
    rows = tuple(rules)
    codes = {rule.code for rule in rows}
    for code, holds in in_force.items():
        if code not in codes:
            raise RuleError(f"There is no rule {code[:60]!r}.")
        if holds:
            rows = tuple(
                _everyday(rule) if rule.code == code and not rule.effective(on) else rule for rule in rows
            )
        rows = assume(rows, code, holds)
    return rows


def _everyday(rule: Rule) -> Rule:
    return replace(rule, effective_from=None, effective_to=None)


def switched(rule: OwnershipRule, status: str, *, by: str, note: str) -> RuleSwitch:
    """Record a person's word on a rule that no source confirms: in force, suspended, or unverified again.

    Raises RuleError where the sources settle the rule's status, or where the note is empty or too long.
    """
    if rule.stated_status != RuleStatus.UNVERIFIED:
        raise RuleError(
            f"{rule.regime} is {rule.stated_status} by its sources; only an unverified rule is switched."
        )
    if status not in RuleStatus.values:
        raise RuleError("Say whether the rule is in force, suspended or unverified.")
    note = note.strip()
    if not 0 < len(note) <= MOST_NOTED:
        raise RuleError(f"Write a note of 1 to {MOST_NOTED:,} characters: how you know.")
    return RuleSwitch.objects.create(rule=rule, status=status, by=by, note=note, at=timezone.now())


def _columns(rule: Rule) -> dict[str, Any]:
    values = {field.name: getattr(rule, field.name) for field in fields(rule)}
    values[STATUS] = values.pop("status")
    values["scopes"] = [[scope.regime_list, list(scope.programmes)] for scope in rule.scopes]
    return values


def _rule(row: OwnershipRule) -> Rule:
    values = {
        field.name: getattr(row, STATUS if field.name == "status" else field.name) for field in fields(Rule)
    }
    values["scopes"] = tuple(Scope(name, tuple(programmes)) for name, programmes in row.scopes)
    return Rule(**values)
