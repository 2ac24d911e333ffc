"""Sites whose logo is not the one of who has a page there. Data only: `strangers` says what is made of it."""


def patterns(text: str) -> tuple[str, ...]:
    return tuple(text.split())


def lines(text: str) -> tuple[str, ...]:
    return tuple(line.strip() for line in text.strip().split("\n"))


# Where nobody has a site: doors, copies and translations of others' pages.
NOBODYS = patterns(
    """
    login.microsoftonline.com login.live.com accounts.google.com translate.google.com translate.google.fr
    translate.goog webcache.googleusercontent.com
    """
)
# Sites where others have a page. A page of theirs is told by its path; every other address is the site's own.
A_HANDLE = r"/(?!(?:about|home|explore|search|login|help)/?$)[^/]+"
AMAZON = r".*/(?:dp|gp/product)/.+|/(?:stores|s|sp|shops)(?:/.*)?"
AIRBNB = r"/(?:rooms|h|users)/.+"
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
    "malt.com": r"/profile/.+",
    "upwork.com": r"/(?:freelancers|agencies)/.+",
    "t.me": A_HANDLE,
    "telegram.me": A_HANDLE,
    "wa.me": A_HANDLE,
    "discord.gg": A_HANDLE,
    "twitch.tv": A_HANDLE,
    "reddit.com": r"/(?:r|u|user)/.+",
    "tumblr.com": A_HANDLE,
    "flickr.com": r"/(?:photos|people)/.+",
    "quora.com": r"/profile/.+",
    "slideshare.net": A_HANDLE,
    "issuu.com": A_HANDLE,
    "calameo.com": r"/(?:accounts|books|read)/.+",
    "strava.com": r"/(?:clubs|athletes)/.+",
    "researchgate.net": r"/(?:profile|institution)/.+",
    "open.spotify.com": r"/.+",
    "podcasts.apple.com": r"/.+",
    "music.apple.com": r"/.+",
    "deezer.com": r"(?:/\w\w)?/(?:artist|album|show|playlist)/.+",
    "patreon.com": A_HANDLE,
    "kickstarter.com": r"/(?:projects|profile)/.+",
    "kisskissbankbank.com": r".*/projects/.+",
    "gofundme.com": r"/f/.+",
    "producthunt.com": r"/(?:products|posts)/.+",
    # Marketplaces
    **{
        f"amazon.{top}": AMAZON
        for top in ("fr", "com", "de", "es", "it", "co.uk", "nl", "com.be", "pl", "se")
    },
    "etsy.com": r"(?:/\w\w(?:-\w\w)?)?/shop/.+",
    "ebay.fr": r"/(?:str|usr)/.+",
    "ebay.com": r"/(?:str|usr)/.+",
    "leboncoin.fr": r"/(?:boutique|profil|pro)/.+",
    "vinted.fr": r"/member/.+",
    "airbnb.fr": AIRBNB,
    "airbnb.com": AIRBNB,
    "abritel.fr": r"/location-vacances/.+",
    "hotels.com": r"/ho\d+.*",
    "fiverr.com": A_HANDLE,
    "faire.com": r".*/brand/.+",
    "ankorstore.com": r".*/brand/.+",
    "rakuten.fr": r"/(?:boutique|shop)/.+",
    "godaddy.com": r".*/(?:forsale|domainfind|domainsearch)/.+",
    "seloger.com": r"/(?:annonces|professionnels|agences)/.+",
    "meilleursagents.com": r"/(?:agence[\w-]*|annonces)/.+",
    "bienici.com": r"/(?:annonce|agence)/.+",
    "booking.com": r"/hotel/.+",
    "doctolib.fr": r"/[^/]+/.+",
    "planity.com": r"/.+",
    "treatwell.fr": r"/salon/.+",
    "maiia.com": r"/[^/]+/.+",
    "keldoc.com": r"/[^/]+/.+",
    "opentable.fr": r"/r/.+",
    "opentable.com": r"/r/.+",
    "just-eat.fr": r"/restaurants-.+",
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
    "wellfound.com": r"/company/.+",
    "angel.co": r"/company/.+",
    "cadremploi.fr": r"/(?:entreprises?|emploi)/.+",
    "francetravail.fr": r"/offres/.+",
    "pole-emploi.fr": r"/offres/.+",
    "apec.fr": r".*/(?:entreprise|offre).*",
    # Directories, encyclopaedias and reviews
    "wikipedia.org": r"/wiki/.+",
    "wikidata.org": r"/wiki/.+",
    "wikimedia.org": r"/wiki/.+",
    "foursquare.com": r"/v/.+",
    "pitchbook.com": r"/profiles/.+",
    "bloomberg.com": r"/profile/.+",
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
    b-reputation.com infonet.fr rubypayeur.com net1901.org doctrine.fr northdata.com northdata.de
    entreprises.ouest-france.fr lagazettefrance.fr e-pro.fr annuairefrancais.fr trouver-ouvert.fr nomao.com
    hotfrog.fr gralon.net restaurantguru.com cybo.com yellow.place
    houzz.fr houzz.com travaux.com starofservice.com habitatpresto.com allovoisins.com mariages.net
    annuaire-entreprises.data.gouv.fr bilansgratuits.fr hoodspot.fr cylex-locale.fr cylex.fr
    mappy.com entreprises.lefigaro.fr justacote.com petitfute.com lafourchette.com thefork.fr dnb.com
    zoominfo.com opencorporates.com
    linktr.ee linkin.bio beacons.ai bio.link lnk.bio campsite.bio taplink.cc about.me solo.to msha.ke
    bit.ly tinyurl.com goo.gl maps.app.goo.gl g.page g.co lnkd.in youtu.be ow.ly
    sites.google.com docs.google.com drive.google.com forms.gle maps.google.com maps.google.fr
    business.google.com search.google.com calendly.com typeform.com notion.so notion.site
    helloasso.com eventbrite.fr eventbrite.com leetchi.com ulule.com dropbox.com wetransfer.com
    web.archive.org archive.ph archive.is
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
    bandcamp.com substack.com sharepoint.com eatbu.com monsite-orange.fr site-solocal.com
    mystrikingly.com webador.fr ueniweb.com wifeo.com
    godaddysites.com wixstudio.io wixstudio.com duda.co simdif.com sitew.com sitew.fr
    """
)


# Hosts that serve what fills a parked domain, and those that do so at a path only.
PARKING_HOSTS = patterns(
    """
    sedoparking.com sedo.com parkingcrew.net parkingcrew.com bodis.com above.com parklogic.com
    cashparking.com
    smartname.com domainsponsor.com voodoo.com uniregistry.com undeveloped.com dan.com afternic.com
    hugedomains.com domainmarket.com skenzo.com ztomy.com fabulous.com namedrive.com parked.com
    parkingpage.namecheap.com domaincntrol.com
    """
)
PARKING_PATHS = ("wsimg.com/parking-lander/", "godaddy.com/parking/")
