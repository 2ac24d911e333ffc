"""« Pourquoi ce statut ? »: the rule that fired, its evidence, and by how far each better one missed.

Pure, as the timeline is.
"""

from dataclasses import dataclass
from datetime import date

from accounts.choices import Status
from accounts.services.timeline import (
    RECENT_MONTHS,
    STALE_MONTHS,
    Facts,
    Period,
    Reach,
    Span,
    months_before,
    period_on,
    periods,
    reaches,
)
from crm.french import day as written
from crm.french import days


@dataclass(frozen=True, slots=True)
class Reason:
    """Why a status holds, or does not: a French sentence in which {row} stands for the evidence, if any.

    missing_days: by how many days the evidence missed the status; None when there is nothing to miss by.
    """

    status: Status
    sentence: str
    row: object = None  # an Affaire or an Opportunite
    missing_days: int | None = None


@dataclass(frozen=True, slots=True)
class Explanation:
    """The status of an account on a day, why, and what comes next by itself."""

    period: Period
    reason: Reason
    why_not_better: list[Reason]
    next_period: Period | None


def explain(facts: Facts, day: date) -> Explanation | None:
    """None before the account exists. Source: README, « Les statuts »."""
    timeline = periods(facts)
    period = period_on(timeline, day)
    if period is None:
        return None
    better = [status for status in Status if status.rank < period.status.rank]
    return Explanation(
        period=period,
        reason=_why(facts, day, period.status),
        why_not_better=[reason for status in better for reason in WHY_NOT[status](facts, day)],
        next_period=period_on(timeline, period.ends_before) if period.ends_before else None,
    )


def _why(facts: Facts, day: date, status: Status) -> Reason:
    holding = [
        reach
        for reach in reaches(facts)
        if reach.status == status and reach.starts_on <= day < (reach.ends_before or date.max)
    ]
    if not holding:
        return _nothing_recent(facts, day)
    # Of several facts that would do, the one that keeps the status the longest.
    return _evidence(max(holding, key=lambda reach: reach.ends_before or date.max), facts, day)


def _evidence(reach: Reach, facts: Facts, day: date) -> Reason:
    status, span = reach.status, reach.span
    age = f"il y a moins de {RECENT_MONTHS}\u00a0mois"
    if status == Status.DELAISSE:
        age = f"il y a plus de {RECENT_MONTHS}\u00a0mois et moins de {STALE_MONTHS}"
    if span is None:
        entered = f"le compte est entré au portefeuille le {written(facts.created_on)}, {age}"
        alone = "il n'a ni affaire ni opportunité, et " if status == Status.DELAISSE else ""
        return Reason(status, f"car {alone}{entered}.")
    if reach.kind == "affaire":
        if span.ends_on is None:
            return Reason(
                status, f"car l'affaire {{row}} est en cours depuis le {written(span.starts_on)}.", span.row
            )
        if span.ends_on > day:
            return Reason(
                status, f"car l'affaire {{row}} est en cours jusqu'au {written(span.ends_on)}.", span.row
            )
        return Reason(
            status, f"car l'affaire {{row}} s'est terminée le {written(span.ends_on)}, {age}.", span.row
        )
    if span.ends_on is None or span.ends_on > day:
        return Reason(
            status, f"car l'opportunité {{row}} est en cours depuis le {written(span.starts_on)}.", span.row
        )
    return Reason(
        status, f"car l'opportunité {{row}} a été close le {written(span.ends_on)}, {age}.", span.row
    )


def _nothing_recent(facts: Facts, day: date) -> Reason:
    last, kind = _last_ended(facts, day)
    if last is None:
        sentence = (
            "car il n'a ni affaire ni opportunité, et le compte est entré au portefeuille "
            f"le {written(facts.created_on)}, il y a plus de {STALE_MONTHS}\u00a0mois."
        )
        return Reason(Status.INACTIF, sentence)
    what, ended = ("l'affaire", "s'est terminée") if kind == "affaire" else ("l'opportunité", "a été close")
    sentence = (
        f"car {what} {{row}}, la dernière activité, {ended} le {written(last.ends_on)}, "
        f"il y a plus de {STALE_MONTHS}\u00a0mois."
    )
    return Reason(Status.INACTIF, sentence, last.row)


def _last_ended(facts: Facts, day: date) -> tuple[Span | None, str]:
    ended = [(span, "affaire") for span in _begun(facts.affaires, day)]
    ended += [(span, "opportunite") for span in _begun(facts.opportunites, day)]
    return max(ended, key=lambda pair: pair[0].ends_on or date.max, default=(None, ""))


def _begun(spans: tuple[Span, ...], day: date) -> list[Span]:
    return [span for span in spans if span.starts_on <= day]


def _why_not_actif(facts: Facts, day: date) -> list[Reason]:
    threshold = months_before(day, RECENT_MONTHS)
    reasons = []
    if begun := _begun(facts.affaires, day):
        last = max(begun, key=lambda span: span.ends_on)
        missing = (threshold - last.ends_on).days
        sentence = (
            f"l'affaire {{row}} s'est terminée le {written(last.ends_on)}, {days(missing)} trop tôt : "
            f"il fallait le {written(threshold)} ou après."
        )
        reasons.append(Reason(Status.ACTIF, sentence, last.row, missing))
    coming = [span for span in facts.affaires if span.starts_on > day]
    if coming:
        first = min(coming, key=lambda span: span.starts_on)
        wait = (first.starts_on - day).days
        sentence = f"l'affaire {{row}} ne commence que le {written(first.starts_on)}, dans {days(wait)}."
        reasons.append(Reason(Status.ACTIF, sentence, first.row, wait))
    return reasons or [Reason(Status.ACTIF, "aucune affaire n'a été signée.")]


def _why_not_prospect(facts: Facts, day: date) -> list[Reason]:
    threshold = months_before(day, RECENT_MONTHS)
    if begun := _begun(facts.opportunites, day):
        last = max(begun, key=lambda span: span.ends_on)
        missing = (threshold - last.ends_on).days
        sentence = (
            f"l'opportunité {{row}} a été close le {written(last.ends_on)}, {days(missing)} trop tôt : "
            f"il fallait le {written(threshold)} ou après."
        )
        reasons = [Reason(Status.PROSPECT, sentence, last.row, missing)]
    else:
        reasons = [Reason(Status.PROSPECT, "aucune opportunité n'a été ouverte.")]
    if facts.created_on <= day:
        missing = (threshold - facts.created_on).days + 1
        sentence = (
            f"le compte est entré au portefeuille le {written(facts.created_on)}, {days(missing)} trop tôt : "
            f"il fallait après le {written(threshold)}."
        )
        reasons.append(Reason(Status.PROSPECT, sentence, None, missing))
    return reasons


def _why_not_delaisse(facts: Facts, day: date) -> list[Reason]:
    threshold = months_before(day, STALE_MONTHS)
    last, kind = _last_ended(facts, day)
    if last is not None:
        missing = (threshold - last.ends_on).days
        ended = "terminée" if kind == "affaire" else "close"
        sentence = (
            f"{{row}}, {ended} le {written(last.ends_on)}, l'a été {days(missing)} trop tôt : "
            f"il fallait le {written(threshold)} ou après."
        )
        return [Reason(Status.DELAISSE, sentence, last.row, missing)]
    missing = (threshold - facts.created_on).days
    sentence = (
        f"le compte est entré au portefeuille le {written(facts.created_on)}, {days(missing)} trop tôt : "
        f"il fallait le {written(threshold)} ou après."
    )
    return [Reason(Status.DELAISSE, sentence, None, missing)]


WHY_NOT = {
    Status.ACTIF: _why_not_actif,
    Status.PROSPECT: _why_not_prospect,
    Status.DELAISSE: _why_not_delaisse,
}
