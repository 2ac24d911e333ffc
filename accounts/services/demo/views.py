from accounts.models import SavedView
from accounts.models.saved_view import query_of
from crm.models import Espace, Membership

# By name, what each asks of the list, as its address says it.
SHARED = {
    "Clients délaissés": "type=client&statut=delaisse&tri=bascule",
    "Bascules dans 30 jours": "bascule=30&tri=bascule",
    "Mes prospects": "statut=prospect&responsable=moi&tri=bascule",
    "Sans responsable": "responsable=aucun&colonnes=type&colonnes=tags&colonnes=bascule&colonnes=cree_le",
    "Partenaires actifs": "type=partenaire&statut=actif&colonnes=tags&colonnes=site&colonnes=responsable",
}
OWN = {
    "À relancer cette semaine": "a_relancer=1&bascule=7&responsable=moi&tri=bascule",
    "Mes clients actifs": "type=client&statut=actif&responsable=moi",
}


def views_of(espace: Espace, members: list[Membership]) -> list[SavedView]:
    """Unsaved views: those that the espace shares, and those of each of these members."""
    return [
        SavedView(espace=espace, member=member, name=name, query=query_of(_pairs(asked)), position=position)
        for member, views in [(None, SHARED), *((member, OWN) for member in members)]
        for position, (name, asked) in enumerate(views.items(), 1)
    ]


def _pairs(asked: str) -> list[tuple[str, str]]:
    return [tuple(pair.split("=")) for pair in asked.split("&")]
