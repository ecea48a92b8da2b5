"""What the worker does for the registers, beside the web processes."""

from django.conf import settings
from django.utils import timezone
from django_tasks import task

from saola.server.registries import intake, known


@task()
def take_in(register: str, batch: int) -> None:
    """Take a batch in, from where it stands; a second worker on the same batch does no harm."""
    found = known.get(register).make()
    if found.batch.objects.using(found.name).filter(pk=batch).exists():
        intake.work(found, batch, home=settings.HOME, now=timezone.now)
