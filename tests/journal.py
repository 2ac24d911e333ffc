"""What the journal of an espace tells, for the tests."""

from crm.models import Espace


def told(espace: Espace, since: int = 0) -> list[tuple]:
    """Its lines after the first `since`: who (first name), what was done, to what, with before and after."""
    lines = espace.journal.entries.select_related("user").order_by("seq")[since:]
    return [
        (
            line.user.first_name if line.user else "",
            line.action,
            line.model,
            line.payload["label"],
            line.payload.get("changes", {}),
        )
        for line in lines
    ]


def length(espace: Espace) -> int:
    return espace.journal.entries.count()
