"""The catalogue of tags. Accounts get and lose tags through accounts.services.account."""

from collections.abc import Iterable

from django.core.exceptions import ValidationError

from accounts.models import Tag
from accounts.models.derived import fold
from accounts.models.tag import NAME_MAX_LENGTH, tags_named
from crm.actor import Actor
from crm.models import Espace
from crm.writing import Writing, writing


def create_tag(*, by: Actor, espace: Espace, name: str) -> Tag:
    """Add a tag to the catalogue. Raises ValidationError by field. Side effects: one Tag."""
    with writing(by, "tag.edit", espace.pk) as write:
        _check_free(espace.pk, name)
        (tag,) = known_or_new(write, [name])
        return tag


def rename_tag(*, by: Actor, tag: Tag, name: str) -> Tag:
    """Call a tag something else; its slug stays, so that addresses that name it still work.

    Raises ValidationError by field. Side effects: the Tag.
    """
    with writing(by, "tag.edit", tag.espace_id) as write:
        tag = write.reread(Tag.objects.all(), tag)
        _check_free(write.espace.pk, name, but=tag.pk)
        return write.change(tag, {"name": " ".join(name.split())})


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
