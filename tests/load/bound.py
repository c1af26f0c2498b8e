"""The lower bound for `make load`: what a save would cost if it did nothing but a session check and one guarded UPDATE.

tests.load.urls gives it an address.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from django.contrib.auth import SESSION_KEY
from django.http import HttpResponse, JsonResponse
from django.utils import timezone
from django.views.decorators.http import require_POST

from exams.models import Response
from people.requests import by_token

if TYPE_CHECKING:
    from django.http import HttpRequest


@by_token
@require_POST
def bound(request: HttpRequest, attempt_id: int) -> HttpResponse:
    if SESSION_KEY not in request.session:
        return HttpResponse(status=401)
    number, sequence, value = json.loads(request.body)
    changed = Response.objects.filter(attempt_id=attempt_id, number=number, sequence__lt=sequence).update(
        value=json.dumps(value), sequence=sequence, saved_at=timezone.now()
    )
    return JsonResponse({"changed": changed})
