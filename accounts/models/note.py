from textwrap import shorten

from django.core.validators import MaxLengthValidator
from django.db import models

from accounts.models.row import EspaceRow

TEXT_MAX = 10_000
TITLE_MAX = 60  # characters of the text by which a note is called


class Note(EspaceRow):
    """What a member wrote down of something that happened at an account, to the minute.

    contact, opportunite: of that account when it was written.
    """

    account = models.ForeignKey(
        "accounts.Account", models.RESTRICT, related_name="notes", verbose_name="compte"
    )
    contact = models.ForeignKey(
        "accounts.Contact",
        models.SET_NULL,
        null=True,
        blank=True,
        related_name="notes",
        verbose_name="contact",
    )
    opportunite = models.ForeignKey(
        "accounts.Opportunite",
        models.SET_NULL,
        null=True,
        blank=True,
        related_name="notes",
        verbose_name="opportunité",
    )
    author = models.ForeignKey(
        "crm.Membership",
        models.SET_NULL,
        null=True,
        related_name="notes",
        verbose_name="auteur",
    )
    happened_at = models.DateTimeField("quand")
    text = models.TextField("texte", validators=[MaxLengthValidator(TEXT_MAX)])

    class Meta:
        verbose_name = "note"
        indexes = [models.Index(fields=["account", "-happened_at", "-id"], name="note_fil")]

    def __str__(self):
        return shorten(self.text, TITLE_MAX, placeholder="…")

    @property
    def subject(self):
        """The row on whose page it was written."""
        return self.opportunite or self.contact or self.account
