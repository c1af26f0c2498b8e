from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.urls import include, path, reverse
from django.utils.translation import gettext_lazy as _
from wagtail import hooks
from wagtail.admin.menu import MenuItem

from content.cms import urls as cms_urls
from people.access import Role, has_role

if TYPE_CHECKING:
    from django.http import HttpRequest


@hooks.register("register_admin_urls")
def register_urls() -> list[Any]:
    return [path("standards/", include(cms_urls))]


class TrainerItem(MenuItem):
    def is_shown(self, request: HttpRequest) -> bool:
        return has_role(request.user, Role.TRAINER)


@hooks.register("register_admin_menu_item")
def register_menu() -> MenuItem:
    return TrainerItem(_("标准"), reverse("content_cms:standards"), icon_name="doc-full", order=200)
