from collections.abc import Iterator
from itertools import islice

from django.core.management.base import BaseCommand, CommandError

from crm.journal import faults
from crm.management.espace import espace_named
from crm.models import Espace, JournalChain
from crm.templatetags.ui import thousands

SHOWN = 20  # faults of a chain


class Command(BaseCommand):
    help = "Vérifie que le journal est entier et que rien n'y a été modifié ; sort en erreur sinon."

    def add_arguments(self, parser):
        parser.add_argument("--espace", metavar="SLUG", help="Un seul journal, au lieu de tous.")
        parser.add_argument(
            "--noted",
            metavar="LIGNES:EMPREINTE",
            help="Ce que la commande a dit d'un journal un autre jour ; avec --espace.",
        )

    def handle(self, *, espace, noted, **options):
        if noted and not espace:
            raise CommandError("--noted demande --espace : de quel journal est-ce l'empreinte ?")
        espaces = [espace_named(espace)] if espace else [*Espace.objects.order_by("slug"), None]
        whole = [self.check_one(each, noted) for each in espaces]
        if not all(whole):
            raise CommandError("Le journal n'est pas intact.")

    def check_one(self, espace: Espace | None, noted: str | None) -> bool:
        """Say whether the journal of an espace, or of the house (None), is whole."""
        name = f"{espace} ({espace.slug})" if espace else "Hors des espaces"
        chain = JournalChain.objects.filter(espace=espace).first()
        if chain is None and espace is None:
            return True  # nothing has happened there yet
        found = iter(["Le journal a disparu."]) if chain is None else _all_faults(chain, noted)
        shown = list(islice(found, SHOWN))
        for sentence in shown:
            self.stdout.write(f"{name} : {sentence}")
        if others := sum(1 for _ in found):
            self.stdout.write(f"{name} : et {thousands(others)} autre{'s' if others > 1 else ''}.")
        if not shown:
            lines = f"{thousands(chain.length)} ligne{'s' if chain.length > 1 else ''}"
            self.stdout.write(f"{name} : {lines}, tout se tient. Empreinte {chain.length}:{chain.digest}")
        return not shown


def _all_faults(chain: JournalChain, noted: str | None) -> Iterator[str]:
    yield from faults(chain)
    if noted:
        length, _, digest = noted.partition(":")
        if (
            not (length.isascii() and length.isdecimal())
            or not chain.entries.filter(seq=length, digest=digest).exists()
        ):
            yield f"L'empreinte {noted} n'est pas celle d'une de ses lignes : le journal a été réécrit."
