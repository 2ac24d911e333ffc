from pathlib import Path

from django.core.management.base import BaseCommand, CommandError

from crm.backups import BackupError, back_up
from crm.templatetags.ui import thousands


class Command(BaseCommand):
    help = "Sauvegarde la base et les médias dans un fichier, pendant que l'on travaille."
    requires_system_checks = []

    def add_arguments(self, parser):
        parser.add_argument("file", metavar="FICHIER", type=Path, help="Un fichier nouveau.")

    def handle(self, *, file, **options):
        try:
            report = back_up(file)
        except BackupError as refusal:
            raise CommandError(str(refusal)) from refusal
        self.stdout.write(
            f"{file} : {thousands(report.rows)} lignes ; médias : {thousands(report.media)}, "
            f"{file.stat().st_size / 1024**2:.1f} Mo."
        )
        self.stdout.write(
            "Gardez à part la clé de l'installation (SECRET_KEY ou .secret-key) : elle n'y est pas."
        )
