"""Wagtail and Django fill their tables with English names at the first migration, and again whenever tests empty the tables.
They are renamed after every migration, but only where the name is still theirs."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.apps import apps as installed
from django.utils import translation

if TYPE_CHECKING:
    from django.apps.registry import Apps

NAMES = {
    ("auth", "Group", "name"): {"Moderators": "内容审核员", "Editors": "内容编辑"},
    ("wagtailcore", "Workflow", "name"): {"Moderators approval": "内容审核"},
    ("wagtailcore", "Task", "name"): {"Moderators approval": "内容审核"},
    ("wagtailcore", "Collection", "name"): {"Root": "全部"},
    ("wagtailcore", "Page", "title"): {"Root": "全部页面"},
    ("wagtailcore", "Page", "draft_title"): {"Root": "全部页面"},
    ("wagtailcore", "Site", "site_name"): {"": "网格e课堂"},
    ("auth", "Permission", "name"): {
        "Delete pages with children": "删除有下级的页面",
        "Lock/unlock pages you've locked": "锁定页面，解锁自己锁定的页面",
        "Publish any page": "发布任何页面",
        "Unlock any page": "解锁任何页面",
        "Can access Wagtail admin": "可以访问 Wagtail 管理后台",
        "Can choose document": "可以选用文档",
        "Can choose image": "可以选用图片",
    },
}
VERBS = {"add": "可以新建", "change": "可以修改", "delete": "可以删除", "view": "可以查看"}


def defaults_name(*, apps: Apps = installed, **_signal: Any) -> None:
    for (app, model, field), names in NAMES.items():
        for english, chinese in names.items():
            try:
                rows = apps.get_model(app, model)._default_manager.filter(**{field: english})
            except LookupError:  # not migrated yet
                break
            rows.update(**{field: chinese})
    _name_permissions(apps)


def _name_permissions(apps: Apps) -> None:
    try:
        permissions = apps.get_model("auth", "Permission")._default_manager.select_related("content_type")
    except LookupError:
        return
    renamed = []
    with translation.override("zh-hans"):  # `migrate` runs without any language
        for permission in permissions.filter(name__startswith="Can "):
            kind = permission.content_type
            verb = VERBS.get(permission.codename.removesuffix(f"_{kind.model}"))
            try:
                noun = installed.get_model(kind.app_label, kind.model)._meta.verbose_name
            except LookupError:  # of an app that is no longer installed
                continue
            if verb:
                permission.name = f"{verb}{noun}"
                renamed.append(permission)
    permissions.model._default_manager.bulk_update(renamed, ["name"], batch_size=100)
