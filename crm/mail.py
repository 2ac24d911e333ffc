"""Messages to people, made from `templates/mail/<name>.subject`, `.txt` and `.html`."""

import logging

from django.conf import settings
from django.core.mail import EmailMultiAlternatives
from django.template.loader import render_to_string

log = logging.getLogger(__name__)

PRINTED = "django.core.mail.backends.console.EmailBackend"  # what a house without a mail server has


def send(name: str, *, to: str, context: dict) -> bool:
    """Send a message; False when it did not leave: the server failed, which is logged, or there is none.

    Called once what it tells is committed. Side effects: whatever the configured EMAIL_BACKEND does.
    """
    subject = " ".join(render_to_string(f"mail/{name}.subject", context).split())
    message = EmailMultiAlternatives(subject, render_to_string(f"mail/{name}.txt", context), to=[to])
    message.attach_alternative(render_to_string(f"mail/{name}.html", context), "text/html")
    try:
        message.send()
    except OSError:  # a machine that does not answer; smtplib's errors are OSErrors too
        log.exception("Le message « %s » n'est pas parti.", name)
        return False
    return settings.EMAIL_BACKEND != PRINTED
