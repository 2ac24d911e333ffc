from collections import Counter
from pathlib import Path

from django.core.management.base import BaseCommand, CommandError

from accounts.services.logo.scoring import Verdict, score


class Command(BaseCommand):
    help = "Note le chercheur de logos sur un dossier de pages étiquetées (index.json, html/, expected/)."

    def add_arguments(self, parser):
        parser.add_argument("folder", type=Path, metavar="DOSSIER")

    def handle(self, *, folder, **options):
        try:
            scores = list(score(folder))
        except (OSError, ValueError, KeyError, TypeError) as error:
            raise CommandError(
                f"« {folder} » n'est pas un dossier de pages étiquetées : {error!r}"
            ) from error
        for page in scores:
            if page.verdict != Verdict.IDEAL:
                self.stdout.write(f"{page.page} : {page.verdict}, {page.first}")
                for ideal in page.ideal:
                    self.stdout.write(f"    idéal : {ideal}")
        counts = Counter(page.verdict for page in scores)
        shown = ", ".join(f"{verdict} {counts[verdict]}" for verdict in Verdict)
        self.stdout.write(f"Pages : {len(scores)}. {shown[0].upper()}{shown[1:]}.")
        good = counts[Verdict.IDEAL] + counts[Verdict.ACCEPTABLE]
        self.stdout.write(f"Idéal ou acceptable : {good} sur {len(scores)}.")
