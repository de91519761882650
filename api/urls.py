from __future__ import annotations

from django.urls import path, re_path
from drf_spectacular.views import SpectacularSwaggerView

from api import reviewing, screenings, views
from api.exceptions import unknown_path

urlpatterns = [
    path("v1/", views.IndexView.as_view(), name="index"),
    path("v1/datasets/", views.DatasetsView.as_view(), name="datasets"),
    path("v1/datasets/<slug:name>/", views.DatasetView.as_view(), name="dataset"),
    path("v1/datasets/<slug:name>/versions/", views.VersionsView.as_view(), name="dataset-versions"),
    path("v1/datasets/<slug:name>/changes.atom", views.FeedView.as_view(), name="dataset-feed"),
    path("v1/changes/", views.ChangesView.as_view(), name="changes"),
    path("v1/entities/", views.EntitiesView.as_view(), name="entities"),
    path("v1/entities/<slug:pk>/", views.EntityView.as_view(), name="entity"),
    path("v1/entities/<slug:pk>/exposure/", views.ExposureView.as_view(), name="entity-exposure"),
    path("v1/entities/<slug:pk>/ownership/", views.OwnershipView.as_view(), name="entity-ownership"),
    path("v1/entities/<slug:pk>/reach/", views.ReachView.as_view(), name="entity-reach"),
    path("v1/cross-references/", views.CrossReferencesView.as_view(), name="cross-references"),
    path("v1/cross-references/<int:pk>/", views.CrossReferenceView.as_view(), name="cross-reference"),
    path(
        "v1/cross-references/<int:pk>/rulings/", views.RulingsView.as_view(), name="cross-reference-rulings"
    ),
    path("v1/entities/<slug:pk>/evidence/", views.EvidenceView.as_view(), name="entity-evidence"),
    path("v1/entities/<slug:pk>/partnerships/", views.PartnershipsView.as_view(), name="entity-partnerships"),
    path("v1/what-if/", views.WhatIfView.as_view(), name="what-if"),
    # Without a last slash, as the clients of OpenSanctions write it.
    path("v1/match/<slug:dataset>", views.MatchView.as_view(), name="match"),
    path("v1/match/<slug:dataset>/", views.MatchView.as_view(schema=None)),
    path("v1/vet/", views.VetView.as_view(), name="vet"),
    path("v1/vet/dossier.<slug:form>", views.VetDossierView.as_view(), name="vet-dossier"),
    path("v1/screenings/", screenings.ScreeningsView.as_view(), name="screenings"),
    path("v1/screenings/<int:pk>/", screenings.ScreeningView.as_view(), name="screening"),
    path("v1/screenings/<int:pk>/hits/", screenings.HitsView.as_view(), name="screening-hits"),
    path("v1/screenings/<int:pk>/cancel/", screenings.CancelView.as_view(), name="screening-cancel"),
    path("v1/screenings/<int:pk>/resume/", screenings.ResumeView.as_view(), name="screening-resume"),
    path("v1/screenings/<int:pk>/verify/", screenings.VerifyView.as_view(), name="screening-verify"),
    path(
        "v1/screenings/<int:pk>/<slug:kind>.<slug:form>",
        screenings.ReportView.as_view(),
        name="screening-report",
    ),
    path("v1/hits/", reviewing.ReviewHitsView.as_view(), name="hits"),
    path("v1/hits/<int:pk>/", reviewing.ReviewHitView.as_view(), name="hit"),
    path("v1/hits/<int:pk>/decisions/", reviewing.DecisionsView.as_view(), name="hit-decisions"),
    path("v1/alerts/", reviewing.AlertsView.as_view(), name="alerts"),
    path("v1/schema/", views.SchemaView.as_view(), name="schema"),
    path("v1/docs/", SpectacularSwaggerView.as_view(url_name="schema"), name="docs"),
    re_path(r"^(?P<rest>.*)$", unknown_path),
]
