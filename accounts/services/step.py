"""The steps of opportunités that an espace no longer has."""

from django.core.exceptions import ValidationError
from django.db.models import Count, F

from accounts.choices import Stage
from accounts.models import Opportunite
from crm.actor import Actor
from crm.journal import Action, Line
from crm.models import Espace
from crm.writing import writing


def left_behind(espace: Espace) -> dict[str, int]:
    """The steps that were taken out of the espace's list, with how many open opportunités are still there."""
    stray = espace.opportunites.filter(stage=Stage.EN_COURS).exclude(step__in=["", *espace.steps])
    return dict(stray.order_by("step").values_list("step").annotate(n=Count("pk")))


def move_step(*, by: Actor, espace: Espace, step: str, to: str) -> int:
    """Put the open opportunités of a step that was taken out at another one. Returns how many.

    In a few statements, however many. Raises ValidationError by field. Side effects: Opportunite rows.
    """
    with writing(by, "espace.edit", espace.pk) as write:
        if to not in write.espace.steps or step in write.espace.steps:
            raise ValidationError({"to": "Cette étape n'existe pas, ou plus."})
        stray = Opportunite.objects.filter(espace=write.espace, stage=Stage.EN_COURS, step=step)
        lines = []
        for opportunite in stray.only("name", "version").order_by("pk"):
            opportunite.version += 1
            lines.append(Line(Action.CHANGED, opportunite, {"step": [step, to]}))
        stray.update(step=to, version=F("version") + 1)
        write.record(*lines)
        return len(lines)
