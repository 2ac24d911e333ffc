"""What people do with their own account, and how it is told in the journal."""

from dataclasses import dataclass, field

from allauth.account.models import EmailAddress
from allauth.mfa import app_settings as mfa
from allauth.mfa.models import Authenticator
from django.core.exceptions import PermissionDenied
from django.db import IntegrityError, transaction
from django.db.models import Exists, OuterRef, Q

from crm.actor import Actor, Door
from crm.journal import Action, Line, differences, record, record_person, values_of
from crm.models import User
from crm.writing import check

SECOND_FACTORS = (Authenticator.Type.TOTP, Authenticator.Type.WEBAUTHN)
WAYS = {
    "password": "mot de passe",
    "totp": "application d'authentification",
    "recovery_codes": "code de récupération",
    "webauthn": "clé d'accès",
}


def themselves(user: User) -> Actor:
    """A person who acts on their own account, from a page."""
    return Actor(door=Door.PAGE, user=user)


@transaction.atomic
def edit_person(*, by: Actor, user: User, first_name: str, last_name: str) -> User:
    """Change a person's name, wherever they are a member.

    Only they may, a superuser or the system. Raises ValidationError by field. Side effects: the User.
    """
    if by.user is not None and by.user != user and not by.user.is_superuser:
        raise PermissionDenied("Chacun ne change que son propre nom.")
    # no_key: lines of the journal refer to people, and must not wait.
    user = User.objects.select_for_update(no_key=True).get(pk=user.pk)
    before = values_of(user)
    user.first_name, user.last_name = " ".join(first_name.split()), " ".join(last_name.split())
    check(user)
    if changes := differences(before, values_of(user)):
        user.save(update_fields=["first_name", "last_name"])
        record_person(by=by, user=user, lines=[Line(Action.CHANGED, user, changes)])
    return user


# The address. User.email is the truth; allauth keeps beside it a row for the one that somebody asks for.


@transaction.atomic
def vouch_for_address(user: User) -> None:
    """Have allauth take User.email for a person's confirmed address: it was not typed by a stranger.

    Without it allauth would put an unconfirmed one in its place. Side effects: EmailAddress rows, if needed.
    """
    if EmailAddress.objects.filter(user=user, email=user.email, verified=True, primary=True).exists():
        return
    stale = Q(email=user.email) & ~Q(user=user) | Q(user=user) & ~Q(email=user.email)
    EmailAddress.objects.filter(stale).delete()
    EmailAddress.objects.update_or_create(
        user=user, email=user.email, defaults={"verified": True, "primary": True}
    )


def asked_address(user: User) -> str:
    """The address that a person asked to change to and has not confirmed; empty when there is none."""
    asked = EmailAddress.objects.filter(user=user, verified=False).exclude(email=user.email).last()
    return asked.email if asked else ""


def is_taken(address: EmailAddress) -> bool:
    """Whether the address that somebody asks to change to is another person's."""
    return User.objects.filter(email=address.email).exclude(pk=address.user_id).exists()


def change_address(address: EmailAddress, confirm) -> bool:
    """Let `confirm()` put an address in the place of its person's, and tell it.

    When it is somebody else's: False, and it is no longer asked for.
    Side effects: those of confirm(): the User, EmailAddress rows, messages.
    """
    user = address.user
    if is_taken(address):
        address.delete()
        return False
    stale = EmailAddress.objects.filter(email=address.email, verified=True).exclude(user=user)
    stale.delete()  # of somebody who has changed since, by another door
    try:
        with transaction.atomic():
            # The journal first, whose lines refer to the person: to change an address, a key, locks them out.
            line = Line(Action.CHANGED, user, {"email": [user.email, address.email]})
            record_person(by=themselves(user), user=user, lines=[line])
            return confirm()
    except IntegrityError:  # taken meanwhile
        return False


# What is told.


def tell(user: User, words: str) -> None:
    """Somebody changed how they sign in. words: never a secret. Side effects: the journal."""
    record_person(by=themselves(user), user=user, lines=[Line(Action.CHANGED, user, words=words)])


def tell_signed_in(user: User, records: list[dict]) -> None:
    """Somebody signed in.

    records: allauth's steps, e.g. [{"method": "password"}, {"method": "mfa", "type": "totp"}].
    Side effects: the journal.
    """
    steps = dict.fromkeys(step.get("type") or step["method"] for step in records)
    ways = [WAYS[step] for step in steps if step in WAYS]
    words = f"Par {' et '.join(ways)}" if ways else ""
    record_person(by=themselves(user), user=user, lines=[Line(Action.SIGNED_IN, user, words=words)])


def tell_refused(words: str, *, user: User | None = None, email: str = "") -> None:
    """Somebody could not sign in, as a known person or with an address that is not kept.

    Side effects: the journal of the person's espaces, or the house's.
    """
    nobody_yet = Actor(door=Door.PAGE)
    user = user or User.objects.filter(email=email.strip().lower()).first()
    if user is not None:
        record_person(by=nobody_yet, user=user, lines=[Line(Action.SIGN_IN_REFUSED, user, words=words)])
    else:
        record(by=nobody_yet, espace=None, lines=[Line(Action.SIGN_IN_REFUSED, words="Adresse inconnue")])


# The second factor.


@dataclass
class TwoFactor:
    """What a person has to sign in besides a password. codes_left: None when they have no recovery codes."""

    totp: Authenticator | None = None
    passkeys: list[Authenticator] = field(default_factory=list)
    codes_left: int | None = None

    def __bool__(self):
        return bool(self.totp or self.passkeys)


def two_factor_of(user: User) -> TwoFactor:
    """One query; nothing is decrypted."""
    found = TwoFactor()
    for row in Authenticator.objects.filter(user=user).order_by("pk"):
        match row.type:
            case Authenticator.Type.TOTP:
                found.totp = row
            case Authenticator.Type.WEBAUTHN:
                found.passkeys.append(row)
            case Authenticator.Type.RECOVERY_CODES:
                found.codes_left = mfa.RECOVERY_CODE_COUNT - row.data["used_mask"].bit_count()
    return found


@transaction.atomic
def remove_two_factor(*, by: Actor, user: User) -> bool:
    """Let a person who lost their device and codes in with the password alone; False when they had nothing.

    Whoever calls this has made sure who is asking. Side effects: Authenticator rows are deleted, the journal.
    """
    if not Authenticator.objects.filter(user=user).exists():
        return False
    words = "Double authentification retirée par qui administre l'installation"
    record_person(by=by, user=user, lines=[Line(Action.CHANGED, user, words=words)])
    Authenticator.objects.filter(user=user).delete()
    return True


def has_two_factor(user: User) -> bool:
    """Whether a person has an application or a passkey. Recovery codes alone are no second factor."""
    return Authenticator.objects.filter(user=user, type__in=SECOND_FACTORS).exists()


def with_two_factor(person: str = "user") -> Exists:
    """has_two_factor() for a queryset: `members.annotate(has_two_factor=with_two_factor())`.

    person: the column that refers to the User; "pk" on users themselves.
    """
    return Exists(Authenticator.objects.filter(user=OuterRef(person), type__in=SECOND_FACTORS))


def may_enter(member: str = "") -> Q:
    """Members who may come in: active, as are their user and espace, with the second factor that it requires.

    member: the path to the Membership, with its last "__"; empty on memberships themselves.
    """
    has_factor = Q(**{f"{member}espace__requires_two_factor": False}) | Q(with_two_factor(f"{member}user"))
    return has_factor & Q(
        **{
            f"{member}is_active": True,
            f"{member}user__is_active": True,
            f"{member}espace__deleted_at": None,
        }
    )
