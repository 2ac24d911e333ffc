"""Messages to people, made from `templates/mail/<name>.subject`, `.txt` and `.html`."""

import logging
from collections.abc import Iterator
from contextlib import contextmanager, suppress

from django.conf import settings
from django.core.mail import EmailMultiAlternatives, get_connection
from django.core.mail.backends.base import BaseEmailBackend
from django.template.loader import render_to_string

log = logging.getLogger(__name__)

PRINTED = "django.core.mail.backends.console.EmailBackend"  # what a house without a mail server has


class NoServer(Exception):
    """The mail server does not answer, or does not let us in: no message would leave."""


def written(
    name: str, *, to: str, context: dict, headers: dict[str, str] | None = None
) -> EmailMultiAlternatives:
    """A message as it would be sent. headers: besides the usual ones."""
    subject = " ".join(render_to_string(f"mail/{name}.subject", context).split())
    text = render_to_string(f"mail/{name}.txt", context)
    message = EmailMultiAlternatives(subject, text, to=[to], headers=headers)
    message.attach_alternative(render_to_string(f"mail/{name}.html", context), "text/html")
    return message


def send(name: str, *, to: str, context: dict, headers: dict[str, str] | None = None) -> bool:
    """Send a message; False when it did not leave: the server failed, which is logged, or there is none.

    Called once what it tells is committed. Side effects: whatever the configured EMAIL_BACKEND does.
    """
    message = written(name, to=to, context=context, headers=headers)
    try:
        message.send()
    except OSError:  # a machine that does not answer; smtplib's errors are OSErrors too
        log.exception("Le message « %s » n'est pas parti.", name)
        return False
    return settings.EMAIL_BACKEND != PRINTED


@contextmanager
def server() -> Iterator[BaseEmailBackend]:
    """The mail server, which has let us in, for `send_messages()`. Raises NoServer.

    How it says goodbye is nobody's business: what it has accepted is sent.
    """
    connection = get_connection()
    try:
        connection.open()
    except OSError as error:
        raise NoServer from error
    try:
        yield connection
    finally:
        with suppress(OSError):
            connection.close()
