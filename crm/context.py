from crm.roles import RIGHTS, allows

THEMES = ("light", "dark")


class Can:
    """`{% if can.account_create %}`: the table of rights, as templates ask it."""

    def __init__(self, role: str):
        self._role = role

    def __getitem__(self, name: str) -> bool:
        # Not a KeyError: templates would swallow it, and an unknown right would be a silent no.
        action = name.replace("_", ".", 1)
        if action not in RIGHTS:
            raise LookupError(f"unknown right: {action}")
        return allows(self._role, action)


def espace(request):
    """What every template may use: `theme` always; `espace`, `member`, `today`, `can` inside an espace."""
    theme = request.COOKIES.get("theme", "")
    values = {"theme": theme if theme in THEMES else ""}
    member = getattr(request, "member", None)
    if member is not None:
        values |= {
            "espace": request.espace,
            "member": member,
            "today": request.today,
            "can": Can(member.role),
        }
    return values
