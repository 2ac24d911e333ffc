"""The catalogue of tags, in Réglages."""

from functools import partial

from django.contrib import messages
from django.db.models import Count, Q
from django.shortcuts import get_object_or_404, redirect, render

from accounts.forms.base import EspaceForm
from accounts.forms.tag import MergeForm, NewTagForm, TagForm
from accounts.models import Tag
from accounts.services.tag import create_tag, delete_tag, edit_tag, merge_tags
from crm.access import requires


@requires("tag.edit")
def tag_list(request):
    form = NewTagForm(request.POST or None, espace=request.espace)
    tag = form.save(partial(create_tag, by=request.actor, espace=request.espace))
    if tag is None:
        context = {"form": form, "tags": _tags(request).order_by("name_fold", "pk")}
        return render(request, "accounts/tag_list.html", context, status=422 if form.errors else 200)
    messages.success(request, f"Le tag « {tag} » est créé.")
    return redirect("reglages_tags", request.espace.slug)


@requires("tag.edit")
def tag_edit(request, pk):
    tag = _tag(request, pk)
    form = TagForm(request.POST or None, espace=request.espace, tag=tag)
    saved = form.save(partial(edit_tag, by=request.actor, tag=tag))
    if saved is None:
        return _form_page(request, "accounts/tag_form.html", form, tag)
    messages.success(request, f"Le tag « {saved} » est enregistré.")
    return redirect("reglages_tags", request.espace.slug)


@requires("tag.edit")
def tag_merge(request, pk):
    tag = _tag(request, pk)
    form = MergeForm(request.POST or None, espace=request.espace)
    count = form.save(partial(merge_tags, by=request.actor, tag=tag))
    if count is None:
        return _form_page(request, "accounts/tag_merge.html", form, tag)
    messages.success(request, f"Le tag « {tag} » est fusionné : {_changed(count)}.")
    return redirect("reglages_tags", request.espace.slug)


@requires("tag.edit")
def tag_delete(request, pk):
    tag = _tag(request, pk)
    form = EspaceForm(request.POST if request.method == "POST" else None, espace=request.espace)
    count = form.save(partial(delete_tag, by=request.actor, tag=tag))
    if count is None:
        return _form_page(request, "accounts/tag_delete.html", form, tag)
    messages.success(request, f"Le tag « {tag} » est supprimé : {_changed(count)}.")
    return redirect("reglages_tags", request.espace.slug)


def _tags(request):
    """With how many accounts have each: in all, those that the list shows, and those archived."""
    archived = Q(links__content_object__archived_on__lte=request.today)
    return request.espace.tags.annotate(
        total=Count("links"),
        count=Count("links", filter=~archived),
        archived_count=Count("links", filter=archived),
    )


def _tag(request, pk) -> Tag:
    return get_object_or_404(_tags(request), pk=pk)


def _form_page(request, template: str, form, tag: Tag):
    return render(request, template, {"form": form, "tag": tag}, status=422 if form.errors else 200)


def _changed(count: int) -> str:
    if not count:
        return "aucun compte ne l'avait"
    return f"{count} comptes changent" if count > 1 else "1 compte change"
