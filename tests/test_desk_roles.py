"""Portfolios are their team's; roles say what a person may do with what they see."""

from __future__ import annotations

import pytest
from django.contrib.auth.models import AnonymousUser, Group, User

from screening.models import Comment, Portfolio, Subject
from screening.roles import PERMISSIONS, synchronised
from tests.desk import a_portfolio, a_subject, a_user

pytestmark = pytest.mark.django_db


@pytest.fixture
def portfolios() -> tuple[Portfolio, Portfolio]:
    return a_portfolio(), a_portfolio("Sponsors", team="Brand")


def test_every_role_is_a_group() -> None:
    names = set(Group.objects.values_list("name", flat=True))
    assert names == {"analyst", "reviewer", "administrator", "auditor", "service account"}


@pytest.mark.parametrize(
    ("role", "may", "may_not"),
    [
        ("analyst", "screening.add_decision", "screening.confirm_decision"),
        ("reviewer", "screening.confirm_decision", "screening.add_portfolio"),
        ("administrator", "screening.add_portfolio", "screening.confirm_decision"),
        ("auditor", "screening.view_auditevent", "screening.add_comment"),
        ("service account", "screening.add_screening", "screening.add_decision"),
    ],
)
def test_a_role_may_do_its_work_and_no_more(role: str, may: str, may_not: str) -> None:
    user = a_user("someone", role)
    assert user.has_perm(may)
    assert not user.has_perm(may_not)


def test_an_auditor_changes_nothing() -> None:
    auditor = a_user("vera", "auditor")
    assert {name.partition(".")[2].partition("_")[0] for name in auditor.get_all_permissions()} == {"view"}


def test_writing_the_roles_again_takes_back_what_was_given_by_hand() -> None:
    group = Group.objects.get(name="auditor")
    before = set(group.permissions.values_list("codename", flat=True))
    group.permissions.add(Group.objects.get(name="administrator").permissions.get(codename="add_portfolio"))
    synchronised()
    assert set(group.permissions.values_list("codename", flat=True)) == before
    assert set(PERMISSIONS) == set(Group.objects.values_list("name", flat=True))


@pytest.mark.parametrize("role", ["analyst", "reviewer", "service account"])
def test_a_member_sees_the_portfolios_of_the_own_team_alone(
    role: str, portfolios: tuple[Portfolio, Portfolio]
) -> None:
    user = a_user("ana", role, "Purchasing")
    assert list(Portfolio.objects.visible_to(user)) == [portfolios[0]]


@pytest.mark.parametrize("role", ["administrator", "auditor"])
def test_administrators_and_auditors_see_every_portfolio(
    role: str, portfolios: tuple[Portfolio, Portfolio]
) -> None:
    assert set(Portfolio.objects.visible_to(a_user("vera", role))) == set(portfolios)


def test_a_person_in_two_teams_sees_each_row_once(portfolios: tuple[Portfolio, Portfolio]) -> None:
    ana = a_user("ana", "analyst", "Purchasing", "Brand")
    assert sorted(row.name for row in Portfolio.objects.visible_to(ana)) == ["Footwear suppliers", "Sponsors"]


def test_strangers_and_the_deactivated_see_nothing(portfolios: tuple[Portfolio, Portfolio]) -> None:
    gone = a_user("gone", "auditor", "Purchasing", is_active=False)
    assert not Portfolio.objects.visible_to(gone).exists()
    assert not Portfolio.objects.visible_to(AnonymousUser()).exists()
    assert not Portfolio.objects.visible_to(User.objects.create_user("new")).exists()


def test_what_belongs_to_a_portfolio_is_seen_with_it(portfolios: tuple[Portfolio, Portfolio]) -> None:
    ana, olga = a_user("ana", "analyst", "Purchasing"), a_user("olga", "analyst", "Brand")
    subject = a_subject(portfolios[0], "Hikvision Europe B.V.", country="nl")
    comment = Comment.objects.create(subject=subject, by=ana, text="Asked for the register extract.")
    for model, row in ((Subject, subject), (Comment, comment)):
        assert list(model.objects.visible_to(ana)) == [row]
        assert not model.objects.visible_to(olga).exists()
