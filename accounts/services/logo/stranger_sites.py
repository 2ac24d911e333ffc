"""Sites whose logo is not the one of who has a page there. Data only: `strangers` says what is made of it."""


def patterns(text: str) -> tuple[str, ...]:
    return tuple(text.split())


def lines(text: str) -> tuple[str, ...]:
    return tuple(line.strip() for line in text.strip().split("\n"))


# Sites where others have a page. A page of theirs is told by its path; every other address is the site's own.
A_HANDLE = r"/(?!(?:about|home|explore|search|login|help)/?$)[^/]+"
PROFILES = {
    "linkedin.com": r"/(?:company|in|school|showcase|organization|pub|groups)/.+",
    "facebook.com": rf"{A_HANDLE}|/(?:pages|people|groups|pg)/.+",
    "fb.com": A_HANDLE,
    "fb.me": A_HANDLE,
    "instagram.com": A_HANDLE,
    "threads.net": A_HANDLE,
    "threads.com": A_HANDLE,
    "twitter.com": A_HANDLE,
    "x.com": A_HANDLE,
    "bsky.app": r"/profile/[^/]+",
    "youtube.com": r"/(?:@[^/]+|(?:channel|c|user)/[^/]+)(?:/\w+)?|/(?!watch|feed|shorts|results)[^/]+",
    "tiktok.com": r"/@[^/]+",
    "pinterest.com": A_HANDLE,
    "pinterest.fr": A_HANDLE,
    "snapchat.com": r"/add/.+",
    "viadeo.com": r".*/(?:company|profile|p)/.+",
    "xing.com": r"/(?:companies|profile|pages)/.+",
    "vimeo.com": r"/(?!\d)[^/]+",
    "dailymotion.com": r"/(?!video/)[^/]+",
    "soundcloud.com": A_HANDLE,
    "behance.net": A_HANDLE,
    "dribbble.com": A_HANDLE,
    "medium.com": r"/@?[^/]+",
    "github.com": A_HANDLE,
    "gitlab.com": A_HANDLE,
    "meetup.com": r"(?:/\w\w-\w\w)?/[^/]+",
    "malt.fr": r"/profile/.+",
    "t.me": A_HANDLE,
    "wa.me": A_HANDLE,
    "discord.gg": A_HANDLE,
    # Marketplaces
    "amazon.fr": r"/(?:stores|s|sp|shops)(?:/.*)?",
    "amazon.com": r"/(?:stores|s|sp|shops)(?:/.*)?",
    "etsy.com": r"(?:/\w\w(?:-\w\w)?)?/shop/.+",
    "ebay.fr": r"/(?:str|usr)/.+",
    "ebay.com": r"/(?:str|usr)/.+",
    "leboncoin.fr": r"/(?:boutique|profil|pro)/.+",
    "vinted.fr": r"/member/.+",
    "airbnb.fr": r"/(?:rooms|h|users)/.+",
    "booking.com": r"/hotel/.+",
    "doctolib.fr": r"/[^/]+/.+",
    "planity.com": r"/.+",
    "ubereats.com": r".*/store/.+",
    "deliveroo.fr": r".*/menu/.+",
    "apps.apple.com": r"/.+",
    "play.google.com": r"/store/.+",
    # Job boards
    "welcometothejungle.com": r"(?:/\w\w)?/companies/.+",
    "indeed.com": r"/cmp/.+",
    "indeed.fr": r"/cmp/.+",
    "glassdoor.fr": r"/.+",
    "glassdoor.com": r"/(?:Overview|Reviews)/.+",
    "hellowork.com": r".*/entreprises/.+",
    "apec.fr": r".*/(?:entreprise|offre).*",
    # Directories, encyclopaedias and reviews
    "wikipedia.org": r"/wiki/.+",
    "tripadvisor.fr": r"/.+",
    "tripadvisor.com": r"/.+",
    "trustpilot.com": r"/review/.+",
    "yelp.fr": r"/biz/.+",
    "yelp.com": r"/biz/.+",
    "crunchbase.com": r"/organization/.+",
    "clutch.co": r"/profile/.+",
    "g2.com": r"/products/.+",
}

# On these, everything but the home page is about somebody else.
DIRECTORIES = patterns(
    """
    pagesjaunes.fr pagesblanches.fr 118712.fr 118000.fr societe.com infogreffe.fr pappers.fr verif.com
    manageo.fr score3.fr societeinfo.com ellisphere.com kompass.com europages.fr europages.com
    b-reputation.com
    annuaire-entreprises.data.gouv.fr bilansgratuits.fr hoodspot.fr cylex-locale.fr cylex.fr
    mappy.com entreprises.lefigaro.fr justacote.com petitfute.com lafourchette.com thefork.fr dnb.com
    zoominfo.com opencorporates.com
    linktr.ee linkin.bio beacons.ai bio.link lnk.bio campsite.bio taplink.cc about.me solo.to msha.ke
    bit.ly tinyurl.com goo.gl maps.app.goo.gl g.page g.co lnkd.in youtu.be ow.ly
    sites.google.com docs.google.com drive.google.com forms.gle maps.google.com maps.google.fr
    business.google.com search.google.com calendly.com typeform.com notion.so notion.site
    helloasso.com eventbrite.fr eventbrite.com leetchi.com ulule.com dropbox.com wetransfer.com
    waze.com openstreetmap.org maps.apple.com
    """
)
# Google and Bing give many services of their own at one name: only these paths are others'.
DIRECTORY_PATHS = (
    "google.com/maps",
    "google.fr/maps",
    "google.com/search",
    "google.fr/search",
    "bing.com/maps",
)

# Shared homes: what lies at their root without being named by the page is the host's, not the page's.
SHARED_HOMES = patterns(
    """
    wixsite.com wordpress.com webflow.io weebly.com jimdo.com jimdofree.com jimdosite.com squarespace.com
    business.site odoo.com e-monsite.com myshopify.com site123.me strikingly.com webnode.fr webnode.com
    pagesperso-orange.fr perso.orange.fr free.fr perso.sfr.fr blogspot.com blogspot.fr over-blog.com
    canalblog.com unblog.fr framer.website framer.app framer.ai carrd.co notion.site
    godaddysites.com wixstudio.io wixstudio.com duda.co simdif.com sitew.com sitew.fr
    """
)


# Hosts that serve what fills a parked domain.
PARKING_HOSTS = patterns(
    """
    sedoparking.com sedo.com parkingcrew.net parkingcrew.com bodis.com above.com parklogic.com
    cashparking.com
    smartname.com domainsponsor.com voodoo.com uniregistry.com undeveloped.com dan.com afternic.com
    hugedomains.com domainmarket.com skenzo.com ztomy.com fabulous.com namedrive.com parked.com
    parkingpage.namecheap.com domaincntrol.com
    """
)
# How the pages of hosts and of parked domains are titled: regular expressions.
NOT_A_SITE = lines(
    r"""
    ^(welcome to )?nginx( on .*)?!?$
    ^test page for (the )?(nginx|apache)
    ^apache2? .*default page
    ^it works!?$
    ^iis( windows)?( server)?\d*$
    ^index of /
    ^default web site page
    ^web server'?s default page
    ^(domain )?default page$
    ^plesk .*default
    ^(this )?account (has been )?suspended
    ^site suspendu
    ^félicitations ! votre domaine
    ^bienvenue sur votre (site|hébergement|nouveau site)
    ^votre site est en ligne
    ^(ce |votre )?(site|page)( web| internet)?( est)? en (cours de )?(construction|maintenance)
    ^en (cours de )?(construction|maintenance)\W*$
    ^(site |website )?(is )?(under|in) construction\W*$
    ^coming soon\W*$
    ^(under |scheduled )?maintenance( mode)?\W*$
    ^(site )?bientôt (disponible|en ligne)\W*$
    ^parked domain
    \bdomain (name )?(is )?parked\b
    \bparked (at|by|on|with)\b
    \bdomaine parqué\b
    \bdomain( name)?( is| may be)? for sale\b
    \b(ce|nom de) domaine (est |peut être )?(à vendre|en vente)\b
    \bbuy this domain\b
    \bdomaine (est )?(réservé|enregistré|déposé) (par|chez|avec)\b
    ^this domain (is|has)
    ^hello world!?$
    ^(react|vite|vue) app$
    """
)
