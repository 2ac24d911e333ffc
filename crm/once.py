"""The same submission of a creation form sent again makes nothing more, and leads to the same row."""

import hashlib
import json
import re
import uuid
from collections.abc import Callable
from datetime import datetime, timedelta

from django import forms
from django.core.exceptions import ValidationError
from django.db import models, transaction
from django.http import QueryDict
from django.utils import timezone

from crm.actor import Actor
from crm.journal import locked_chain
from crm.models import CreationKey, Espace

KEPT_DAYS = 2
KEY = re.compile(r"[0-9a-f]{32}")
GONE = "Ce que cette page a créé a été supprimé depuis. Pour le créer à nouveau, envoyez-la encore une fois."


def new_key() -> str:
    return uuid.uuid4().hex


def key_field() -> forms.Field:
    """The key of a creation form's page, drawn when it is first shown; whatever comes back is taken."""
    return forms.Field(required=False, widget=forms.HiddenInput, initial=new_key)


def once(
    model: type[models.Model],
    *,
    by: Actor,
    espace: Espace | None,
    key: str | None,
    content: QueryDict,
    make: Callable[[], models.Model],
) -> models.Model:
    """The row of `model` that make() creates, or that it made for an equal submission with the same key.

    espace: None when make() creates one. key: what key_field() gave; make() is just called when it is not one
    of ours. content: all that was submitted. Raises ValidationError (code "gone") when the row was deleted
    since. Side effects: those of make(), one CreationKey.
    """
    if not KEY.fullmatch(key or ""):
        return make()
    digest = _digest(model, by, espace, key, content)
    with transaction.atomic():
        if espace is None:
            locked_chain(None)
        else:
            Espace.objects.select_for_update(no_key=True).get(pk=espace.pk)
        known = CreationKey.objects.filter(digest=digest).first()
        if known is None:
            row = make()
            CreationKey.objects.create(espace=espace, digest=digest, row_id=row.pk, made_at=timezone.now())
            return row
    row = model._base_manager.filter(pk=known.row_id).first()
    if row is None:
        raise ValidationError(GONE, code="gone")
    return row


def _digest(model, by: Actor, espace: Espace | None, key: str, content: QueryDict) -> str:
    sent = sorted((name, values) for name, values in content.lists() if name != "csrfmiddlewaretoken")
    subject = [by.user and by.user.pk, espace and espace.pk, model._meta.label_lower, key, sent]
    return hashlib.sha256(json.dumps(subject).encode()).hexdigest()


def forget_keys(*, now: datetime) -> int:
    """Delete the keys that nobody will send again, and say how many."""
    return CreationKey.objects.filter(made_at__lt=now - timedelta(days=KEPT_DAYS)).delete()[0]
