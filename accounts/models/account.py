"""A company one works with. The only module that knows django-mptt."""

from datetime import date, timedelta

from django.db import connections, models
from django.db.models import (
    Count,
    Exists,
    F,
    FilteredRelation,
    Max,
    OuterRef,
    Prefetch,
    Q,
    Subquery,
)
from django.utils.timezone import localdate
from mptt.managers import TreeManager
from mptt.models import MPTTModel
from mptt.querysets import TreeQuerySet
from taggit.managers import TaggableManager

from accounts.choices import AccountType, Status
from accounts.models.affaire import Affaire
from accounts.models.derived import DomainField
from accounts.models.period import StatusPeriod
from accounts.models.relance import Relance
from accounts.models.row import NamedRow
from accounts.models.tag import AccountTag, EspaceTags

ABOUT_TO_LOSE_DAYS = 7  # how long before losing its status an account enters the worklist


class AccountQuerySet(TreeQuerySet):
    def with_status(self, on: date):
        """Keep the accounts that exist on a day, and annotate `status`, `status_since` and `status_until`.

        on: calendar day in the espace's time zone. `status_until` is the first day of the next status, None
        when none is in sight. Reads the today_* columns when they hold that very day, the periods otherwise.
        """
        espace = self._hints.get("instance")
        if getattr(espace, "status_day", None) == on:
            # Not isnull=False, for which SQLite would leave the index in the order of the list.
            return self.exclude(today_status=None).annotate(
                status=F("today_status"), status_since=F("today_since"), status_until=F("today_until")
            )
        lasts = Q(periods__ends_before__isnull=True) | Q(periods__ends_before__gt=on)
        return (
            self.alias(period=FilteredRelation("periods", condition=Q(periods__starts_on__lte=on) & lasts))
            .filter(period__isnull=False)
            .annotate(
                status=F("period__status"),
                status_since=F("period__starts_on"),
                status_until=F("period__ends_before"),
            )
        )

    def with_former_status(self, on: date):
        """Annotate `former_status`, that of another day, None for the accounts that did not exist."""
        if getattr(self._hints.get("instance"), "status_day", None) == on:
            return self.annotate(former_status=F("today_status"))
        lasts = Q(periods__ends_before__isnull=True) | Q(periods__ends_before__gt=on)
        held = Q(periods__starts_on__lte=on) & lasts
        return self.alias(former=FilteredRelation("periods", condition=held)).annotate(
            former_status=F("former__status")
        )

    def with_next_status(self):
        """After with_status: annotate `next_status`, the one that begins on `status_until`, or None."""
        begins = StatusPeriod.objects.filter(account=OuterRef("pk"), starts_on=OuterRef("status_until"))
        return self.annotate(next_status=Subquery(begins.values("status")[:1]))

    def with_tags(self):
        """Have all the tags of each account read together, as a list in `tags_shown`."""
        return self.prefetch_related(Prefetch("tags", to_attr="tags_shown"))

    def unarchived(self, on: date):
        """Leave out the archived, from the day they were."""
        return self.filter(unarchived(on))

    def status_counts(self, on: date) -> dict[str, int]:
        """How many accounts have each status on a day: the four codes, best first, the archived left out."""
        counted = self.unarchived(on).with_status(on).order_by().values_list("status").annotate(n=Count("pk"))
        return {status.value: 0 for status in Status} | dict(counted)

    def to_follow_up(self, on: date):
        """After with_status(on): the worklist « à relancer ».

        Clients and Groupes that are Délaissé or about to lose a status, less those with signed work that
        starts later, marked « ne pas relancer », archived, with a relance planned, and any Groupe with a
        better status below it.
        Source: README, « Les statuts ».
        """
        # From the same espace as these rows, so that it reads what they read.
        accounts = getattr(self._hints.get("instance"), "accounts", Account.objects)
        below = accounts.filter(
            tree_id=OuterRef("tree_id"), lft__gt=OuterRef("lft"), rght__lt=OuterRef("rght")
        )
        below = below.unarchived(on).with_status(on)
        better_below = Q()
        for status in (Status.PROSPECT, Status.DELAISSE):
            better_below |= Q(status=status) & Exists(below.filter(status__in=status.better))
        # Without signed work to start later, what comes after Actif or Prospect can only be worse.
        soon = on + timedelta(days=ABOUT_TO_LOSE_DAYS)
        loses = Q(status__in=[Status.ACTIF, Status.PROSPECT], status_until__lte=soon)
        return self.unarchived(on).filter(
            Q(status=Status.DELAISSE) | loses,
            ~silenced(on),
            ~Exists(Affaire.objects.upcoming(on).filter(account=OuterRef("pk"))),
            ~Exists(Relance.objects.open().filter(account=OuterRef("pk"))),
            ~(Q(type=AccountType.GROUPE) & better_below),
            type__in=[AccountType.CLIENT, AccountType.GROUPE],
        )

    def with_worklist(self, on: date):
        """Annotate `follows_up`: whether to_follow_up(on) keeps an account."""
        accounts = getattr(self._hints.get("instance"), "accounts", Account.objects)
        worklist = accounts.with_status(on).to_follow_up(on)
        return self.annotate(follows_up=Exists(worklist.filter(pk=OuterRef("pk"))))

    def in_trees(self, heads):
        """The heads (accounts) and all below them."""
        wanted = Q(pk__in=[])
        for head in heads:
            wanted |= Q(tree_id=head.tree_id, lft__gte=head.lft, rght__lte=head.rght)
        return self.filter(wanted)


def unarchived(on: date) -> Q:
    """The accounts that are not archived on a day, the first one being the day they were."""
    return Q(archived_on__isnull=True) | Q(archived_on__gt=on)


def silenced(on: date) -> Q:
    """The accounts of which is_silenced(on)."""
    lasts = Q(do_not_follow_up_until__isnull=True) | Q(do_not_follow_up_until__gte=on)
    return Q(do_not_follow_up=True) & lasts


class AccountManager(TreeManager.from_queryset(AccountQuerySet)):
    def get_queryset(self, *args, **kwargs):
        # mptt orders by tree, which would make values().annotate() give one group an account.
        return super().get_queryset(*args, **kwargs).order_by()

    def next_tree_ids(self, n: int) -> list[int]:
        """Numbers for n new trees. max + 1 races between espaces, so PostgreSQL has a sequence."""
        connection = connections[self.db]
        if connection.vendor == "postgresql":
            with connection.cursor() as cursor:
                cursor.execute("SELECT nextval('accounts_tree_id') FROM generate_series(1, %s)", [n])
                return [number for (number,) in cursor.fetchall()]
        highest = self.aggregate(highest=Max("tree_id"))["highest"] or 0
        return list(range(highest + 1, highest + 1 + n))

    def _get_next_tree_id(self):
        return self.next_tree_ids(1)[0]


class Account(MPTTModel, NamedRow):
    """A company (or one's own internal activity). Not a login.

    `parent` is the truth about the tree; tree_id, lft, rght and level are mptt's cache of it, written only
    under the espace's lock (accounts.services.account). The today_* columns are a cache of the periods.
    """

    type = models.CharField("type", max_length=20, choices=AccountType)
    parent = models.ForeignKey(
        "self", models.RESTRICT, null=True, blank=True, related_name="children", verbose_name="compte parent"
    )
    website = models.CharField("site web", max_length=300, blank=True)
    domain = DomainField(max_length=253, source="website")
    tags = TaggableManager(
        through=AccountTag, manager=EspaceTags, blank=True, verbose_name="tags", help_text=""
    )
    owner = models.ForeignKey(
        "crm.Membership",
        models.SET_NULL,
        null=True,
        blank=True,
        related_name="accounts",
        verbose_name="responsable",
    )
    created_on = models.DateField("entré au portefeuille le", default=localdate)
    description = models.TextField("description", blank=True)
    siren = models.CharField("SIREN", max_length=9, blank=True)
    phone = models.CharField("téléphone", max_length=30, blank=True)
    street = models.CharField("rue", max_length=200, blank=True)
    postal_code = models.CharField("code postal", max_length=12, blank=True)
    city = models.CharField("ville", max_length=100, blank=True)
    country = models.CharField("pays", max_length=60, blank=True)
    do_not_follow_up = models.BooleanField("ne pas relancer", default=False)
    do_not_follow_up_reason = models.CharField("raison", max_length=200, blank=True)
    do_not_follow_up_until = models.DateField("jusqu'au", null=True, blank=True)
    archived_on = models.DateField("archivé le", null=True, blank=True)

    # A digest that names its files, see accounts.services.logo.files; without one, a monogram.
    logo = models.CharField(max_length=32, blank=True, editable=False)
    logo_ground = models.CharField(max_length=5, blank=True, editable=False)  # "light", "dark": what it needs
    logo_by_hand = models.BooleanField("logo ajouté à la main", default=False)  # no search replaces it

    today_status = models.CharField(max_length=10, choices=Status, null=True, editable=False)
    today_since = models.DateField(null=True, editable=False)
    today_until = models.DateField(null=True, editable=False)

    objects = AccountManager()
    journaled_many = ("tags",)
    recomputed = ("tree_id", "lft", "rght", "level", "today_status", "today_since", "today_until")

    class Meta:
        verbose_name = "compte"
        constraints = [
            models.CheckConstraint(
                condition=models.Q(type__in=AccountType.values),
                name="account_type_known",
                violation_error_code="type",
                violation_error_message="Choisissez un type de compte.",
            ),
            # Backstop against broken trees. Deferred, since a move shifts many rows one after another.
            models.UniqueConstraint(
                fields=["tree_id", "lft"], name="account_tree_unique", deferrable=models.Deferrable.DEFERRED
            ),
        ]
        indexes = [
            # With what leaves accounts out of the list, and what searches and counts look at: a page deep
            # down is counted off, and a word looked for, in the index alone.
            models.Index(
                fields=[
                    *("espace", "name_fold", "id", "archived_on", "today_status"),
                    *("domain", "type", "today_until"),
                ],
                name="account_list",
            ),
            models.Index(fields=["espace", "created_on"], name="account_list_by_entry"),
            models.Index(fields=["espace", "today_status", "name_fold", "id"], name="account_list_by_status"),
            models.Index(fields=["espace", "owner", "name_fold", "id"], name="account_list_by_owner"),
            models.Index(
                fields=["espace", "today_until"],
                condition=models.Q(today_until__isnull=False),
                name="account_list_by_bascule",  # and the daily tick
            ),
            models.Index(
                fields=["espace", "archived_on"],
                condition=models.Q(archived_on__isnull=False),
                name="account_archived",
            ),
            # Counts by status and type read this index alone, in its order.
            models.Index(
                fields=["espace", "today_status", "type", "today_until", "archived_on"],
                name="account_list_counts",
            ),
            models.Index(
                fields=["espace", "domain"], condition=~models.Q(domain=""), name="account_same_domain"
            ),
        ]

    def is_archived(self, on: date) -> bool:
        """Whether it is archived on a day, the first one being the day it was."""
        return self.archived_on is not None and self.archived_on <= on

    def is_silenced(self, on: date) -> bool:
        """Whether it is marked « ne pas relancer » on a day; `do_not_follow_up_until` is the last one."""
        until = self.do_not_follow_up_until
        return self.do_not_follow_up and (until is None or until >= on)

    @property
    def is_leaf(self) -> bool:
        return self.rght == self.lft + 1
