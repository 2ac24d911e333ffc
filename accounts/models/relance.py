from django.db import models
from django.db.models import Q

from accounts.choices import RelanceKind, Status
from accounts.models.derived import FoldField
from accounts.models.row import EspaceRow

OPEN = Q(done_on__isnull=True, cancelled_on__isnull=True)
DONE = Q(done_on__isnull=False, closed_itself=False)  # by somebody


class RelanceQuerySet(models.QuerySet):
    def open(self):
        """Those that are still to be done."""
        return self.filter(OPEN)

    def to_do(self):
        """Those, the most urgent first, with what a page shows of them."""
        return self.open().select_related("contact", "assignee__user").order_by("due_on", "pk")


class Relance(EspaceRow):
    """A planned follow-up of an account, open until it is done or cancelled. It changes no status.

    cause: the status that called for it when it was planned, blank when none did. cause_until: the day on
    which that status was to end, None when none was in sight.
    closed_itself: whether it closed since its reason had gone, on `done_on`; then nobody did it.
    """

    account = models.ForeignKey(
        "accounts.Account", models.RESTRICT, related_name="relances", verbose_name="compte"
    )
    contact = models.ForeignKey(
        "accounts.Contact",
        models.SET_NULL,
        null=True,
        blank=True,
        related_name="relances",
        verbose_name="contact",
    )
    opportunite = models.ForeignKey(
        "accounts.Opportunite",
        models.SET_NULL,
        null=True,
        blank=True,
        related_name="relances",
        verbose_name="opportunité",
    )
    kind = models.CharField("genre", max_length=20, choices=RelanceKind, default=RelanceKind.APPEL)
    due_on = models.DateField("prévue le")
    assignee = models.ForeignKey(
        "crm.Membership", models.RESTRICT, related_name="relances", verbose_name="confiée à"
    )
    subject = models.CharField("objet", max_length=200)
    subject_fold = FoldField(max_length=200, source="subject")
    cause = models.CharField("statut qui l'a motivée", max_length=10, choices=Status, blank=True)
    cause_until = models.DateField("bascule qui l'a motivée", null=True, blank=True)
    done_on = models.DateField("faite le", null=True, blank=True)
    cancelled_on = models.DateField("annulée le", null=True, blank=True)
    closed_itself = models.BooleanField("close d'elle-même", default=False)
    outcome = models.TextField("résultat", blank=True)

    objects = RelanceQuerySet.as_manager()

    class Meta:
        verbose_name = "relance"
        constraints = [
            models.CheckConstraint(
                condition=Q(done_on__isnull=True) | Q(cancelled_on__isnull=True),
                name="relance_done_or_cancelled",
                violation_error_code="cancelled_on",
                violation_error_message="Une relance est faite ou annulée, pas les deux.",
            ),
        ]
        indexes = [
            # The worklist « à relancer », and the page of an account.
            models.Index(fields=["account", "due_on"], condition=OPEN, name="relance_open_of_account"),
            models.Index(fields=["espace", "due_on", "id"], condition=OPEN, name="relance_list_open"),
            # « Les miennes », and the feed of a member.
            models.Index(fields=["assignee", "due_on", "id"], condition=OPEN, name="relance_list_mine"),
            models.Index(
                fields=["espace", "-done_on", "-id"],
                condition=Q(done_on__isnull=False),
                name="relance_list_done",
            ),
        ]

    def __str__(self):
        return self.subject

    @property
    def is_open(self) -> bool:
        return self.done_on is None and self.cancelled_on is None

    def is_late(self, today) -> bool:
        return self.is_open and self.due_on < today
