from celery import shared_task

from jobs import services


@shared_task
def run_job(job_id: int) -> None:
    services.job_run(job_id=job_id)


@shared_task
def requeue_lost_jobs() -> None:
    services.jobs_requeue()


@shared_task
def forget_old_files() -> None:
    services.files_forget()
