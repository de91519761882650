"""The roles of the desk, as groups, and what each may do. What each may see is its teams' (screening.querysets)."""

from __future__ import annotations

from django.contrib.auth.models import Group, Permission, User
from django.db.models import Q

ANALYST, REVIEWER, ADMINISTRATOR, AUDITOR, SERVICE = (
    "analyst",
    "reviewer",
    "administrator",
    "auditor",
    "service account",
)
# Roles that see every team's portfolios: one keeps the teams, the other checks the work.
ALL_TEAMS = (ADMINISTRATOR, AUDITOR)

_RECORD = (
    "entities.view_*",
    "ingest.view_*",
)
_DESK = ("screening.view_*",)
_WORK = (
    "screening.add_screening",
    "screening.change_screening",
    "screening.change_subject",
    "screening.add_decision",
    "screening.add_comment",
    "screening.add_assignment",
    "screening.change_alert",
)
# A star stands for every model of the app.
PERMISSIONS: dict[str, tuple[str, ...]] = {
    ANALYST: (*_RECORD, *_DESK, *_WORK),
    REVIEWER: (*_RECORD, *_DESK, *_WORK, "screening.confirm_decision", "screening.add_ruling"),
    ADMINISTRATOR: (
        *_RECORD,
        *_DESK,
        *("screening.add_*", "screening.change_*", "screening.delete_webhook"),
        *("entities.change_ownershiprule", "entities.change_datasetversion"),
        *("auth.view_*", "auth.add_user", "auth.change_user"),
        *("api.view_*", "api.add_*", "api.change_*"),
        *("django_celery_beat.view_*", "django_celery_beat.change_periodictask"),
    ),
    AUDITOR: (*_RECORD, *_DESK, "auth.view_*", "api.view_*"),
    SERVICE: (
        "screening.view_screening",
        "screening.add_screening",
        "screening.change_screening",
        *("screening.view_hit", "screening.view_subject", "screening.view_alert", "screening.view_decision"),
        "screening.view_crossreference",
    ),
}


def synchronised() -> None:
    """Write the roles as groups with exactly these permissions; any other group is left alone.

    Permissions exist only once all migrations have run, so this is done after them and not in one.
    """
    for role, patterns in PERMISSIONS.items():
        group, _ = Group.objects.get_or_create(name=role)
        wanted = Q(pk__in=[])
        for pattern in patterns:
            app, _, codename = pattern.partition(".")
            verb, star, _ = codename.partition("*")
            name = {"codename__startswith": verb} if star else {"codename": codename}
            wanted |= Q(content_type__app_label=app, **name)
        group.permissions.set(Permission.objects.filter(wanted))


def reads_all(user: User) -> bool:
    """Tell whether a person sees every team's portfolios."""
    return user.is_superuser or not roles_of(user).isdisjoint(ALL_TEAMS)


def roles_of(user: User) -> frozenset[str]:
    """Return a person's roles; asked once for each request's user."""
    held: frozenset[str] | None = getattr(user, "_roles", None)
    if held is None:
        held = frozenset(user.groups.values_list("name", flat=True)) & PERMISSIONS.keys()
        user._roles = held  # type: ignore[attr-defined]
    return held
