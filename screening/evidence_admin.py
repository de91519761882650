"""Evidence and partnerships in the admin: entered, corrected and withdrawn by people, read by all."""

from __future__ import annotations

import hashlib
import tempfile
from pathlib import Path
from typing import Any

from django import forms
from django.conf import settings
from django.contrib import admin, messages
from django.db import models
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.text import Truncator
from unfold.admin import ModelAdmin
from unfold.contrib.filters.admin import RangeDateFilter
from unfold.decorators import display
from unfold.widgets import UnfoldAdminURLInputWidget

from entities.models import Evidence
from ingest import files
from ingest.files import Bundle
from screening.recording import Entry, RecordingError, corrected, entered, is_ours, withdrawn

NATURES = {"allegation": "warning", "finding": "info", "reply": "success", "official": "info"}
# The largest copy of a page or a file that is kept with an entry.
MOST_MB = 50


class EntryForm(forms.ModelForm):
    def clean(self) -> dict[str, Any]:
        given = super().clean() or {}
        if not (given.get("url") or given.get("citation") or given.get("note")):
            raise forms.ValidationError("Say where this is from: an address, or in words.")
        return given


class EvidenceForm(EntryForm):
    copy = forms.FileField(
        required=False,
        label="Copy to keep",
        help_text=f"The page or file as you read it, at most {MOST_MB} MiB: kept in the archive, its hash with the entry.",
    )

    def clean(self) -> dict[str, Any]:
        given = super().clean()
        copy = given.get("copy")
        if copy and copy.size > MOST_MB << 20:
            self.add_error("copy", f"At most {MOST_MB} MiB are kept.")
        elif copy:
            digest = hashlib.sha256()
            for block in copy.chunks():
                digest.update(block)
            if given.get("archived_sha256") not in ("", None, digest.hexdigest()):
                self.add_error("archived_sha256", "This is not the hash of the copy.")
            given["archived_sha256"] = digest.hexdigest()
        return given


class StandingFilter(admin.SimpleListFilter):
    title = "standing"
    parameter_name = "standing"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        return [("withdrawn", "withdrawn or corrected")]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        """Show what stands, unless what does not is asked for."""
        return queryset.filter(removed_in__isnull=self.value() != "withdrawn")


class EntryAdmin(ModelAdmin):
    """Rows that several datasets state: those of the desk can be corrected, by a new row, and withdrawn."""

    autocomplete_fields = ("entity",)
    list_select_related = ("entity", "added_in__dataset", "removed_in")
    list_per_page = 50
    change_list_template = "screening/change_list.html"
    actions = ("withdraw",)
    formfield_overrides = {
        models.URLField: {"assume_scheme": "https", "widget": UnfoldAdminURLInputWidget},
    }

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        return super().get_queryset(request).defer("entity__raw", "entity__properties")

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return super().has_change_permission(request, obj) and (obj is None or is_ours(obj))

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> tuple[str, ...]:
        return ("entity", "stated_by") if obj else ()

    def get_fields(self, request: HttpRequest, obj: Any = None) -> list[Any]:
        named = [*self.entry_fields] if obj is None or is_ours(obj) else [*self.model_fields]
        return [*named, "stated_by"] if obj else named

    entry_fields: tuple[str, ...] = ()
    model_fields: tuple[str, ...] = ()

    def save_model(self, request: HttpRequest, obj: Entry, form: Any, change: bool) -> None:
        """Write an entry as a version of the desk's dataset; a correction is a new row beside the old one."""
        kept = _kept(form.cleaned_data.get("copy"))
        if change:
            corrected(self.model._default_manager.get(pk=obj.pk), obj, request.user, files=kept)
        else:
            entered([obj], request.user, files=kept)

    def log_addition(self, request: HttpRequest, obj: Any, message: Any) -> None:
        """Leave it to the audit trail, which says more and cannot be edited."""

    log_change = log_addition

    @admin.action(description="Withdraw the chosen entries", permissions=["change"])
    def withdraw(self, request: HttpRequest, queryset: QuerySet[Any]) -> None:
        done = 0
        for row in queryset:
            try:
                withdrawn(row, request.user)
                done += 1
            except RecordingError as error:
                messages.error(request, f"{row}: {error}")
        if done:
            messages.success(request, f"Withdrawn: {done}. Earlier answers still show them as known then.")

    @display(description="stated by")
    def stated_by(self, row: Entry) -> str:
        gone = f", withdrawn {row.removed_in.published_on}" if row.removed_in else ""
        version = row.added_in
        return f"{version.dataset.title}, {version.published_on}: {version.origin}{gone}"


class EvidenceAdmin(EntryAdmin):
    form = EvidenceForm
    list_display = ("published", "entity", "publisher", "nature_in_short", "claim_in_short")
    list_filter = (StandingFilter, "nature", "verified", ("published", RangeDateFilter))
    list_filter_submit = True
    search_fields = ("entity__caption", "publisher", "title", "claim")
    model_fields = (
        *("entity", "published", "published_text", "publisher", "title", "url", "retrieved"),
        *("archived_sha256", "claim", "nature", "topic", "verified", "note"),
    )
    entry_fields = (*model_fields[:8], "copy", *model_fields[8:])

    @display(description="nature", label=NATURES, ordering="nature")
    def nature_in_short(self, row: Evidence) -> str:
        return row.nature

    @display(description="claim")
    def claim_in_short(self, row: Evidence) -> str:
        return Truncator(row.claim).chars(120)


class PartnershipAdmin(EntryAdmin):
    form = EntryForm
    list_display = ("entity", "brand", "kind", "description", "start", "end")
    list_filter = (StandingFilter, "kind", "verified")
    search_fields = ("entity__caption", "brand", "description")
    model_fields = entry_fields = (
        *("entity", "brand", "kind", "description", "start", "end", "dates", "citation", "url", "verified"),
    )


def _kept(copy: Any) -> list[dict[str, Any]]:
    """Keep an uploaded copy in the archive, under its hash, as every list's raw file."""
    if not copy:
        return []
    with tempfile.TemporaryDirectory(prefix="watchlink-") as folder:
        path = Path(folder) / "copy"
        path.write_bytes(b"".join(copy.chunks()))
        name = Path(copy.name).name[:200]
        return files.archive(Bundle((files.measure(path, name),), name), settings.ARCHIVE_DIR)
