"""The catalogue of tags. Accounts get and lose tags one by one through accounts.services.account."""

from collections import defaultdict
from collections.abc import Iterable

from django.core.exceptions import ValidationError
from django.db.models import F

from accounts.models import Account, AccountTag, Tag
from accounts.models.derived import fold
from accounts.models.tag import NAME_MAX_LENGTH, tags_named
from accounts.services.saved_view import follow_tag
from crm.actor import Actor
from crm.journal import Action, Line, differences, values_of
from crm.models import Espace
from crm.writing import Writing, writing


def create_tag(*, by: Actor, espace: Espace, name: str, tone: str = "") -> Tag:
    """Add a tag to the catalogue. Raises ValidationError by field. Side effects: one Tag."""
    with writing(by, "tag.edit", espace.pk) as write:
        _check_free(espace.pk, name)
        (tag,) = tags_named([name], espace_id=espace.pk)
        tag.tone = tone
        return write.add(tag)


def edit_tag(*, by: Actor, tag: Tag, **values) -> Tag:
    """Call a tag something else, or give it another tone (blank: drawn from its slug).

    Its slug stays, so that addresses that name it still work. Raises ValidationError by field.
    Side effects: the Tag; when it is renamed, the versions of its accounts.
    """
    with writing(by, "tag.edit", tag.espace_id) as write:
        tag = write.reread(Tag.objects.all(), tag)
        if "name" in values:
            _check_free(write.espace.pk, values["name"], but=tag.pk)
            values["name"] = " ".join(values["name"].split())
            if values["name"] != tag.name:
                _tell_accounts(write, tag, becomes=values["name"])
        return write.change(tag, values)


def merge_tags(*, by: Actor, tag: Tag, into: int | None) -> int:
    """Give the accounts of a tag another one (an id) in its place, and drop it. Returns how many accounts.

    Views that ask for it ask for the other one. Raises ValidationError by field.
    Side effects: those accounts' versions and tag links, SavedView rows, the Tag.
    """
    with writing(by, "tag.edit", tag.espace_id) as write:
        tag = write.reread(Tag.objects.all(), tag)
        kept = write.row_of(Tag, into, "into")
        if kept is None or kept == tag:
            raise ValidationError({"into": "Choisissez un autre tag, celui qui reste."})
        count = _tell_accounts(write, tag, becomes=kept.name)
        both = AccountTag.objects.filter(tag=kept).values("content_object")
        AccountTag.objects.filter(tag=tag).exclude(content_object__in=both).update(tag=kept)
        follow_tag(write, tag.slug, kept.slug)
        _drop(write, tag, words=f"Fusionné avec « {kept} ».")
        return count


def delete_tag(*, by: Actor, tag: Tag) -> int:
    """Take a tag off the accounts that have it, and out of the catalogue. Returns how many accounts had it.

    Side effects: those accounts' versions and tag links, the Tag.
    """
    with writing(by, "tag.edit", tag.espace_id) as write:
        tag = write.reread(Tag.objects.all(), tag)
        count = _tell_accounts(write, tag, becomes=None)
        _drop(write, tag)
        return count


def _tell_accounts(write: Writing, tag: Tag, *, becomes: str | None) -> int:
    """Tell, on each account of a tag, by which name it has it from now on, or that it loses it (None).

    Their versions are raised, since a form opened before holds the former name. Returns how many they are.
    """
    accounts = Account.objects.filter(tag_links__tag=tag)
    names = defaultdict(list)
    links = AccountTag.objects.filter(content_object__in=accounts)
    for account_id, name in links.values_list("content_object_id", "tag__name"):
        names[account_id].append(name)
    lines = []
    for account in accounts.only("name", "version").order_by("pk"):
        account.version += 1
        before = sorted(names[account.pk])
        after = {name for name in before if name != tag.name} | ({becomes} if becomes else set())
        lines.append(Line(Action.CHANGED, account, {"tags": [before, sorted(after)]}))
    accounts.update(version=F("version") + 1)
    write.record(*lines)
    return len(lines)


def _drop(write: Writing, tag: Tag, words: str = "") -> None:
    line = Line(Action.PURGED, tag, differences(values_of(tag), {}), words)
    write.record(line)
    tag.delete()


def known_or_new(write: Writing, names: Iterable[str]) -> list[Tag]:
    """The espace's tags of these names, in order and without doubles, those unknown being created.

    Raises ValidationError for a name that is too long. Side effects: Tag rows.
    """
    tags = tags_named(names, espace_id=write.espace.pk)
    write.add_all([tag for tag in tags if tag.pk is None])
    return tags


def _check_free(espace_id: int, name: str, *, but: int | None = None) -> None:
    key = fold(name)[:NAME_MAX_LENGTH]
    if not key:
        raise ValidationError({"name": "Donnez un nom à ce tag."})
    if Tag.objects.filter(espace_id=espace_id, name_fold=key).exclude(pk=but).exists():
        raise ValidationError({"name": "Ce tag existe déjà."})
