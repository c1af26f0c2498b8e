from celery import shared_task

from certificates import services


@shared_task
def render_award(award_id: int) -> None:
    services.award_render(award_id=award_id)


@shared_task
def render_waiting() -> None:
    services.awards_redraw_expired()
    services.awards_render_waiting()


@shared_task
def issue_earned() -> None:
    services.awards_issue_earned()
