"""The desk in the admin: its first page, the page that asks about a company, and who may use them."""

from __future__ import annotations

from django.contrib import admin
from django.contrib.auth.admin import GroupAdmin, UserAdmin
from django.contrib.auth.models import Group, User
from django.urls import path
from unfold.admin import ModelAdmin
from unfold.forms import AdminPasswordChangeForm, UserChangeForm, UserCreationForm

from screening.pages import vet_page

admin.site.index_template = "screening/home.html"
# Unfold asks the site for further pages here; they get the admin's login and navigation.
admin.site.extra_urls = lambda: [path("vet/", admin.site.admin_view(vet_page), name="vet")]  # type: ignore[attr-defined]

admin.site.unregister(User)
admin.site.unregister(Group)


@admin.register(User)
class DeskUserAdmin(UserAdmin, ModelAdmin):
    form = UserChangeForm
    add_form = UserCreationForm
    change_password_form = AdminPasswordChangeForm
    # The two-box chooser runs off a narrow page and cannot be used from the keyboard alone.
    filter_horizontal = ()


@admin.register(Group)
class DeskGroupAdmin(GroupAdmin, ModelAdmin):
    filter_horizontal = ()
