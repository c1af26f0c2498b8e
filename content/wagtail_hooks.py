from __future__ import annotations

from typing import Any

from django.urls import include, path, reverse
from django.utils.translation import gettext_lazy as _
from wagtail import hooks
from wagtail.admin.menu import MenuItem

from content.cms import urls as cms_urls
from content.cms.pages import TrainerItem


@hooks.register("register_admin_urls")
def register_urls() -> list[Any]:
    return [path("standards/", include(cms_urls))]


@hooks.register("register_admin_menu_item")
def register_menu() -> MenuItem:
    return TrainerItem(_("标准"), reverse("content_cms:standards"), icon_name="doc-full", order=200)
