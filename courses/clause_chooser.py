"""Choosing a clause in the editor: newest edition in force first, searched by number, title or text."""

from __future__ import annotations

from typing import Any

from django import forms
from django.db.models import Case, F, Q, When
from django.utils.translation import gettext_lazy as _
from wagtail.admin.forms.choosers import BaseFilterForm
from wagtail.admin.ui.tables import Column
from wagtail.admin.views.generic.chooser import ChooseResultsView, ChooseView, ChosenView
from wagtail.admin.viewsets.chooser import ChooserViewSet
from wagtail.admin.widgets import BaseChooser

from content.access import editions_visible_to
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
        rank = Case(
            When(edition__state=Edition.State.IN_FORCE, then=0),
            When(edition__state=Edition.State.UPCOMING, then=1),
            default=2,
        )
        return (
            Clause.objects.select_related("edition")
            .filter(edition__in=editions_visible_to(self.request.user))  # type: ignore[attr-defined]
            .exclude(kind__in=(Clause.Kind.ITEM, Clause.Kind.PARAGRAPH))
            .exclude(edition__state=Edition.State.DRAFT)
            .order_by(rank, F("edition__effective_on").desc(nulls_last=True), "edition_id", "path")
        )

    @property
    def columns(self) -> list[Column]:
        return [
            *super().columns,  # type: ignore[misc]
            Column("text", label=_("条文"), accessor=lambda clause: clause.text[:60]),
            Column("edition", label=_("版本"), accessor=_edition_words),
        ]


def _edition_words(clause: Clause) -> str:
    edition = clause.edition
    return (
        edition.label
        if edition.state == Edition.State.IN_FORCE
        else f"{edition.label}（{edition.get_state_display()}）"
    )


def clause_words(clause: Clause) -> str:
    """How a chosen clause stands in the editor: a number alone says little."""
    return (
        f"{clause} {clause.text[:40]} · {_edition_words(clause)}"
        if clause.text
        else f"{clause} · {_edition_words(clause)}"
    )


class ClauseChosenView(ChosenView):
    def get_display_title(self, instance: Clause) -> str:
        return clause_words(instance)


class ClauseWidget(BaseChooser):
    def get_display_title(self, instance: Clause) -> str:
        return clause_words(instance)


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
    chosen_view_class = ClauseChosenView
    base_widget_class = ClauseWidget
    register_widget = True


clause_chooser = ClauseChooserViewSet("clause_chooser", url_prefix="clause-chooser")
