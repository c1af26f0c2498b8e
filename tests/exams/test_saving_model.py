"""Saves against a model of ten lines: whatever order requests, devices and duplicates come in."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from django.utils import timezone
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from exams.models import Attempt, LateAnswer, Response
from exams.saving import Answer, answers_save
from exams.tokens import Token

if TYPE_CHECKING:
    from collections.abc import Sequence

Held = dict[int, tuple[int, int, str, bool]]

answer = st.tuples(st.integers(1, 4), st.integers(1, 6), st.sampled_from("ABCD"), st.booleans())
batch = st.lists(answer, min_size=1, max_size=4, unique_by=lambda a: a[0])
step: st.SearchStrategy[Any] = st.one_of(
    st.tuples(st.just("save"), st.integers(0, 3), batch),  # how many epochs behind, answers
    st.tuples(st.just("take_over"), st.just(0), st.just([])),
    st.tuples(st.just("repeat"), st.integers(0, 5), st.just([])),
    st.tuples(st.just("hand_in"), st.just(0), st.just([])),
)


def model_save(
    held: Held,
    late: set[tuple[int, int, int]],
    state: str,
    now_epoch: int,
    epoch: int,
    answers: Sequence[tuple[int, int, str, bool]],
) -> None:
    for number, sequence, value, flagged in answers:
        old = held.get(number)
        if state != "open":
            if old is None or old[:2] < (epoch, sequence):
                late.add((number, epoch, sequence))
        elif old is None or (epoch == now_epoch and old[:2] < (epoch, sequence)):
            held[number] = (epoch, sequence, value, flagged)


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(steps=st.lists(step, max_size=14))
def test_saves_agree_with_the_model(
    attempt: Attempt, steps: list[tuple[str, int, list[tuple[int, int, str, bool]]]]
) -> None:
    Response.objects.all().delete()
    LateAnswer.objects.all().delete()
    Attempt.objects.update(state="open", submitted_at=None, epoch=1)
    epoch, state = 1, "open"
    held: Held = {}
    late: set[tuple[int, int, int]] = set()
    sent: list[tuple[int, list[tuple[int, int, str, bool]]]] = []

    def save(by: int, answers: list[tuple[int, int, str, bool]]) -> None:
        now = timezone.now()
        outcome = answers_save(
            token=Token(attempt.pk, attempt.code, attempt.member_id, attempt.form_id, by),
            answers=[Answer(n, s, json.dumps(v), f, now) for n, s, v, f in answers],
        )
        assert outcome is not None
        assert (outcome.state, outcome.epoch) == (state, epoch)
        before = dict(held)
        model_save(held, late, state, epoch, by, answers)
        expected_late = {
            n for n, s, _v, _f in answers if state != "open" and (n not in before or before[n][:2] < (by, s))
        }
        assert set(outcome.late) == expected_late
        assert set(outcome.saved) == {a[0] for a in answers} - expected_late

    for kind, which, answers in steps:
        if kind == "take_over" and state == "open":
            Attempt.objects.update(epoch=epoch + 1)
            epoch += 1
        elif kind == "hand_in" and state == "open":
            Attempt.objects.update(state="submitted", submitted_at=timezone.now())
            state = "submitted"
        elif kind == "repeat" and sent:
            save(*sent[which % len(sent)])
        elif kind == "save":
            sent.append((max(1, epoch - which), answers))
            save(*sent[-1])
    rows = Response.objects.values_list("number", "epoch", "sequence", "value", "flagged")
    assert {n: (e, s, json.loads(v), f) for n, e, s, v, f in rows} == held
    assert set(LateAnswer.objects.values_list("number", "epoch", "sequence")) == late
