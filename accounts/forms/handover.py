from accounts.forms.base import EspaceForm
from accounts.forms.picker import member_field


class HandOverForm(EspaceForm):
    taker = member_field(label="Confier à")


class LeaveForm(EspaceForm):
    """The member is disabled; what they own may be handed over, or stay theirs."""

    taker = member_field(
        label="Confier à",
        required=False,
        help_text="Laissez vide pour que tout reste à son nom : vous pourrez le confier plus tard.",
    )
