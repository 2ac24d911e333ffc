"""Whose logo is searched, and the logos that members add or take away."""

from collections.abc import Iterable
from datetime import datetime, timedelta

from django.core.exceptions import ValidationError

from accounts.models import Account, LogoSearch
from accounts.services.logo import files
from accounts.services.logo.decoding import Decoder
from crm.actor import Actor
from crm.journal import Action, Line, differences, values_of
from crm.writing import writing

ASKED_EVERY = timedelta(minutes=1)
UPLOAD_MAX_BYTES = 5 * 1024 * 1024
NOT_A_PICTURE = (
    "Ce fichier n'est pas une image que Vigie sait lire : choisissez un PNG, un JPEG ou un WebP de "
    "5000 pixels de côté au plus."
)
NOT_STORED = "Le logo n'a pas pu être enregistré : le stockage ne répond pas. Réessayez plus tard."


def look_for(accounts: Iterable[Account]) -> None:
    """Have the logos of these accounts looked for at once, on the websites that they have now.

    Those without a website, or with a logo added by hand, are left alone. To be called in the transaction
    that writes their websites. Side effects: LogoSearch rows.
    """
    LogoSearch.objects.bulk_create(
        [
            LogoSearch(account=account, espace_id=account.espace_id)
            for account in accounts
            if account.website and not account.logo_by_hand
        ],
        batch_size=500,
        update_conflicts=True,
        unique_fields=["account"],
        update_fields=["due_at", "failures", "failure"],
    )


def follow_website(account: Account, *, from_domain: str) -> None:
    """After a change of website: forget the logo that another site gave, and look at this one.

    Side effects: the account's logo, its LogoSearch.
    """
    if account.logo_by_hand:
        return
    if account.domain != from_domain:
        _set_logo(account, "")
        LogoSearch.objects.filter(account=account).delete()
    look_for([account])


def ask_again(*, by: Actor, account: Account, now: datetime) -> None:
    """Have an account's logo looked for again, at once; a member may ask once a minute.

    now: aware. Raises ValidationError with a sentence. Side effects: the account's LogoSearch.
    """
    with writing(by, "account.edit", account.espace_id) as write:
        account = write.reread(Account.objects.all(), account)
        if not write.espace.fetches_logos:
            raise ValidationError("La recherche des logos est désactivée dans les réglages de l'espace.")
        if not account.website:
            raise ValidationError("Ce compte n'a pas de site web où chercher son logo.")
        if account.logo_by_hand:
            raise ValidationError("Ce logo a été ajouté à la main : retirez-le d'abord.")
        search = LogoSearch.objects.filter(account=account).first()
        if search and search.asked_at and search.asked_at > now - ASKED_EVERY:
            raise ValidationError("Une recherche vient d'être demandée : attendez une minute.")
        look_for([account])
        LogoSearch.objects.filter(account=account).update(asked_at=now, due_at=now)


def add_logo(*, by: Actor, account: Account, content: bytes) -> Account:
    """Give an account a logo by hand, that no search replaces. content: a file's bytes.

    Raises ValidationError with a sentence. Side effects: files, the account's logo, its LogoSearch.
    """
    by.require("account.edit", espace_id=account.espace_id)
    with Decoder() as decoder:
        encoded = decoder.encode(content)
    if encoded is None:
        raise ValidationError(NOT_A_PICTURE)
    try:
        digest = files.write(account.espace_id, encoded)
    except OSError as error:
        raise ValidationError(NOT_STORED) from error
    with writing(by, "account.edit", account.espace_id) as write:
        account = write.reread(Account.objects.all(), account)
        before = values_of(account)
        _set_logo(account, digest, ground=encoded.look.ground, by_hand=True)
        LogoSearch.objects.filter(account=account).delete()
        changes = differences(before, values_of(account))
        write.record(Line(Action.CHANGED, account, changes, words="" if changes else "logo remplacé"))
    return account


def remove_logo(*, by: Actor, account: Account) -> Account:
    """Take away the logo that a member added; the website is searched again.

    Raises ValidationError when none was added. Side effects: the account's logo, its LogoSearch.
    """
    with writing(by, "account.edit", account.espace_id) as write:
        account = write.reread(Account.objects.all(), account)
        if not account.logo_by_hand:
            raise ValidationError("Ce compte n'a pas de logo ajouté à la main.")
        before = values_of(account)
        _set_logo(account, "")
        look_for([account])
        write.record(Line(Action.CHANGED, account, differences(before, values_of(account))))
    return account


def keep_found(search: LogoSearch, digest: str, ground: str) -> None:
    """Show the logo that a search found. A cache of the site: no version, no line in the journal.

    To be called under the espace's lock. Side effects: the account's logo.
    """
    _set_logo(search.account, digest, ground=ground)


def _set_logo(account: Account, digest: str, *, ground: str = "", by_hand: bool = False) -> None:
    account.logo, account.logo_ground, account.logo_by_hand = digest, ground, by_hand
    account.save(update_fields=["logo", "logo_ground", "logo_by_hand"])
