"""题库: the list, and one page for each type."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import django_filters
from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.db.models import OuterRef, Q, Subquery
from django.http import Http404
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.functional import cached_property
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_POST
from wagtail.admin.filters import WagtailFilterSet
from wagtail.admin.ui.tables import Column, StatusTagColumn, TitleColumn
from wagtail.admin.views.generic.base import BaseListingView
from wagtail.admin.widgets.button import HeaderButton

from acts import Refused
from acts.pages import act_then_go
from content.models import Clause, Edition
from exams import services
from exams.access import editions_to_examine, question_for, questions_seen_by
from exams.advice import advice_for, twins_of
from exams.cms.forms.fields import kind_choices
from exams.cms.pages import page
from exams.models import Question, QuestionClause
from exams.papers import chapters_of
from exams.types import all_types, type_for
from people.tree import within

if TYPE_CHECKING:
    from collections.abc import Sequence

    from django.db.models import QuerySet
    from django.http import HttpResponse

    from exams.cms.forms.questions import QuestionForm
    from people.models import User
    from people.requests import ActorRequest


def current_edition(actor: User) -> Edition | None:
    in_force = editions_to_examine(actor).filter(state=Edition.State.IN_FORCE)
    return in_force.order_by("-is_demonstration", "pk").first()


def _editions(actor: User) -> dict[str, Edition]:
    """By their ids, as addresses have them; the one in force that is asked about first comes first."""
    editions = editions_to_examine(actor).order_by("-is_demonstration", "pk")
    return {str(edition.pk): edition for edition in editions}


ALL = gettext_lazy("全部")
YES_OR_NO = [("yes", gettext_lazy("是")), ("no", gettext_lazy("否"))]


class QuestionFilter(WagtailFilterSet):
    edition = django_filters.ChoiceFilter(
        label=gettext_lazy("标准版本"), choices=[], method="of_edition", empty_label=ALL
    )
    kind = django_filters.ChoiceFilter(label=gettext_lazy("题型"), choices=kind_choices, empty_label=ALL)
    state = django_filters.ChoiceFilter(label=gettext_lazy("状态"), choices=Question.State.choices, empty_label=ALL)
    chapter = django_filters.ChoiceFilter(label=gettext_lazy("章"), choices=[], method="in_chapter", empty_label=ALL)
    clause = django_filters.CharFilter(label=gettext_lazy("条款编号"), method="on_clause")
    difficulty = django_filters.ChoiceFilter(
        label=gettext_lazy("难度"), choices=Question.Difficulty.choices, empty_label=ALL
    )
    never_used = django_filters.ChoiceFilter(
        label=gettext_lazy("从未用于考试"), choices=YES_OR_NO, method="by_use", empty_label=ALL
    )

    class Meta:
        model = Question
        fields: list[str] = []

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        editions = _editions(self.request.user)
        self.filters["edition"].extra["choices"] = [(pk, str(edition)) for pk, edition in editions.items()]
        chosen = editions.get(str((self.data or {}).get("edition", "")))
        self.filters["chapter"].extra["choices"] = _chapter_choices([chosen] if chosen else list(editions.values()))

    def of_edition(self, questions: QuerySet[Question], name: str, edition: str) -> QuerySet[Question]:
        links = QuestionClause.objects.filter(clause__edition_id=int(edition), is_main=True)
        return questions.filter(pk__in=links.values("question"))

    def by_use(self, questions: QuerySet[Question], name: str, answer: str) -> QuerySet[Question]:
        return questions.filter(used_at__isnull=answer == "yes")

    def in_chapter(self, questions: QuerySet[Question], name: str, path: str) -> QuerySet[Question]:
        links = QuestionClause.objects.filter(within(path, "clause__path"), is_main=True)
        return questions.filter(pk__in=links.values("question"))

    def on_clause(self, questions: QuerySet[Question], name: str, number: str) -> QuerySet[Question]:
        """The clause itself and what lies below it: 4.3 finds 4.3.1, not 4.30."""
        wanted = Q(clause__number=number.strip()) | Q(clause__number__startswith=f"{number.strip()}.")
        return questions.filter(pk__in=QuestionClause.objects.filter(wanted).values("question"))


def _chapter_choices(editions: list[Edition]) -> list[tuple[str, str]]:
    many = len(editions) > 1
    return [
        (path, f"{edition} · {chapter} {chapter.title}" if many else f"{chapter} {chapter.title}".strip())
        for edition in editions[:EDITIONS_MOST]
        for path, chapter in chapters_of(edition.pk).items()
    ]


EDITIONS_MOST = 5  # whose chapters are offered together; with more, an edition is chosen first


class QuestionList(BaseListingView):
    """Base rows only: fifty questions of any types are one query."""

    page_title = gettext_lazy("题库")
    header_icon = "help"
    index_url_name = "exams_cms:questions"
    index_results_url_name = "exams_cms:questions_results"
    template_name = "exams/cms/questions.html"
    results_template_name = "exams/cms/questions_results.html"
    filterset_class = QuestionFilter
    is_searchable = True
    paginate_by = 50
    default_ordering = "-pk"
    verbose_name_plural = gettext_lazy("试题")

    @property
    def columns(self) -> list[Column]:
        return [
            TitleColumn(
                "stem",
                label=_("题干"),
                accessor=lambda q: q.stem[:60],
                get_url=lambda q: reverse("exams_cms:question", args=[q.pk]),
            ),
            Column("code", label=_("题号"), sort_key="code"),
            Column("kind", label=_("题型"), accessor=lambda q: type_for(q.kind).title, sort_key="kind"),
            Column("clause", label=_("条款"), accessor="main_number"),
            *self.edition_column,
            Column("owner", label=_("所属单位"), accessor=lambda q: q.owner or _("全系统")),
            Column("difficulty", label=_("难度"), accessor="get_difficulty_display"),
            Column("used", label=_("用过"), accessor=lambda q: _("是") if q.used_at else "", sort_key="used_at"),
            Column("version", label=_("版本")),
            StatusTagColumn(
                "state", label=_("状态"), accessor="get_state_display", primary=lambda q: q.state == "ready"
            ),
        ]

    def get_base_queryset(self) -> QuerySet[Any]:
        main = QuestionClause.objects.filter(question=OuterRef("pk"), is_main=True)
        questions: Any = questions_seen_by(self.request.user).filter(is_current=True).select_related("owner")
        return questions.annotate(
            main_number=Subquery(main.values("clause__number")[:1]),
            main_edition=Subquery(main.values("clause__edition")[:1]),
        )

    @cached_property
    def edition_column(self) -> list[Column]:
        editions = _editions(self.request.user)
        if len(editions) < 2:
            return []
        return [Column("edition", label=_("标准版本"), accessor=lambda q: editions.get(str(q.main_edition), ""))]

    def search_queryset(self, queryset: QuerySet[Question]) -> QuerySet[Question]:
        words = self.search_query
        return queryset.filter(Q(stem__icontains=words) | Q(code__iexact=words)) if words else queryset

    @cached_property
    def header_buttons(self) -> list[HeaderButton]:
        return [
            HeaderButton(
                _("新增%(kind)s") % {"kind": title},
                url=reverse("exams_cms:question_add", args=[kind]),
                icon_name="plus",
                priority=place,
            )
            for place, (kind, title) in enumerate(kind_choices())
        ]


def _trail() -> list[tuple[str, str]]:
    return [(_("题库"), reverse("exams_cms:questions"))]


def _clause_choices(form: QuestionForm) -> list[Clause]:
    """For the list under the field: the clauses of the chosen edition that have a number."""
    editions = form.fields["edition"].queryset  # type: ignore[attr-defined]
    asked = str(form["edition"].value() or getattr(editions.first(), "pk", ""))
    if not (asked.isascii() and asked.isdecimal() and len(asked) < 10):
        return []
    chosen = editions.order_by().filter(pk=asked).values("pk")
    return list(
        Clause.objects.filter(edition__in=chosen).exclude(number="").exclude(kind=Clause.Kind.ITEM).order_by("path")
    )


def _form_page(
    request: ActorRequest,
    form: QuestionForm,
    *,
    title: str,
    question: Question | None,
    reasons: Sequence[str] = (),
    may_change: bool = True,
    status: int = 200,
) -> HttpResponse:
    versions: list[Any] = []
    if question is not None:
        versions = list(
            Question.objects.non_polymorphic()
            .filter(lineage=question.lineage)
            .select_related("created_by__member")
            .order_by("-version")
        )
    newest = versions[0] if versions else None
    return page(
        request,
        "question_form.html",
        title=title,
        trail=_trail(),
        icon="help",
        status=status,
        form=form,
        kind=type_for(form.kind),
        question=question,
        face=type_for(form.kind).face(question) if question is not None else [],
        reasons=reasons,
        may_change=may_change,
        versions=versions,
        newest=newest,
        is_old=question is not None and newest is not None and newest.pk != question.pk,
        next_version=newest.version + 1 if newest is not None else 1,
        advice=advice_for(question) if question is not None else [],
        twins=twins_of(question, among=questions_seen_by(request.user)) if question is not None else [],
        clauses=_clause_choices(form),
    )


@require_http_methods(["GET", "POST"])
def question_add(request: ActorRequest, kind: str) -> HttpResponse:
    if kind not in all_types():
        raise Http404
    title = _("新增%(kind)s") % {"kind": type_for(kind).title}
    # «Save and write the next one» keeps the clause: questions are written clause by clause.
    kept = {name: request.GET[name] for name in ("main_clause", "edition") if name in request.GET}
    form = type_for(kind).form(
        request.POST or None, kind=kind, editions=editions_to_examine(request.user), initial=kept
    )
    if request.method != "POST":
        return _form_page(request, form, title=title, question=None)
    reasons: list[str] = []
    if form.is_valid():
        try:
            question = services.question_create(actor=request.user, draft=form.draft())
        except Refused as refusal:
            reasons = list(refusal.reasons)
        else:
            _tell(request, question, _("已新增试题 %(code)s。") % {"code": question.code})
            if "next" in request.POST:
                address = reverse("exams_cms:question_add", args=[kind])
                data = form.cleaned_data
                return redirect(f"{address}?main_clause={data['main_clause']}&edition={data['edition'].pk}")
            return redirect("exams_cms:question", pk=question.pk)
    return _form_page(request, form, title=title, question=None, reasons=reasons, status=422)


@require_http_methods(["GET", "POST"])
def question_edit(request: ActorRequest, pk: int) -> HttpResponse:
    question, may_change = question_for(request.user, pk)
    title = f"{type_for(question.kind).title} {question.code}"
    form = type_for(question.kind).form(
        request.POST or None, kind=question.kind, editions=editions_to_examine(request.user), question=question
    )
    if request.method != "POST":
        return _form_page(request, form, title=title, question=question, may_change=may_change)
    if not may_change:
        raise PermissionDenied
    reasons: list[str] = []
    if form.is_valid():
        try:
            newest = services.question_revise(actor=request.user, question=question, draft=form.draft())
        except Refused as refusal:
            reasons = list(refusal.reasons)
        else:
            if newest.pk == question.pk:
                text = _("已保存试题 %(code)s。") % {"code": newest.code}
            else:
                text = _("已生成第 %(n)s 版。旧答卷仍按旧版显示。") % {"n": newest.version}
            _tell(request, newest, text)
            return redirect("exams_cms:question", pk=newest.pk)
    return _form_page(request, form, title=title, question=question, reasons=reasons, status=422)


def _tell(request: ActorRequest, question: Question, text: str) -> None:
    messages.success(request, text)
    if question.state == Question.State.DRAFT:
        messages.warning(request, _("这道题还是草稿，不会被抽到试卷里。"))


@require_POST
def question_state(request: ActorRequest, pk: int) -> HttpResponse:
    question, _may_change = question_for(request.user, pk)
    state: Any = request.POST.get("state")
    if state not in Question.State.values:
        raise Http404
    return act_then_go(
        request,
        lambda: services.question_set_state(actor=request.user, question=question, state=state),
        success=lambda _nothing: (
            _("试题 %(code)s 现在是“%(state)s”。") % {"code": question.code, "state": question.get_state_display()}
        ),
        to=reverse("exams_cms:question", args=[pk]),
    )
