from __future__ import annotations

from typing import TYPE_CHECKING

from axes.helpers import get_cool_off
from django.shortcuts import render
from django.views.decorators.http import require_GET

if TYPE_CHECKING:
    from django.http import HttpRequest, HttpResponse


def locked_out(request: HttpRequest, *args: object, **kwargs: object) -> HttpResponse:
    """The same for an account that exists and one that doesn't."""
    cool_off = get_cool_off(request)
    response = render(request, "account/locked.html", status=429)
    if cool_off is not None:
        response.headers["Retry-After"] = str(int(cool_off.total_seconds()))
    return response


def too_many(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    return render(request, "people/too_many.html", status=429)


@require_GET
def forgotten(request: HttpRequest) -> HttpResponse:
    """No reset by e-mail: the roster has no addresses. The administrator of the town hands out a new initial password."""
    return render(request, "account/forgotten.html")
