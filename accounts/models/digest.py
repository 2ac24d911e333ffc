from django.db import models

from accounts.choices import Rhythm


class Digest(models.Model):
    """A member's summary by mail: how often, and where its sending stands. Without a row they have none.

    A queue too: a row with a due date, that a worker claims for a while (accounts.services.digest.sending).
    The link that stops it holds `nonce`, signed. told_on: the last day whose changes were told.
    """

    espace = models.ForeignKey("crm.Espace", models.CASCADE, related_name="digests")
    member = models.OneToOneField(
        "crm.Membership", models.CASCADE, related_name="digest", verbose_name="membre"
    )
    rhythm = models.CharField("rythme", max_length=20, choices=Rhythm)
    nonce = models.CharField(max_length=32, editable=False)
    due_at = models.DateTimeField(editable=False)
    told_on = models.DateField(null=True, editable=False)
    failures = models.PositiveSmallIntegerField(default=0, editable=False)  # since the last one that left
    claimed_until = models.DateTimeField(null=True, editable=False)

    class Meta:
        verbose_name = "résumé par mail"
        indexes = [models.Index(fields=["due_at"], name="digest_due")]

    def __str__(self):
        return f"Résumé de {self.member}"
