"""An address that the CMS doesn't have is answered in the name of this site."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.cast import sign_in

if TYPE_CHECKING:
    from django.test import Client

    from people.models import User

pytestmark = pytest.mark.django_db


def test_the_page_says_whose_it_is(client: Client, trainer: User) -> None:
    answer = sign_in(client, trainer).get("/cms/no-such-page/")
    assert answer.status_code == 404
    page = answer.content.decode()
    assert "网格e课堂</title>" in page
    assert "Wagtail" not in page.split("<body")[0]
    assert "wagtail-logo" not in page
