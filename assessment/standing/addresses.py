"""The filters of the member list in the address, read and written."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING
from urllib.parse import urlencode

from django.utils.translation import gettext as _

from assessment.standing.listing import ORDERS, MemberFilter
from assessment.standing.models import Status

if TYPE_CHECKING:
    from collections.abc import Iterable

    from certificates.models import Scheme
    from people.requests import ActorRequest


def number(text: str, most: int = 100_000) -> int | None:
    return int(text) if text.isascii() and text.isdigit() and len(text) <= 9 and int(text) <= most else None


def filter_from(request: ActorRequest, schemes: Iterable[Scheme]) -> MemberFilter:
    """Only known names and values: what is not on the list is as if it were not there."""
    known = set(Status.values)
    sort = request.GET.get("sort", "unit")
    asked = request.GET.get("scheme", "")
    return MemberFilter(
        scheme=next((scheme.pk for scheme in schemes if scheme.code == asked), None),
        status=tuple(s for s in dict.fromkeys(request.GET.getlist("status")) if s in known),
        post=number(request.GET.get("post", "")),
        due_days=number(request.GET.get("due", ""), 3660),
        query=request.GET.get("q", "").replace("\x00", "").strip()[:40],
        is_own="own" in request.GET,
        sort=sort.lstrip("-") if sort.lstrip("-") in ORDERS else "unit",
        is_descending=sort.startswith("-"),
    )


def filter_problem(request: ActorRequest, chosen: MemberFilter) -> str:
    if request.GET.get("due", "").strip() and chosen.due_days is None:
        return _("“几天内到期”请填 0 到 3660 之间的整数。现在没有按它筛选。")
    if chosen.due_days is not None and chosen.scheme is None:
        return _("“全部方案”里每人只显示最需要处理的一项。要看某一方案的到期名单，请先选方案。")
    return ""


def filter_query(chosen: MemberFilter, scheme: Scheme | None, **changes: str) -> str:
    pairs = [("scheme", scheme.code)] if scheme is not None else []
    pairs += [("status", s) for s in chosen.status]
    if chosen.post is not None:
        pairs.append(("post", str(chosen.post)))
    if chosen.due_days is not None:
        pairs.append(("due", str(chosen.due_days)))
    if chosen.query:
        pairs.append(("q", chosen.query))
    if chosen.is_own:
        pairs.append(("own", "1"))
    changes.setdefault("sort", ("-" if chosen.is_descending else "") + chosen.sort)
    return urlencode([*pairs, *changes.items()])


@dataclass(frozen=True)
class Head:
    """A column's head: what it is called, whether the list is in its order, and the address that orders by it."""

    label: str
    aria_sort: str
    query: str
    is_number: bool = False


def heads(chosen: MemberFilter, scheme: Scheme | None) -> list[Head]:
    found = []
    for key, label in (
        ("name", _("姓名")),
        ("number", _("工号")),
        ("", _("岗位")),
        ("unit", _("单位")),
        ("", _("认证方案")),
        ("status", _("状态")),
        ("", _("证书编号")),
        ("valid_until", _("有效期至")),
        ("score", _("最好成绩")),
    ):
        is_sorted = bool(key) and key == chosen.sort
        turned = f"-{key}" if is_sorted and not chosen.is_descending else key
        found.append(
            Head(
                label=label,
                aria_sort=("descending" if chosen.is_descending else "ascending") if is_sorted else "",
                query=filter_query(chosen, scheme, sort=turned) if key else "",
                is_number=key == "score",
            )
        )
    return found
