from django.db import models
from django.utils import timezone

from crm.models import Espace


class LogoSearch(models.Model):
    """Where the search for an account's logo stands: a row with a due date, that a worker claims for a while.

    It exists for accounts that have a website. The logo itself is in columns of Account.
    """

    account = models.OneToOneField("accounts.Account", models.CASCADE, related_name="logo_search")
    espace = models.ForeignKey(Espace, models.CASCADE, related_name="+")
    due_at = models.DateTimeField(default=timezone.now)
    asked_at = models.DateTimeField(null=True)  # by a member, who may once a minute
    failures = models.PositiveSmallIntegerField(default=0)  # in a row
    failure = models.CharField(max_length=200, blank=True, editable=False)  # the last one, in a sentence
    found_at = models.DateTimeField(null=True)
    source = models.CharField(max_length=2100, blank=True)  # the picture's address

    # A worker that dies leaves its claim to run out. No two searches of a host run at once.
    claimed_host = models.CharField(max_length=253, null=True, unique=True, editable=False)
    claimed_until = models.DateTimeField(null=True)

    class Meta:
        indexes = [
            models.Index(fields=["espace", "due_at"], name="logo_due"),
            models.Index(
                fields=["claimed_until"],
                condition=models.Q(claimed_until__isnull=False),
                name="logo_claims",
            ),
        ]

    def __str__(self):
        return f"logo de {self.account}"
