"""Writes of accounts. Trees change here only, and in the import, always under the espace's lock."""

from collections.abc import Iterable
from datetime import date

from django.core.exceptions import ValidationError

from accounts.choices import AccountType
from accounts.models import Account, Affaire
from accounts.services.logo.keeping import follow_website, look_for
from accounts.services.siren import normalise_siren
from accounts.services.status import refresh
from accounts.services.tag import known_or_new
from accounts.services.website import normalise_website
from crm.actor import Actor
from crm.models import Espace, Membership
from crm.writing import Writing, writing


def create_account(
    *,
    by: Actor,
    espace: Espace,
    today: date,
    parent: int | None = None,
    owner: int | None = None,
    tags: Iterable[str] = (),
    **values,
) -> Account:
    """Create an account under its parent (an id), with these tags (names, made when they are new).

    values: columns of Account; created_on is today unless given. Raises ValidationError by field.
    Side effects: one Account and its place in the tree, its timeline, perhaps Tag rows, its LogoSearch.
    """
    with writing(by, "account.create", espace.pk) as write:
        account = Account(espace=write.espace, **{"created_on": today} | _clean(values, today=today))
        account.parent = write.row_of(Account, parent, "parent")
        account.owner = active_member(write, owner)
        write.add(account, tags=known_or_new(write, tags))
        refresh(account_ids=[account.pk], espace=write.espace)
        look_for([account])
        return account


def edit_account(
    *,
    by: Actor,
    account: Account,
    today: date,
    version: int | None = None,
    **values,
) -> Account:
    """Change columns of an account; `parent` and `owner` are ids, `tags` are names.

    version: the one the form was opened with. Raises ValidationError by field.
    Side effects: the Account, its place in the tree, perhaps Tag rows, its timeline when created_on moved,
    its logo and LogoSearch when website did.
    """
    with writing(by, "account.edit", account.espace_id) as write:
        account = write.reread(Account.objects.all(), account)
        values = write.merge(account, _clean(values, today=today), version)
        if values.get("created_on", account.created_on) != account.created_on:
            by.require("account.backdate", espace_id=write.espace.pk)
        if "owner" in values:
            values["owner"] = active_member(write, values["owner"], present=account.owner)
        _check_type(account, values.get("type", account.type))
        tags = known_or_new(write, values.pop("tags")) if "tags" in values else None
        if "parent" in values:
            _move(write, account, values.pop("parent"))
        website, domain = account.website, account.domain
        account = write.change(account, values, tags=tags)
        refresh(account_ids=[account.pk], espace=write.espace)
        if account.website != website:
            follow_website(account, from_domain=domain)
        return account


def move_account(*, by: Actor, account: Account, parent: int | None, version: int | None = None) -> Account:
    """Put an account and all below it under another parent (an id), or at the top with None.

    version: the one the form was opened with. Raises ValidationError, naming the path, when that would make
    a cycle.
    Side effects: the account's place in the tree.
    """
    with writing(by, "account.edit", account.espace_id) as write:
        account = write.reread(Account.objects.all(), account)
        values = write.merge(account, {"parent": parent}, version, meant=True)
        if "parent" in values:
            _move(write, account, values["parent"])
        return write.change(account, {})


def archive_account(*, by: Actor, account: Account, today: date) -> Account:
    """Leave an account out of lists, counts and the worklist from today on; its status goes on as it was.

    One that is archived already keeps its day. Side effects: the Account.
    """
    with writing(by, "account.archive", account.espace_id) as write:
        account = write.reread(Account.objects.all(), account)
        return write.change(account, {"archived_on": account.archived_on or today})


def unarchive_account(*, by: Actor, account: Account) -> Account:
    """Bring an archived account back. Side effects: the Account."""
    with writing(by, "account.archive", account.espace_id) as write:
        account = write.reread(Account.objects.all(), account)
        return write.change(account, {"archived_on": None})


def _move(write: Writing, account: Account, parent_id: int | None) -> None:
    if parent_id == account.parent_id:
        return
    parent = write.row_of(Account, parent_id, "parent")
    if parent is None:
        path = []
    else:
        path = [*parent.get_ancestors(), parent]
        if account in path:
            names = " › ".join(node.name for node in path[path.index(account) :])
            raise ValidationError(
                {"parent": f"Un compte ne peut pas être placé sous lui-même : {names} › {account.name}."}
            )
    _check_projets(account, still_above=path)
    # None makes a new tree and shifts no other: setting parent and saving would shift them all.
    Account.objects.move_node(account, parent, "last-child")


def _check_projets(account: Account, *, still_above: list[Account]) -> None:
    """An affaire's projet belongs to its account or to one above: a move must not cut them apart."""
    left = account.get_ancestors().exclude(pk__in=[node.pk for node in still_above])
    stranded = Affaire.objects.filter(
        account__in=account.get_descendants(include_self=True), projet__account__in=left
    ).select_related("projet")
    if example := stranded.first():
        raise ValidationError(
            {
                "parent": f"L'affaire « {example} » suit le projet « {example.projet} » du groupe actuel : "
                "détachez-la de ce projet d'abord."
            }
        )


def _check_type(account: Account, new_type: str) -> None:
    if account.type == AccountType.GROUPE != new_type and not account.is_leaf:
        count = account.children.count()
        below = f"{count} sous-compte{'s' if count > 1 else ''}"
        raise ValidationError(
            {"type": f"« {account} » a {below} : il reste un Groupe tant qu'ils n'ont pas été déplacés."}
        )


def _clean(values: dict, *, today: date) -> dict:
    for name, normalise in (("website", normalise_website), ("siren", normalise_siren)):
        if values.get(name):
            try:
                values[name] = normalise(values[name])
            except ValidationError as refusal:
                raise ValidationError({name: refusal}) from None
    if values.get("created_on") and values["created_on"] > today:
        raise ValidationError({"created_on": "Cette date est dans le futur."})
    if "name" in values:
        values["name"] = " ".join(values["name"].split())
    return values


def active_member(
    write: Writing, pk: int | None, *, column: str = "owner", present: Membership | None = None
) -> Membership | None:
    """The member of that id, who must be active unless they hold the row already. column: what they hold."""
    member = write.row_of(Membership, pk, column)
    if member is not None and not member.is_active and member != present:
        raise ValidationError({column: f"{member} n'est plus membre actif de l'espace."})
    return member
