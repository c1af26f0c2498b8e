from __future__ import annotations

import unicodedata
from decimal import Decimal, InvalidOperation
from typing import TYPE_CHECKING, Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from exams.marking.services import LONGEST_COMMENT

if TYPE_CHECKING:
    from exams.marking.queries import Shown


class MarkForm(forms.Form):
    """Shape only: whether the points may be given is the service's to say."""

    points = forms.CharField(
        label=gettext_lazy("得分"),
        max_length=20,
        error_messages={"required": gettext_lazy("请填写得分。")},
        widget=forms.TextInput(attrs={"inputmode": "decimal", "autocomplete": "off"}),
    )
    comment = forms.CharField(
        label=gettext_lazy("备注（可不填）"),
        required=False,
        help_text=gettext_lazy("留给复核的人，考生看不到。"),
        widget=forms.Textarea(attrs={"rows": 2}),
    )

    def __init__(self, data: Any = None, *, shown: Shown) -> None:
        super().__init__(data, initial={"points": shown.points, "comment": shown.comment})
        self.fields["points"].help_text = _("0 到 %(most)s 分。") % {"most": shown.most}

    def clean_points(self) -> int:
        """In hundredths of a mark. Full-width digits are typed by many Chinese keyboards."""
        typed = self.cleaned_data["points"]
        text = unicodedata.normalize("NFKC", typed).replace("。", ".").removesuffix("分").strip()
        try:
            score = Decimal(text) * 100
        except InvalidOperation:
            score = Decimal("NaN")
        if not score.is_finite() or score != score.to_integral_value() or abs(score) > 1_000_000:
            raise forms.ValidationError(_("得分要填数字，例如 1.5。您填的是“%(typed)s”。") % {"typed": typed})
        return int(score)

    def clean_comment(self) -> str:
        comment: str = self.cleaned_data["comment"]
        if len(comment) > LONGEST_COMMENT:
            raise forms.ValidationError(
                _("备注最多 %(most)s 字，现在有 %(n)s 字。") % {"most": LONGEST_COMMENT, "n": len(comment)}
            )
        return comment
