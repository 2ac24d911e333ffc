"""What commands about an espace share: finding it, and its calendar day."""

from datetime import date
from zoneinfo import ZoneInfo

from django.core.management.base import CommandError
from django.utils.timezone import localdate

from crm.models import Espace


def espace_named(slug: str) -> Espace:
    present = Espace.objects.present()
    espace = present.filter(slug=slug).first()
    if espace is None:
        known = ", ".join(present.order_by("slug").values_list("slug", flat=True)) or "aucun"
        raise CommandError(f"L'espace « {slug} » n'existe pas. Espaces : {known}.")
    return espace


def today_in(espace: Espace) -> date:
    return localdate(timezone=ZoneInfo(espace.timezone))
