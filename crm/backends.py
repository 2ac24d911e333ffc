from django.contrib.auth.backends import BaseBackend
from django.db.models import QuerySet

from crm.models import Membership
from crm.roles import RIGHTS
from crm.services.person import may_enter

ADMIN_APPS = {"accounts", "crm"}


def administered_espaces(user) -> QuerySet:
    """Ids of the espaces whose Django admin pages the user may enter; see also EspaceMiddleware."""
    rows = Membership.objects.filter(may_enter(), user_id=user.pk, role__in=RIGHTS["admin.enter"])
    return rows.values("espace_id")


class RoleBackend(BaseBackend):
    """Django admin's permissions, read from the table of rights.

    It only opens the door: which rows are seen, and each write, are decided by the admin classes and
    the services.
    """

    def has_perm(self, user, perm, obj=None):
        return self.has_module_perms(user, perm.partition(".")[0])

    def has_module_perms(self, user, app_label):
        if not user.is_active or app_label not in ADMIN_APPS:
            return False
        return user.is_superuser or administered_espaces(user).exists()
