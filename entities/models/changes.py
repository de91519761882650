"""What a version changed, entity by entity."""

from __future__ import annotations

from django.db import models

from entities.choices import ChangeKind
from entities.models.datasets import DatasetVersion
from entities.models.entities import Entity


class Change(models.Model):
    version = models.ForeignKey(DatasetVersion, on_delete=models.CASCADE, related_name="changes")
    entity = models.ForeignKey(Entity, on_delete=models.CASCADE, related_name="changes")
    kind = models.CharField(max_length=8, choices=ChangeKind.choices)
    fields = models.JSONField(default=dict, help_text="Per field: what left and what came.")

    class Meta:
        ordering = ["-id"]
        constraints = [models.UniqueConstraint(fields=["version", "entity"], name="one_change_per_version")]

    def __str__(self) -> str:
        return f"{self.entity} {self.kind} in {self.version}"
