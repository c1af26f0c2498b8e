"""Certificate numbers: `GY-990000-2026-0000123-84` = scheme letters, region (GB/T 2260), year, serial, two check digits
(ISO 7064 MOD 97-10 over the rest without hyphens, computed by python-stdnum). No personal data; spoken and typed in groups."""

from __future__ import annotations

import re

from django.db import transaction
from django.utils import timezone
from stdnum.iso7064 import mod_97_10

from certificates.models import NumberLedger
from textkeys import CERTIFICATE_NUMBER

SHAPE = re.compile(r"^([A-HJ-NP-Z]{2,4})([0-9]{6})([0-9]{4})([0-9]{7})([0-9]{2})$")


def number_for(*, letters: str, region_code: str, year: int, serial: int) -> str:
    body = f"{letters}{region_code}{year:04d}{serial:07d}"
    return f"{letters}-{region_code}-{year:04d}-{serial:07d}-{mod_97_10.calc_check_digits(body)}"


def normalise(typed: str) -> str | None:
    """The number as stored, from what a person typed (textkeys says what makes no difference); None when it has not the shape."""
    found = SHAPE.match(CERTIFICATE_NUMBER(typed))
    return "-".join(found.groups()) if found else None


def check_digits_fit(number: str) -> bool:
    return bool(mod_97_10.is_valid(number.replace("-", "")))


def doubtful_groups(number: str) -> tuple[int, ...]:
    """Groups (counted from 1) in which one changed character makes the check digits fit.

    A single slip always shows up among them; by chance others may as well. The letters are looked at only when no digit
    explains it, and a year that lies ahead explains nothing.
    """
    groups = number.split("-")
    for places, alphabet in (((1, 2, 3, 4), "0123456789"), ((0,), "ABCDEFGHJKLMNPQRSTUVWXYZ")):
        found = [place + 1 for place in places if _fits_with_one_change(groups, place, alphabet)]
        if found:
            return tuple(found)
    return ()


def _fits_with_one_change(groups: list[str], place: int, alphabet: str) -> bool:
    group = groups[place]
    for at, old in enumerate(group):
        for new in alphabet.replace(old, ""):
            tried = group[:at] + new + group[at + 1 :]
            if place == 2 and not 2000 <= int(tried) <= timezone.localdate().year:
                continue
            if check_digits_fit("-".join([*groups[:place], tried, *groups[place + 1 :]])):
                return True
    return False


def next_serial(*, letters: str, region_code: str, year: int) -> int:
    """The next serial, held by a row lock until the caller's transaction ends: a rolled-back award gives its number back."""
    if not transaction.get_connection().in_atomic_block:
        raise RuntimeError("A number is given only inside the transaction that uses it.")
    NumberLedger.objects.get_or_create(letters=letters, region_code=region_code, year=year)
    ledger = NumberLedger.objects.select_for_update().get(letters=letters, region_code=region_code, year=year)
    ledger.last += 1
    ledger.save(update_fields=["last"])
    return ledger.last
