"""What people were refused, told in the journal."""

import logging

from django.db import DatabaseError, connection, transaction

from crm.actor import Actor
from crm.journal import Action, Line, record, record_person
from crm.locks import impatient
from crm.models import Espace

log = logging.getLogger(__name__)


def note_refusal(*, by: Actor, espace: Espace | None, words: str) -> None:
    """Tell a refusal in an espace's journal, or with None in those of all the espaces of the person.

    The answer does not wait for it: when the database is busy, it is in the log instead.
    Side effects: the journal.
    """
    line = Line(Action.REFUSED, words=words)
    try:
        with impatient(), transaction.atomic():
            if connection.vendor == "postgresql":
                with connection.cursor() as cursor:
                    cursor.execute("SET LOCAL lock_timeout = '1s'")
            if espace is not None:
                record(by=by, espace=espace, lines=[line])
            else:
                record_person(by=by, user=by.user, lines=[line])
    except DatabaseError as busy:
        log.warning("refusal not in the journal (%s): user %s, %s", busy, by.user.pk, words)
