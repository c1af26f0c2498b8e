"""The shape of what a trainer enters. Meaning is checked by the services."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from content.cms.widgets import TypedDate
from content.importers.readers.registry import endings
from content.models import Edition, Standard
from content.services.editions import standard_code_for
from uploads.pages import FileForm

if TYPE_CHECKING:
    from django.db.models import QuerySet
    from django.http import HttpRequest

    from content.importers.parsed import ParsedStandard

STATES = (Edition.State.IN_FORCE, Edition.State.UPCOMING, Edition.State.DRAFT)


class UploadForm(FileForm):
    cure_for_too_large = gettext_lazy("标准文本通常不到 5 MB，请删去图片或拆成几份后再上传。")

    def __init__(self, request: HttpRequest) -> None:
        super().__init__(request, endings=endings())
        self.fields["file"].label = _("标准文件")
        self.fields["file"].help_text = _("Word（.docx）、Markdown（.md）或纯文本（.txt），不超过 50 MB。")


class ConfirmForm(forms.Form):
    standard = forms.ModelChoiceField(
        label=gettext_lazy("属于哪份标准"),
        queryset=Standard.objects.none(),
        required=False,
        empty_label=gettext_lazy("新的标准"),
        help_text=gettext_lazy("同一份标准的新旧版本放在一起，以后可以比较。"),
        error_messages={"invalid_choice": gettext_lazy("这份标准不存在。请重新选择。")},
    )
    title = forms.CharField(
        label=gettext_lazy("标题"), max_length=200, error_messages={"required": gettext_lazy("请填写标题。")}
    )
    label = forms.CharField(
        label=gettext_lazy("版本"),
        max_length=40,
        help_text=gettext_lazy("例如“2025年版”。"),
        error_messages={"required": gettext_lazy("请填写版本，例如“2025年版”。")},
    )
    number = forms.CharField(label=gettext_lazy("文件编号"), max_length=80, required=False)
    issued_on = forms.DateField(label=gettext_lazy("发布日期"), required=False, widget=TypedDate())
    effective_on = forms.DateField(label=gettext_lazy("实施日期"), required=False, widget=TypedDate())
    state = forms.ChoiceField(
        label=gettext_lazy("导入后的状态"),
        choices=[(state.value, state.label) for state in STATES],
        widget=forms.RadioSelect,
        help_text=gettext_lazy(
            "设为现行后，同一份标准原来的现行版本改为“废止”，仍可查看。草稿只有培训管理人员能看到。"
        ),
        error_messages={"required": gettext_lazy("请选择导入后的状态。")},
    )
    is_demonstration = forms.BooleanField(
        label=gettext_lazy("这是演示文本"),
        required=False,
        help_text=gettext_lazy("不是正式发布的标准，只用于演示、测试和教学。每一页都会注明。"),
    )

    def __init__(self, *args: Any, standards: QuerySet[Standard], **kwargs: Any) -> None:
        """`standards`: those that the person may add an edition to."""
        super().__init__(*args, **kwargs)
        self.fields["standard"].queryset = standards.order_by("title", "pk")  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        issued, effective = data.get("issued_on"), data.get("effective_on")
        if issued and effective and effective < issued:
            self.add_error("effective_on", _("实施日期早于发布日期。请核对这两个日期。"))
        return data


def label_for(parsed: ParsedStandard) -> str:
    """2025年版, from the year in the number (DEMO/T 001—2025) or a date; empty where the file names none."""
    found = re.search(r"[—–－-]\s*((?:19|20)\d\d)$", parsed.number)
    day = parsed.effective_on or parsed.issued_on
    year = found.group(1) if found else str(day.year) if day else ""
    return _("%(year)s年版") % {"year": year} if year else ""


def initial_for(parsed: ParsedStandard, standards: QuerySet[Standard]) -> dict[str, Any]:
    """What the file itself says, and the standard it belongs to, if that is known."""
    upcoming = parsed.effective_on is not None and parsed.effective_on > timezone.localdate()
    known = standards.filter(code=standard_code_for(parsed.number, parsed.title)).first()
    return {
        "standard": known.pk if known is not None else None,
        "title": parsed.title[:200],
        "label": label_for(parsed),
        "number": parsed.number[:80],
        "issued_on": parsed.issued_on,
        "effective_on": parsed.effective_on,
        "state": (Edition.State.UPCOMING if upcoming else Edition.State.IN_FORCE).value,
        "is_demonstration": "演示文本" in parsed.title,
    }
