from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.urls import path, reverse
from django.utils.translation import gettext_lazy as _
from wagtail import hooks
from wagtail.admin.menu import MenuItem

from courses import views
from courses.clause_chooser import clause_chooser
from people.access import Role, has_role

if TYPE_CHECKING:
    from django.http import HttpRequest


@hooks.register("register_admin_viewset")
def register_clause_chooser() -> Any:
    return clause_chooser


@hooks.register("register_admin_urls")
def register_urls() -> list[Any]:
    return [
        path("courses/from-clauses/", views.from_clauses, name="courses_from_clauses"),
        path("courses/from-clauses/<int:edition_id>/", views.from_clauses, name="courses_from_clauses"),
    ]


class TrainerMenuItem(MenuItem):
    def is_shown(self, request: HttpRequest) -> bool:
        return has_role(request.user, Role.TRAINER)


@hooks.register("register_admin_menu_item")
def register_menu_item() -> MenuItem:
    return TrainerMenuItem(_("从条款建课"), reverse("courses_from_clauses"), icon_name="list-ol", order=210)
