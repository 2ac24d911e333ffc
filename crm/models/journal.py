"""What was done, line after line, each one bound to the one before.

A line's digest covers the digest of the line before and that of its payload, which is salted. So a payload
can be redacted, when a person's data are erased, and the chain still holds (see crm.journal).
"""

from django.db import models
from django.db.models.functions import Coalesce

from crm.models.espace import Espace
from crm.models.person import User


class JournalChain(models.Model):
    """The head of an espace's journal, or of the house's (no espace): how long it is, and its last digest."""

    espace = models.OneToOneField(Espace, models.CASCADE, null=True, related_name="journal")
    length = models.PositiveBigIntegerField(default=0)
    digest = models.CharField(max_length=64, default="")

    class Meta:
        constraints = [models.UniqueConstraint(Coalesce("espace", 0), name="journalchain_one_of_the_house")]

    def __str__(self):
        return f"Journal de {self.espace}" if self.espace_id else "Journal de la maison"


class AppendOnly(models.QuerySet):
    """Lines are added by crm.journal, and never changed: redact() alone takes personal data out of them."""

    def update(self, **values):
        raise TypeError("a line of the journal is never changed")

    def delete(self):
        raise TypeError("a line of the journal is never deleted")

    def bulk_update(self, objs, fields, batch_size=None):
        raise TypeError("a line of the journal is never changed")

    def bulk_create(self, objs, batch_size=None):
        return super().bulk_create(objs, batch_size)  # without its ways to change the lines that are there

    def redact(self, pk: int, payload: dict) -> None:
        """Put a payload without personal data in the place of a line's, and forget its salt."""
        models.QuerySet(self.model, using=self.db).filter(pk=pk).update(payload=payload, salt="")


class JournalEntry(models.Model):
    """One change of one row, or something that somebody did or was refused.

    payload: {"label": the row's name, "changes": {column: [before, after]}, "words": what else there is}.
    """

    chain = models.ForeignKey(JournalChain, models.CASCADE, related_name="entries")
    seq = models.PositiveBigIntegerField()
    at = models.DateTimeField()
    door = models.CharField(max_length=10)
    user = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")  # None: Vigie itself
    action = models.CharField(max_length=20)
    model = models.CharField(max_length=20, blank=True)
    row_id = models.PositiveBigIntegerField(null=True)
    version = models.PositiveIntegerField(null=True)  # of the row, once changed
    payload = models.JSONField(default=dict)
    salt = models.CharField(max_length=32)
    payload_digest = models.CharField(max_length=64)
    digest = models.CharField(max_length=64)

    objects = AppendOnly.as_manager()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["chain", "seq"], name="journalentry_in_line")]
        indexes = [
            models.Index(fields=["chain", "model", "row_id", "at", "seq"], name="journal_of_row"),
            # The espace's journal, latest first, and its filters.
            models.Index(fields=["chain", "at", "seq"], name="journal_by_day"),
            models.Index(fields=["chain", "user", "at", "seq"], name="journal_by_person"),
            models.Index(fields=["chain", "model", "at", "seq"], name="journal_by_kind"),
            models.Index(fields=["chain", "action", "at", "seq"], name="journal_by_action"),
            models.Index(fields=["chain", "door", "at", "seq"], name="journal_by_door"),
        ]

    def __str__(self):
        return f"{self.action} {self.model} {self.row_id}"

    def save(self, *args, **kwargs):
        raise TypeError("lines are written by crm.journal")

    def delete(self, *args, **kwargs):
        raise TypeError("a line of the journal is never deleted")
