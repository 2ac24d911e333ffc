from django.db import models


class Agenda(models.Model):
    """The secret address where a member's calendar reads their relances. Its link holds `nonce`, signed."""

    espace = models.ForeignKey("crm.Espace", models.CASCADE, related_name="agendas")
    member = models.OneToOneField(
        "crm.Membership", models.CASCADE, related_name="agenda", verbose_name="membre"
    )
    nonce = models.CharField(max_length=32, editable=False)

    class Meta:
        verbose_name = "agenda"

    def __str__(self):
        return f"Agenda de {self.member}"
