"""Choosing a clause in the editor: newest edition in force first, searched by number, title or text."""

from __future__ import annotations

from typing import Any

from django import forms
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from wagtail.admin.forms.choosers import BaseFilterForm
from wagtail.admin.ui.tables import Column
from wagtail.admin.views.generic.chooser import ChooseResultsView, ChooseView
from wagtail.admin.viewsets.chooser import ChooserViewSet

from content.models import Clause, Edition


class ClauseFilterForm(BaseFilterForm):
    q = forms.CharField(label=_("编号或文字"), required=False, widget=forms.TextInput(attrs={"placeholder": "4.3.1"}))

    def filter(self, objects: Any) -> Any:
        objects = super().filter(objects)
        query = (self.cleaned_data.get("q") or "").strip()
        if query:
            self.is_searching = True
            self.search_query = query
            objects = objects.filter(Q(number__startswith=query) | Q(title__icontains=query) | Q(text__icontains=query))
        return objects


class ClauseListing:
    """Mixed into both of Wagtail's chooser views: what is listed, and in which columns."""

    filter_form_class = ClauseFilterForm
    per_page = 20

    def get_object_list(self) -> Any:
        return (
            Clause.objects.select_related("edition")
            .exclude(kind=Clause.Kind.ITEM)
            .exclude(edition__state=Edition.State.DRAFT)
            .order_by("-edition__effective_on", "edition_id", "path")
        )

    @property
    def columns(self) -> list[Column]:
        return [
            *super().columns,  # type: ignore[misc]
            Column("text", label=_("条文"), accessor=lambda clause: clause.text[:60]),
            Column("edition", label=_("版本"), accessor=lambda clause: clause.edition.label),
        ]


class ClauseChooseView(ClauseListing, ChooseView):
    pass


class ClauseChooseResultsView(ClauseListing, ChooseResultsView):
    pass


class ClauseChooserViewSet(ChooserViewSet):
    model = Clause
    icon = "list-ol"
    choose_one_text = _("选择条款")
    choose_another_text = _("换一条")
    page_title = _("选择条款")
    edit_item_text = _("查看条款")
    choose_view_class = ClauseChooseView
    choose_results_view_class = ClauseChooseResultsView
    register_widget = True


clause_chooser = ClauseChooserViewSet("clause_chooser", url_prefix="clause-chooser")
