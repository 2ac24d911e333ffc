from pathlib import Path

from django.core.exceptions import ValidationError
from django.core.management.base import BaseCommand, CommandError

from accounts.services import importing
from accounts.services.importing.reading import MAX_BYTES
from crm.actor import Actor, Door
from crm.management.espace import espace_named, today_in


class Command(BaseCommand):
    help = (
        "Importe des comptes d'un fichier CSV : nom;type;site_web;compte_parent;tags[;cree_le;responsable]."
    )

    def add_arguments(self, parser):
        parser.add_argument("file", metavar="FICHIER", type=Path)
        parser.add_argument(
            "--espace", required=True, metavar="SLUG", help="L'espace qui reçoit les comptes."
        )
        parser.add_argument("--dry-run", action="store_true", help="Dit ce qui serait fait, n'écrit rien.")

    def handle(self, *, file, espace, dry_run, **options):
        content = read(file)
        espace = espace_named(espace)
        do = importing.dry_run if dry_run else importing.import_accounts
        try:
            report = do(
                by=Actor(door=Door.COMMAND),
                espace=espace,
                content=content,
                today=today_in(espace),
            )
        except ValidationError as refusal:
            raise CommandError(f"{file} : {' '.join(refusal.messages)}") from None
        for line, reason in report.refused:
            self.stderr.write(f"Ligne {line} : {reason}")
        self.stdout.write(summary(report))
        if dry_run:
            self.stdout.write("Essai seulement : rien n'a été écrit.")


def read(file: Path) -> bytes:
    try:
        with file.open("rb") as opened:
            return opened.read(MAX_BYTES + 1)  # one more than allowed is refused
    except OSError as error:
        raise CommandError(f"{file} ne peut pas être lu : {error.strerror}.") from None


def summary(report: importing.Report) -> str:
    created = counted(report.created, "compte créé", "comptes créés")
    refused = counted(len(report.refused), "refusée", "refusées")
    lines = counted(report.lines, "ligne", "lignes")
    return f"{lines} : {created}, {report.already_there} déjà là, {refused}."


def counted(n: int, one: str, many: str) -> str:
    return f"{n} {many if n > 1 else one}"
