"""The trainer's desk, our mark, and names for what Wagtail leaves to be named after its Python name: those never pass through a catalogue. Each is looked up, so
that an upgrade that moves one fails at the start and not on a trainer's screen."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.templatetags.static import static
from django.utils.html import format_html
from django.utils.translation import gettext_lazy as _
from wagtail import hooks
from wagtail.admin.forms.choosers import (
    AnchorLinkChooserForm,
    EmailLinkChooserForm,
    ExternalLinkChooserForm,
    PhoneLinkChooserForm,
)
from wagtail.admin.forms.workflows import TaskChooserSearchForm, WorkflowPageForm
from wagtail.admin.views.pages.bulk_actions.page_bulk_action import DefaultPageForm
from wagtail.sites.views import IndexView as SitesIndexView
from wagtail.users.forms import PagePermissionsForm

from home import desk

if TYPE_CHECKING:
    from django.http import HttpRequest
    from wagtail.admin.ui.components import Component

FIELDS: list[tuple[Any, dict[str, Any]]] = [
    (ExternalLinkChooserForm, {"link_text": _("链接文字")}),
    (AnchorLinkChooserForm, {"link_text": _("链接文字")}),
    (
        EmailLinkChooserForm,
        {
            "email_address": _("电子邮箱"),
            "link_text": _("链接文字"),
            "subject": _("邮件主题"),
            "body": _("邮件正文"),
        },
    ),
    (PhoneLinkChooserForm, {"phone_number": _("电话号码"), "link_text": _("链接文字")}),
    (DefaultPageForm, {"include_descendants": _("包括下级页面")}),
    (WorkflowPageForm, {"page": _("页面")}),
    (PagePermissionsForm, {"page": _("页面")}),
]
COLUMNS: list[tuple[Any, dict[str, Any]]] = [
    (SitesIndexView, {"port": _("端口"), "site_name": _("站点名称"), "root_page": _("根页面")}),
]

for form, labels in FIELDS:
    for name, label in labels.items():
        form.base_fields[name].label = label
for view, labels in COLUMNS:
    columns = {column.name: column for column in view.columns}
    for name, label in labels.items():
        columns[name].label = label

_chooser_made = TaskChooserSearchForm.__init__


def _chooser_with_names(form: Any, *args: Any, **kwargs: Any) -> None:
    """This one makes its field for the kind of task while it is made, and only where there are several kinds."""
    _chooser_made(form, *args, **kwargs)
    if "task_type" in form.fields:
        form.fields["task_type"].label = _("任务类型")


TaskChooserSearchForm.__init__ = _chooser_with_names


@hooks.register("construct_homepage_panels")
def put_the_desk_first(request: HttpRequest, panels: list[Component]) -> None:
    if desk.is_for(request.user):
        panels.append(desk.Desk())


@hooks.register("insert_global_admin_css")
def style_of_our_panels() -> str:
    return format_html('<link rel="stylesheet" href="{}">', static("home/desk.css"))


@hooks.register("construct_help_menu")
def leave_out_what_is_elsewhere_and_english(request: HttpRequest, items: list[Any]) -> None:
    items[:] = [item for item in items if not item.url.startswith("https://")]
