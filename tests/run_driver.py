"""What tests of a dying worker run in processes of their own: a small record, a run, and what became of it."""

from __future__ import annotations

import json
import sys
from datetime import date
from pathlib import Path
from typing import Any

import django


def prepared(rows: int) -> dict[str, Any]:
    """Make a record and a run of many rows, and send for a worker."""
    from django.core.management import call_command

    from screening.models import Screening
    from screening.starting import Input, start
    from screening.suppliers import given_suppliers
    from screening.tasks import run_screening
    from tests.builders import a_listed
    from tests.desk import a_portfolio

    call_command("migrate", verbosity=0)
    for word in WORDS:
        a_listed(f"{word} Zvezda JSC", "us-ofac-blocking")
    suppliers = [{"name": f"{WORDS[at % 8]} Zvezda", "reference": str(at)} for at in range(rows)]
    screening = start(
        a_portfolio(), given_suppliers(suppliers), Input("rows", "ab" * 32, 1), by=None, on=date(2026, 11, 21)
    )
    assert Screening.objects.count() == 1
    run_screening.delay(screening.pk)
    return {"pk": screening.pk}


def told() -> dict[str, Any]:
    """Tell how far the run is, and whether anything is there twice or lost."""
    from django.db.models import Count

    from screening.models import Hit, Screening, ScreeningChunk, Subject
    from screening.runs import abandoned
    from screening.verifying import verify

    screening = Screening.objects.get()
    return {
        "state": screening.state,
        "rows": screening.rows,
        "rows_done": screening.rows_done,
        "hits_found": screening.hits_found,
        "hits": Hit.objects.count(),
        "rows_hit": Hit.objects.values("row").distinct().count(),
        "twice": Hit.objects.values("row", "entity_id").annotate(n=Count("id")).filter(n__gt=1).count(),
        "subjects": Subject.objects.count(),
        "chunks_done": ScreeningChunk.objects.filter(state="done").count(),
        "abandoned": abandoned(),
        "proof": verify(screening, None).outcome if screening.state == "done" else "",
    }


def resumed() -> dict[str, Any]:
    """Tell how far it is, and do what the scheduler does each minute."""
    from screening.tasks import resume_screenings

    found = told()
    resume_screenings()
    return found


def sent() -> dict[str, Any]:
    """Send for a second worker."""
    from screening.models import Screening
    from screening.tasks import run_screening

    run_screening.delay(Screening.objects.get().pk)
    return {}


WORDS = ("Anchor", "Beacon", "Compass", "Dolphin", "Estuary", "Frigate", "Gangway", "Harbour")

if __name__ == "__main__":
    sys.path.insert(0, str(Path(__file__).parent.parent))
    django.setup()
    what = {"prepared": lambda: prepared(int(sys.argv[2])), "told": told, "resumed": resumed, "sent": sent}[
        sys.argv[1]
    ]
    print(json.dumps(what()))
