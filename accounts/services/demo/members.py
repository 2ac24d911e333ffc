"""Who works in the demo espace, and the file that keeps their passwords."""

import os
import secrets
from dataclasses import dataclass
from pathlib import Path

from crm.models import Espace, Membership
from crm.roles import Role
from crm.services.member import add_member

LETTERS = "abcdefghjkmnpqrstuvwxyz23456789"  # without those taken for one another: i l o 0 1
GROUPS, GROUP = 4, 4  # 79 bits in all


@dataclass(frozen=True, slots=True)
class Person:
    first_name: str
    last_name: str
    role: Role

    @property
    def email(self) -> str:
        return f"{self.first_name}.{self.last_name}@vigie.example".lower()


PEOPLE = (
    Person("Claire", "Delmas", Role.ADMINISTRATEUR),
    Person("Karim", "Benali", Role.AVANCE),
    Person("Sophie", "Marchand", Role.AVANCE),
    Person("Thomas", "Nguyen", Role.AVANCE),
    Person("Lina", "Fontaine", Role.STANDARD),
)


@dataclass(frozen=True, slots=True)
class SignIn:
    """How to sign in as a member; password is None when it is no longer known."""

    member: Membership
    password: str | None


def add_people(*, espace: Espace, kept_in: Path) -> None:
    """Make the demo's people members of an espace.

    Their passwords are drawn, or taken again from the file when it has them: two databases may share it.
    Side effects: Membership rows, perhaps User rows; the file, that its owner alone can read.
    """
    known = _read(kept_in)
    passwords = {person.email: known.get(person.email) or _draw() for person in PEOPLE}
    _write(kept_in, known | passwords)
    members = set(espace.memberships.values_list("user__email", flat=True))
    for person in PEOPLE:
        if person.email not in members:
            add_member(
                espace=espace,
                email=person.email,
                role=person.role,
                first_name=person.first_name,
                last_name=person.last_name,
                password=passwords[person.email],
            )


def sign_ins(*, espace: Espace, kept_in: Path) -> list[SignIn]:
    """How to sign in as one member of each role, the Administrateur first. Side effects: none.

    One of each, since verifying a password is slow on purpose.
    """
    known = _read(kept_in)
    order = {person.email: n for n, person in enumerate(PEOPLE)}
    members = Membership.objects.filter(
        espace=espace, is_active=True, user__is_active=True, user__email__in=order
    )
    first_of_role: dict[str, Membership] = {}
    for member in sorted(members.select_related("user"), key=lambda member: order[member.user.email]):
        first_of_role.setdefault(member.role, member)
    found = []
    for member in first_of_role.values():
        password = known.get(member.user.email)
        works = password is not None and member.user.check_password(password)
        found.append(SignIn(member, password if works else None))
    return found


def _draw() -> str:
    return "-".join("".join(secrets.choice(LETTERS) for _ in range(GROUP)) for _ in range(GROUPS))


def _read(file: Path) -> dict[str, str]:
    """Passwords by e-mail address: a line has an address, a blank and a password."""
    try:
        lines = file.read_text().splitlines()
    except FileNotFoundError:
        return {}
    return dict(words for line in lines if len(words := line.split()) == 2)


def _write(file: Path, passwords: dict[str, str]) -> None:
    text = "".join(f"{email} {password}\n" for email, password in passwords.items())
    with os.fdopen(os.open(file, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w") as opened:
        os.fchmod(opened.fileno(), 0o600)  # a file that was there kept its own mode
        opened.write(text)
