from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

from django.urls import reverse
from django.utils.formats import date_format
from django.utils.translation import gettext_lazy as _

from content.models import Edition
from notices import kinds

if TYPE_CHECKING:
    from collections.abc import Sequence

    from notices.kinds import Parameters


def _edition(parameters: Parameters) -> str:
    return reverse("content:edition", args=[parameters["code"]])


def _titles(notices: Sequence[Parameters]) -> Sequence[Parameters]:
    """The title as it stands now: it may have been corrected since."""
    codes = {parameters["code"] for parameters in notices}
    titles = {
        code: (title, label)
        for code, title, label in Edition.objects.filter(code__in=codes).values_list("code", "title", "label")
    }
    found = []
    for parameters in notices:
        title, label = titles.get(parameters["code"], (parameters["code"], ""))
        found.append({**parameters, "title": title, "label": label})
    return found


def _day(parameters: Parameters) -> Parameters:
    return {**parameters, "day": date_format(date.fromisoformat(parameters["since"]), "DATE_FORMAT")}


kinds.register(
    "edition_in_force",
    text=_("《%(title)s》%(label)s已于%(day)s自动生效，之前的版本不再是现行版本。请检查课程和题目。"),
    action=_("查看标准"),
    link=_edition,
    collect=_titles,
    words=_day,
)
