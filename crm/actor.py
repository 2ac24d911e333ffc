from dataclasses import dataclass
from enum import StrEnum

from django.core.exceptions import PermissionDenied

from crm.models import Membership, User
from crm.roles import allows, who_can


class Door(StrEnum):
    """Where a change comes in."""

    PAGE = "page"
    ADMIN = "admin"
    IMPORT = "import"
    COMMAND = "command"
    WORKER = "worker"
    API = "api"


@dataclass(frozen=True)
class Actor:
    """Who is acting, and through which door.

    A member acts in their own espace with their role's rights. A superuser without membership may do
    everything. Neither user nor membership is the system itself (commands, worker).
    """

    door: Door
    user: User | None = None
    membership: Membership | None = None

    @classmethod
    def of(cls, membership: Membership, door: Door = Door.PAGE) -> "Actor":
        return cls(door=door, user=membership.user, membership=membership)

    def may(self, action: str, *, espace_id: int) -> bool:
        if self.membership is not None:
            return (
                self.membership.espace_id == espace_id
                and self.membership.is_active
                and allows(self.membership.role, action)
            )
        return self.user is None or (self.user.is_active and self.user.is_superuser)

    def require(self, action: str, *, espace_id: int) -> None:
        """Raise PermissionDenied, whose text is the sentence that says who can."""
        if not self.may(action, espace_id=espace_id):
            raise PermissionDenied(who_can(action))


SYSTEM = Actor(door=Door.COMMAND)
