from datetime import date, timedelta

from django.db import models
from django.db.models import Exists, F, OuterRef, Q

from accounts.choices import AccountType, Stage
from accounts.models.opportunite import Opportunite
from accounts.models.relance import Relance
from accounts.models.row import NamedRow

ENDING_DAYS = 30  # how long before its end an affaire is to be extended


def states_on(today: date) -> dict[str, Q]:
    """The affaires in each state, as accounts.templatetags.trade shows it."""
    kept = Q(cancelled_on__isnull=True)
    lasts = Q(ends_on__isnull=True) | Q(ends_on__gte=today)
    return {
        "en_cours": kept & lasts & Q(starts_on__lte=today),
        "a_venir": kept & Q(starts_on__gt=today),
        "terminee": kept & Q(ends_on__lt=today),
        "annulee": Q(cancelled_on__isnull=False),
    }


class AffaireQuerySet(models.QuerySet):
    def signed(self):
        """Leave out those cancelled before their start, which count for nothing."""
        return self.filter(Q(cancelled_on__isnull=True) | Q(cancelled_on__gte=F("starts_on")))

    def upcoming(self, on: date):
        """Signed work that starts after a day."""
        return self.signed().filter(starts_on__gt=on)

    def to_extend(self, on: date):
        """Work of Clients and Groupes that ends soon without a follow-up, the worklist « à prolonger ».

        It runs on that day, ends within ENDING_DAYS, and its account has no relance planned, no opportunité
        open, and no other signed work that lasts longer. Archived accounts are not told apart here: see
        unarchived().
        """
        last = on + timedelta(days=ENDING_DAYS)
        lasts = Q(ends_on__isnull=True) | Q(ends_on__gt=OuterRef("ends_on"))
        others = Affaire.objects.filter(lasts, account=OuterRef("account"), cancelled_on__isnull=True)
        return (
            self.filter(cancelled_on__isnull=True, starts_on__lte=on, ends_on__range=(on, last))
            .filter(account__type__in=[AccountType.CLIENT, AccountType.GROUPE])
            .exclude(Exists(others))
            .exclude(Exists(Relance.objects.open().filter(account=OuterRef("account"))))
            .exclude(Exists(Opportunite.objects.filter(account=OuterRef("account"), stage=Stage.EN_COURS)))
        )


class Affaire(NamedRow):
    """Signed work, delivered from `starts_on` to `ends_on`, its last worked day (None while running)."""

    account = models.ForeignKey(
        "accounts.Account", models.RESTRICT, related_name="affaires", verbose_name="compte"
    )
    projet = models.ForeignKey(
        "accounts.Projet", models.SET_NULL, null=True, blank=True, related_name="affaires"
    )
    opportunite = models.ForeignKey(
        "accounts.Opportunite",
        models.SET_NULL,
        null=True,
        blank=True,
        related_name="affaires",
        verbose_name="opportunité d'origine",
    )
    starts_on = models.DateField("début")
    ends_on = models.DateField("fin", null=True, blank=True)
    cancelled_on = models.DateField("annulée le", null=True, blank=True)
    amount = models.DecimalField("montant (€ HT)", max_digits=12, decimal_places=2, null=True, blank=True)
    owner = models.ForeignKey(
        "crm.Membership",
        models.SET_NULL,
        null=True,
        blank=True,
        related_name="affaires",
        verbose_name="responsable",
    )

    objects = AffaireQuerySet.as_manager()

    class Meta:
        verbose_name = "affaire"
        constraints = [
            models.CheckConstraint(
                condition=Q(ends_on__isnull=True) | Q(ends_on__gte=F("starts_on")),
                name="affaire_ends_after_start",
                violation_error_code="ends_on",
                violation_error_message="La fin ne peut pas précéder le début.",
            ),
            models.CheckConstraint(
                condition=Q(amount__isnull=True) | Q(amount__gte=0),
                name="affaire_amount_positive",
                violation_error_code="amount",
                violation_error_message="Le montant ne peut pas être négatif.",
            ),
        ]
        indexes = [
            # The facts that make an account's timeline.
            models.Index(fields=["account", "starts_on", "ends_on"], name="affaire_facts"),
            # With what tells their state, and what is added up: tabs and totals read it alone.
            models.Index(
                fields=["espace", "-starts_on", "-id", "ends_on", "cancelled_on", "amount"],
                name="affaire_list",
            ),
        ]

    @property
    def counts(self) -> bool:
        """False when cancelled before its start: then it makes no status."""
        return self.cancelled_on is None or self.cancelled_on >= self.starts_on

    def is_running(self, on: date) -> bool:
        """Whether it is « en cours » on a day, as `states_on` says; never once cancelled."""
        lasts = self.ends_on is None or self.ends_on >= on
        return self.cancelled_on is None and self.starts_on <= on and lasts

    @property
    def effective_end(self) -> date | None:
        """Its last day as things stand: the earlier of its end and its cancellation; None while running."""
        return min((day for day in (self.ends_on, self.cancelled_on) if day), default=None)
