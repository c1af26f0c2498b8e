"""Searching for people as they are typed: one rule for every list that has them."""

from __future__ import annotations

from functools import reduce
from operator import and_, or_

from django.db.models import Q

from textkeys import MEMBER_NUMBER, PERSON_NAME, mobile_number, words


def people_matching(text: str, *, names: tuple[str, ...], number: str, phone: str = "", units: str = "") -> Q:
    """Every word must be found in one of the columns `names`, in the member number, or in the unit's name.

    A telephone number finds its owner where `phone` names the column, in full only: part of one would tell the digits that
    the list hides.
    """
    whole = mobile_number(text) if phone else ""
    if whole:
        return Q(**{phone: whole}) | Q(**{number: whole})
    return reduce(and_, (_word(word, names=names, number=number, units=units) for word in words(text)), Q())


def _word(word: str, *, names: tuple[str, ...], number: str, units: str) -> Q:
    columns = [Q(**{f"{name}__icontains": PERSON_NAME(word)}) for name in names]
    columns.append(Q(**{f"{number}__icontains": MEMBER_NUMBER(word)}))
    if units:
        columns.append(Q(**{f"{units}__icontains": word}))
    return reduce(or_, columns)
