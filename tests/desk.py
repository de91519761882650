"""The cast of the desk for tests: Ana and Boris of the purchasing team, Olga of another, an auditor."""

from __future__ import annotations

from typing import Any

from django.contrib.auth.models import Group, User

from screening.models import Portfolio, Subject, Team
from screening.models.portfolios import subject_key


def a_user(name: str, role: str, *teams: str, **fields: Any) -> User:
    """Make a user with one role in some teams."""
    user = User.objects.create_user(name, password="correct horse battery staple", is_staff=True, **fields)
    user.groups.add(Group.objects.get(name=role))
    for team in teams:
        Team.objects.get_or_create(name=team)[0].members.add(user)
    return user


def a_portfolio(name: str = "Footwear suppliers", team: str = "Purchasing", **fields: Any) -> Portfolio:
    return Portfolio.objects.create(name=name, team=Team.objects.get_or_create(name=team)[0], **fields)


def a_subject(portfolio: Portfolio, name: str, **fields: Any) -> Subject:
    key = subject_key(name, fields.get("country", ""), fields.get("reference", ""))
    return Subject.objects.create(portfolio=portfolio, name=name, key=key, **fields)
