from __future__ import annotations

from io import StringIO
from typing import Any

import pytest
from django.core.management import CommandError, call_command

from home.demo.organisation import CITY_CODE
from home.presets.grid import levels_make
from people.models import Organisation, User

pytestmark = pytest.mark.django_db


def test_other_peoples_data_is_never_mixed_with_it(organisation: Any) -> None:
    with pytest.raises(CommandError, match="没有载入任何数据"):
        call_command("load_demo", small=True, no_pdf=True, stdout=StringIO())
    assert not User.objects.filter(username="superuser").exists()


@pytest.mark.parametrize("is_loaded", [False, True])
def test_both_commands_are_refused_outside_a_demonstration(settings: Any, is_loaded: bool) -> None:
    if is_loaded:
        levels_make()
        Organisation.add_root(name="演示市", level_id="city", code=CITY_CODE)
    settings.DEMONSTRATION = False
    for command, options in (("load_demo", {"small": True, "no_pdf": True}), ("demo_accounts", {})):
        with pytest.raises(CommandError, match="不是演示环境"):
            call_command(command, stdout=StringIO(), **options)
    assert not User.objects.exists()


def test_accounts_are_not_printed_before_they_exist() -> None:
    with pytest.raises(CommandError, match="load_demo"):
        call_command("demo_accounts", stdout=StringIO())
