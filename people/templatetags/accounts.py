from __future__ import annotations

from typing import TYPE_CHECKING

from django import template
from django.conf import settings

from people.access import has_power
from people.devices import device_name

if TYPE_CHECKING:
    from people.models import User

register = template.Library()
register.filter("device", device_name)


@register.filter
def must_use_second_factor(account: User) -> bool:
    return settings.REQUIRE_SECOND_FACTOR and has_power(account)
