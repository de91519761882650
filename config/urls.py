from __future__ import annotations

from django.contrib import admin
from django.urls import include, path
from django.views.generic import RedirectView

from api.views import healthz

urlpatterns = [
    path("", RedirectView.as_view(pattern_name="admin:vet")),
    path("admin/", admin.site.urls),
    path("api/", include("api.urls")),
    path("healthz", healthz, name="healthz"),
]
handler500 = "api.exceptions.server_error"
