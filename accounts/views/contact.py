from functools import partial

from django.shortcuts import get_object_or_404, redirect, render

from accounts.forms.contact import ContactForm, ContactListing
from accounts.models import Contact
from accounts.services.contact import create_contact, edit_contact
from accounts.views.history import recent_history
from accounts.views.note import notes_panel
from accounts.views.pages import announce, context_of, explanation_of, form_page, list_page, submitted
from crm.access import requires


@requires("espace.see")
def contact_list(request):
    listing = ContactListing(request.GET, member=request.member, today=request.today)
    return list_page(request, "accounts/contact_list.html", listing)


@requires("espace.see")
def contact_page(request, pk):
    contact = _contact(request, pk)
    context = {
        "contact": contact,
        "explanation": explanation_of(contact.account, request),
        "history": recent_history(request, contact),
        **notes_panel(request, contact),
    }
    return render(request, "accounts/contact_page.html", context)


@requires("contact.create")
def contact_create(request):
    initial = {"account": request.GET.get("compte")}
    form = ContactForm(request.POST or None, initial=initial, **context_of(request))
    contact = submitted(request, form, partial(create_contact, by=request.actor, espace=request.espace))
    if contact is None:
        return form_page(request, "accounts/contact_form.html", form)
    announce(request, form, f"Le contact « {contact} » est ajouté.")
    return redirect("contact", request.espace.slug, contact.pk)


@requires("contact.edit")
def contact_edit(request, pk):
    contact = _contact(request, pk)
    form = ContactForm(request.POST or None, row=contact, **context_of(request))
    edit = partial(edit_contact, by=request.actor, contact=contact, today=request.today)
    saved = submitted(request, form, edit)
    if saved is None:
        return form_page(request, "accounts/contact_form.html", form, contact=contact)
    announce(request, form, f"Le contact « {saved} » est enregistré.")
    return redirect("contact", request.espace.slug, saved.pk)


def _contact(request, pk) -> Contact:
    return get_object_or_404(request.espace.contacts.select_related("account"), pk=pk)
