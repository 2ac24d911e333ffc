from django.db import models
from django.db.models import Q

from accounts.models.row import EspaceRow


class Contact(EspaceRow):
    """A person at an account."""

    account = models.ForeignKey(
        "accounts.Account", models.RESTRICT, related_name="contacts", verbose_name="compte"
    )
    first_name = models.CharField("prénom", max_length=100, blank=True)
    last_name = models.CharField("nom", max_length=100)
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
            )
        ]

    def __str__(self):
        return f"{self.first_name} {self.last_name}".strip()
