from __future__ import annotations

from typing import Any

from django.urls import include, path, reverse
from django.utils.translation import gettext_lazy as _
from wagtail import hooks
from wagtail.admin.menu import Menu, MenuItem, SubmenuMenuItem

from content.cms.pages import TrainerItem
from exams.cms import urls as cms_urls


@hooks.register("register_admin_urls")
def register_urls() -> list[Any]:
    return [path("exams/", include(cms_urls))]


@hooks.register("register_admin_menu_item")
def register_menu() -> MenuItem:
    items = [
        TrainerItem(_("题库"), reverse("exams_cms:questions"), icon_name="help", order=10),
        TrainerItem(_("组卷蓝图"), reverse("exams_cms:blueprints"), icon_name="clipboard-list", order=20),
        TrainerItem(_("考试场次"), reverse("exams_cms:sittings"), icon_name="date", order=30),
        TrainerItem(_("阅卷"), reverse("exams:marking:list"), icon_name="edit", order=35),
        TrainerItem(_("便利安排"), reverse("exams_cms:extra_time"), icon_name="time", order=40),
    ]
    return SubmenuMenuItem(_("题库与考试"), Menu(items=items), name="exams", icon_name="form", order=220)
