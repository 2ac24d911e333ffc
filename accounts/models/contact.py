from django.db import models
from django.db.models import Q

from accounts.models.derived import FoldField
from accounts.models.row import EspaceRow


class Contact(EspaceRow):
    """A person at an account, until the day they left it."""

    account = models.ForeignKey(
        "accounts.Account", models.RESTRICT, related_name="contacts", verbose_name="compte"
    )
    first_name = models.CharField("prénom", max_length=100, blank=True)
    last_name = models.CharField("nom", max_length=100)
    name_fold = FoldField(max_length=201, source="name_to_sort")
    job_title = models.CharField("fonction", max_length=150, blank=True)
    email = models.EmailField("adresse e-mail", blank=True)
    phone = models.CharField("téléphone", max_length=30, blank=True)
    is_main = models.BooleanField("contact principal", default=False)
    left_on = models.DateField("parti le", null=True, blank=True)

    class Meta:
        verbose_name = "contact"
        constraints = [
            models.UniqueConstraint(
                fields=["account"],
                condition=Q(is_main=True),
                name="contact_one_main",
                violation_error_code="is_main",
                violation_error_message="Ce compte a déjà un contact principal.",
            ),
            models.CheckConstraint(
                condition=Q(is_main=False) | Q(left_on__isnull=True),
                name="contact_main_is_there",
                violation_error_code="is_main",
                violation_error_message="Qui est parti ne peut pas être le contact principal.",
            ),
        ]
        indexes = [models.Index(fields=["espace", "name_fold", "id"], name="contact_list")]

    def __str__(self):
        return f"{self.first_name} {self.last_name}".strip()

    @property
    def name_to_sort(self) -> str:
        """« Durand Anne »."""
        return f"{self.last_name} {self.first_name}".strip()
