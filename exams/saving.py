"""The save of the exam room: one guarded statement for all its answers; the marks of a sheet. The only module with SQL of its own.

The statement decides everything at one instant: whose attempt, still open, in time, and by (epoch, sequence) whether an answer
is newer than the one held. An answer of an older epoch (another device has taken over) fills a blank and never overwrites.
PostgreSQL locks the attempt's row for share, so that handing in waits for saves under way and then marks them too; SQLite has
one writer at a time. The server's clock alone decides what is in time: whatever arrives up to the grace after the deadline. What
comes later is kept as a late answer for a person to decide, with the time that the page claims.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import cache
from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.db import connection
from django.utils import timezone

from outbox.services import PUT_SQL

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from django.db.backends.utils import CursorWrapper

    from exams.marking import QuestionMark, Totals
    from exams.tokens import Token


RESULT_TOPIC = "exams.result"  # subject: Result


@dataclass(frozen=True)
class Answer:
    number: int
    sequence: int
    value: str  # JSON text
    flagged: bool
    answered_at: datetime


@dataclass(frozen=True)
class Saved:
    """What the database says after the commit. `state` is the attempt's; `saved` counts what it held already or newer."""

    state: str
    epoch: int
    deadline: datetime
    saved: tuple[int, ...]
    late: tuple[int, ...]

    def left_ms(self, now: datetime) -> int:
        return max(0, round((self.deadline - now).total_seconds() * 1000))


def answers_save(*, token: Token, answers: Sequence[Answer]) -> Saved | None:
    """One statement, committed when this returns. None when this member has no such attempt or no open account."""
    now = timezone.now()
    if connection.vendor == "postgresql":
        return _save_postgresql(token, answers, now)
    return _save_sqlite(token, answers, now)


def _grace() -> timedelta:
    return timedelta(seconds=settings.EXAM_GRACE_SECONDS)


# A closed account writes nothing more, though its token would live on to the deadline.
ABLE = "EXISTS (SELECT 1 FROM people_member m JOIN people_user u ON u.id = m.user_id WHERE m.id = %(member)s AND u.is_active)"

# `held` = the server has this answer already, or a newer one: a repeated request is neither written again nor late.
POSTGRESQL = f"""
WITH a AS (
    SELECT id, state, epoch, deadline,
           state = 'open' AND %(now)s <= deadline + %(grace)s AS in_time
    FROM exams_attempt WHERE id = %(attempt)s AND member_id = %(member)s AND {ABLE}
    FOR SHARE
), r AS (
    SELECT n, s, v, f, t FROM jsonb_to_recordset(%(answers)s::jsonb)
    AS given(n integer, s bigint, v text, f boolean, t timestamptz)
), w AS (
    INSERT INTO exams_response (attempt_id, number, value, flagged, epoch, sequence, saved_at)
    SELECT a.id, r.n, r.v, r.f, %(epoch)s, r.s, %(now)s FROM a CROSS JOIN r
    WHERE a.in_time AND %(epoch)s <= a.epoch
    ORDER BY r.n
    ON CONFLICT (attempt_id, number) DO UPDATE
    SET value = excluded.value, flagged = excluded.flagged, epoch = excluded.epoch,
        sequence = excluded.sequence, saved_at = excluded.saved_at
    WHERE (excluded.epoch, excluded.sequence) > (exams_response.epoch, exams_response.sequence)
      AND excluded.epoch = (SELECT epoch FROM a)
), late AS (
    SELECT a.id, r.* FROM a CROSS JOIN r
    WHERE NOT a.in_time
      AND NOT EXISTS (
        SELECT 1 FROM exams_response held WHERE held.attempt_id = a.id AND held.number = r.n
        AND (held.epoch, held.sequence) >= (%(epoch)s, r.s))
), kept AS (
    INSERT INTO exams_lateanswer (attempt_id, number, value, epoch, sequence, answered_at, arrived_at)
    SELECT late.id, late.n, late.v, %(epoch)s, late.s, late.t, %(now)s FROM late
    ON CONFLICT DO NOTHING
)
SELECT state, epoch, deadline, ARRAY(SELECT n FROM late) FROM a
"""  # noqa: S608 - put together from constants


@cache
def _planned_once() -> Any:
    """A psycopg cursor whose statements the server plans once for each connection: planning costs more than a save itself."""
    from psycopg import Cursor

    class Planned(Cursor[Any]):
        def execute(self, query: Any, params: Any = None, **options: Any) -> Planned:
            self.connection.prepare_threshold = 0
            try:
                super().execute(query, params, **options)
            finally:
                self.connection.prepare_threshold = None  # Django's own cursors write their values into the statements
            return self

    return Planned


def _prepared() -> CursorWrapper:
    if connection.queries_logged:  # the log wants the statement with its values
        return connection.cursor()
    connection.ensure_connection()
    return connection.make_cursor(_planned_once()(connection.connection))


def _save_postgresql(token: Token, answers: Sequence[Answer], now: datetime) -> Saved | None:
    given = [
        {"n": a.number, "s": a.sequence, "v": a.value, "f": a.flagged, "t": a.answered_at.isoformat()} for a in answers
    ]
    parameters: dict[str, Any] = {
        "attempt": token.attempt_id,
        "member": token.member_id,
        "epoch": token.epoch,
        "now": now,
        "grace": _grace(),
        "answers": json.dumps(given, ensure_ascii=False),
    }
    with _prepared() as cursor:
        cursor.execute(POSTGRESQL, parameters)
        row = cursor.fetchone()
    if row is None:
        return None
    state, epoch, deadline, late = row
    return Saved(state, epoch, deadline, tuple(a.number for a in answers if a.number not in late), tuple(late))


SQLITE = f"""
INSERT INTO exams_response (attempt_id, number, value, flagged, epoch, sequence, saved_at)
SELECT a.id, json_extract(r.value, '$[0]'), json_extract(r.value, '$[2]'), json_extract(r.value, '$[3]'), %(epoch)s, json_extract(r.value, '$[1]'), %(now)s
FROM exams_attempt a CROSS JOIN json_each(%(answers)s) r
WHERE a.id = %(attempt)s AND a.member_id = %(member)s AND {ABLE} AND a.state = 'open' AND %(epoch)s <= a.epoch
  AND %(now_less_grace)s <= a.deadline
ON CONFLICT (attempt_id, number) DO UPDATE
SET value = excluded.value, flagged = excluded.flagged, epoch = excluded.epoch,
    sequence = excluded.sequence, saved_at = excluded.saved_at
WHERE (excluded.epoch, excluded.sequence) > (exams_response.epoch, exams_response.sequence)
  AND excluded.epoch = (SELECT epoch FROM exams_attempt WHERE id = excluded.attempt_id)
RETURNING number,
  (SELECT epoch FROM exams_attempt WHERE id = attempt_id), (SELECT deadline FROM exams_attempt WHERE id = attempt_id)
"""  # noqa: S608 - put together from constants

# Asked only when not every answer was written: what is held, and what is not and therefore late.
SQLITE_STATE = f"""
SELECT state, epoch, deadline FROM exams_attempt WHERE id = %(attempt)s AND member_id = %(member)s AND {ABLE}
"""  # noqa: S608 - put together from constants

SQLITE_LATE = """
INSERT INTO exams_lateanswer (attempt_id, number, value, epoch, sequence, answered_at, arrived_at)
SELECT a.id, json_extract(r.value, '$[0]'), json_extract(r.value, '$[2]'), %(epoch)s, json_extract(r.value, '$[1]'), json_extract(r.value, '$[4]'), %(now)s
FROM exams_attempt a CROSS JOIN json_each(%(answers)s) r
WHERE a.id = %(attempt)s AND a.member_id = %(member)s
  AND NOT (a.state = 'open' AND %(now_less_grace)s <= a.deadline)
  AND NOT EXISTS (
    SELECT 1 FROM exams_response held WHERE held.attempt_id = a.id AND held.number = json_extract(r.value, '$[0]')
    AND (held.epoch, held.sequence) >= (%(epoch)s, json_extract(r.value, '$[1]')))
ON CONFLICT DO UPDATE SET arrived_at = arrived_at
RETURNING number
"""


def _save_sqlite(token: Token, answers: Sequence[Answer], now: datetime) -> Saved | None:
    text = connection.ops.adapt_datetimefield_value  # SQLite compares texts: all moments in the form of the stored ones
    given = [[a.number, a.sequence, a.value, a.flagged, text(a.answered_at)] for a in answers]
    parameters: dict[str, Any] = {
        "attempt": token.attempt_id,
        "member": token.member_id,
        "epoch": token.epoch,
        "now": text(now),
        "now_less_grace": text(now - _grace()),
        "answers": json.dumps(given, ensure_ascii=False),
    }
    numbers = tuple(a.number for a in answers)
    with connection.cursor() as cursor:
        if answers:
            cursor.execute(SQLITE, parameters)
            rows = cursor.fetchall()
            if len(rows) == len(answers) and rows[0][1] == token.epoch:
                return Saved("open", rows[0][1], _moment(rows[0][2]), numbers, ())
        cursor.execute(SQLITE_STATE, parameters)
        row = cursor.fetchone()
        if row is None:
            return None
        late: tuple[int, ...] = ()
        if answers:
            cursor.execute(SQLITE_LATE, parameters)
            late = tuple(number for (number,) in cursor.fetchall())
    state, epoch, deadline = row
    return Saved(state, epoch, _moment(deadline), tuple(n for n in numbers if n not in late), late)


MARKS = """
INSERT INTO exams_mark (attempt_id, number, round, question_id, score, max_score, comment, marked_at)
SELECT %(attempt)s, n, 1, q, s, m, '', %(now)s
FROM jsonb_to_recordset(%(marks)s::jsonb) AS given(n smallint, q bigint, s integer, m integer)
"""

# Everything that a marked sheet leaves behind, at one stroke: a result is never without its scores by clause and its event.
MARKED_POSTGRESQL = f"""
WITH marks AS ({MARKS}), result AS (
    INSERT INTO exams_result (attempt_id, score, max_score, passed, marked_at)
    VALUES (%(attempt)s, %(score)s, %(max_score)s, %(passed)s, %(now)s) RETURNING id
), event AS (
    {PUT_SQL} result
), clauses AS (
    INSERT INTO exams_resultclause (result_id, clause_id, score, max_score)
    SELECT result.id, given.c, given.s, given.m
    FROM result CROSS JOIN jsonb_to_recordset(%(clauses)s::jsonb) AS given(c bigint, s integer, m integer)
), attempt AS (
    UPDATE exams_attempt SET state = 'marked' WHERE id = %(attempt)s
)
SELECT id FROM result
"""  # noqa: S608 - put together from constants

MARKS_SQLITE = """
INSERT INTO exams_mark (attempt_id, number, round, question_id, score, max_score, comment, marked_at)
SELECT %(attempt)s, json_extract(r.value, '$.n'), 1, json_extract(r.value, '$.q'), json_extract(r.value, '$.s'),
  json_extract(r.value, '$.m'), '', %(now)s
FROM json_each(%(marks)s) r
"""

RESULT_SQLITE = """
INSERT INTO exams_result (attempt_id, score, max_score, passed, marked_at)
VALUES (%(attempt)s, %(score)s, %(max_score)s, %(passed)s, %(now)s) RETURNING id
"""

CLAUSES_SQLITE = """
INSERT INTO exams_resultclause (result_id, clause_id, score, max_score)
SELECT %(result)s, json_extract(r.value, '$.c'), json_extract(r.value, '$.s'), json_extract(r.value, '$.m')
FROM json_each(%(clauses)s) r
"""

MARKED_SQLITE = "UPDATE exams_attempt SET state = 'marked' WHERE id = %(attempt)s"


def _stored(now: datetime) -> Any:
    return now if connection.vendor == "postgresql" else connection.ops.adapt_datetimefield_value(now)


def _marks_json(marks: Iterable[QuestionMark]) -> str:
    return json.dumps(
        [{"n": mark.number, "q": mark.question_id, "s": mark.score, "m": mark.max_score} for mark in marks]
    )


def marks_write(*, attempt_id: int, marks: Iterable[QuestionMark], now: datetime) -> None:
    """The first marks of an attempt, in the caller's transaction: fifty rows for the price of one."""
    parameters = {"attempt": attempt_id, "now": _stored(now), "marks": _marks_json(marks)}
    with connection.cursor() as cursor:
        cursor.execute(MARKS if connection.vendor == "postgresql" else MARKS_SQLITE, parameters)


def result_write(
    *, attempt_id: int, marks: Iterable[QuestionMark], totals: Totals, passed: bool, hold: str, now: datetime
) -> int:
    """The marks that are not written yet, the result, its scores by clause, its event (held back by `hold`) and the attempt's state,
    in the caller's transaction: one statement on PostgreSQL. Gives back the result's id."""
    clauses = [{"c": one.clause_id, "s": one.score, "m": one.max_score} for one in totals.clauses]
    parameters = {
        "attempt": attempt_id,
        "now": _stored(now),
        "marks": _marks_json(marks),
        "score": totals.score,
        "max_score": totals.max_score,
        "passed": passed,
        "topic": RESULT_TOPIC,
        "hold": hold,
        "clauses": json.dumps(clauses),
    }
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute(MARKED_POSTGRESQL, parameters)
            return int(cursor.fetchone()[0])
        cursor.execute(MARKS_SQLITE, parameters)
        cursor.execute(RESULT_SQLITE, parameters)
        result_id = int(cursor.fetchone()[0])
        cursor.execute(f"{PUT_SQL} exams_result WHERE id = %(result)s", {**parameters, "result": result_id})
        cursor.execute(CLAUSES_SQLITE, {**parameters, "result": result_id})
        cursor.execute(MARKED_SQLITE, parameters)
    return result_id


def _moment(stored: str | datetime) -> datetime:
    """The driver turns a column into a naive datetime, a subquery's value stays a text; both are UTC."""
    moment = stored if isinstance(stored, datetime) else datetime.fromisoformat(stored)
    return moment.replace(tzinfo=UTC)
