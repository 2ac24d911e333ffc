"""Names by which what is not a site's own logo is known. Data only: `strangers` says what is made of them."""


def _words(text: str) -> tuple[str, ...]:
    return tuple(text.split())


def _lines(text: str) -> tuple[str, ...]:
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
DIRECTORIES = _words(
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
SHARED_HOMES = _words(
    """
    wixsite.com wordpress.com webflow.io weebly.com jimdo.com jimdofree.com jimdosite.com squarespace.com
    business.site odoo.com e-monsite.com myshopify.com site123.me strikingly.com webnode.fr webnode.com
    pagesperso-orange.fr perso.orange.fr free.fr perso.sfr.fr blogspot.com blogspot.fr over-blog.com
    canalblog.com unblog.fr framer.website framer.app framer.ai carrd.co notion.site vercel.app netlify.app
    herokuapp.com godaddysites.com wixstudio.io wixstudio.com duda.co simdif.com sitew.com sitew.fr
    """
)

# Icons that a builder, a framework or a host puts where nothing was chosen: host and path, with * for any.
DEFAULT_ICONS = _words(
    """
    *default-favicon* *favicon-default* *default_favicon* *favicon_default* */default/favicon*
    */safari-pinned-tab*
    wix.com/* *.wix.com/* *.parastorage.com/*favicon* *.parastorage.com/*pfav* *.parastorage.com/*wix*
    *squarespace.com/universal/* squarespace.com/* *squarespace-cdn.com/universal/*
    *w-logo-* */wp-admin/* */wp-includes/images/* s.w.org/* s?.wp.com/i/* wordpress.com/* *.wordpress.com/i/*
    wordpress.org/* */wp-content/themes/twenty*/* */wp-content/themes/divi/* */wp-content/plugins/*
    *webflow.com/* webflow.com/* *website-files.com/img/* d3e54v103j8qbb.cloudfront.net/img/*
    cdn.shopify.com/static/* cdn.shopify.com/shopifycloud/* shopify.com/* *.shopify.com/favicon*
    weebly.com/* *.weebly.com/weebly/* *.editmysite.com/images/*
    *.jimstatic.com/*favicon* *.jimdo.com/*favicon* jimdo.com/* u.jimcdn.com/*default*
    */web/static/*favicon* */web/static/img/logo* */point_of_sale/static/* odoo.com/* */logo_placeholder*
    */yourlogo*
    */your_logo* */your-logo*
    */templates/protostar/favicon* */templates/cassiopeia/favicon* */templates/beez*/favicon*
    *joomla-favicon*
    */templates/rhuk_milkyway/favicon* */templates/ja_purity/favicon* */templates/isis/*
    */core/misc/* */misc/favicon* */core/themes/* */themes/bartik/* */themes/garland/*
    */sites/all/themes/*/druplicon*
    *druplicon* *prestashop-logo* *prestashop_logo* */img/prestashop* *magento_theme/favicon*
    */skin/frontend/default/*favicon*
    */typo3/* */typo3conf/ext/*/ext_icon* */fileadmin/templates/typo3*
    */vite.svg */react.svg */next.svg */vercel.svg */nuxt.svg */svelte.svg */astro.svg */vue.svg
    */angular.svg
    *docusaurus* */gatsby-icon* */jekyll* */hugo-logo*
    *.wsimg.com/*/logo-default* *.wsimg.com/*default* *secureserver.net/* godaddy.com/* *.godaddy.com/*
    *strikinglycdn.com/*default* *.strikingly.com/*favicon* *.f-static.com/*favicon*
    framer.com/* *framerusercontent.com/sites/icons/default* *.framer.com/* *notion.so/* carrd.co/*
    *gstatic.com/atari/* *gstatic.com/images/branding/* *.googleusercontent.com/sites* blogger.com/*
    *.blogger.com/*
    *.blogblog.com/* *tumblr.com/images/default_avatar* *static.hubspot.com/* *.hubspot.com/favicon*
    static.xx.fbcdn.net/* *.ovh.com/* *.ovh.net/* *.ovhcloud.com/* *.gandi.net/* *.ionos.com/* *.ionos.fr/*
    *.1and1.*
    *sedoparking.com/* *parkingcrew.net/* *bodis.com/* *.hostinger.com/* *.plesk.com/* */cgi-sys/*
    */sys_cpanel/*
    */apache_pb* */poweredby* */powered-by* */icons/ubuntu-logo* */icons/openlogo* */nginx-logo* */iisstart*
    */iis-85*
    github.githubassets.com/* *.githubassets.com/* assets.gitlab-static.net/*
    */phpmyadmin* */favicon-placeholder* */placeholder* */blank.* */spacer.* */transparent.* */pixel.* */1x1*
    """
)
# The manifest that a framework's template comes with, never filled in.
DEFAULT_APPS = frozenset(
    {"create react app sample", "react app", "vite app", "vue app", "next.js app", "gatsby starter"}
)

# What a site shows beside its own: payment, proof, networks, and what makes it run.
PARTNERS = _words(
    """
    visa mastercard paypal stripe amex applepay googlepay klarna alma bancontact lyra payplug cb-visa
    qualiopi afnor datadock iso9001 iso-9001 iso14001 ecovadis bcorp b-corp rge qualibat qualifelec ecolabel
    trustpilot avis-verifies avisverifies opinionsystem google-review tripadvisor
    facebook twitter linkedin instagram youtube tiktok pinterest whatsapp viadeo
    appstore app-store googleplay google-play
    cookiebot axeptio didomi onetrust tarteaucitron
    frenchtech french-tech bpifrance france-relance francerelance france2030 feder europe-sengage
    partenaire partner sponsor client reference certification certifie
    """
)

# Hosts that serve what fills a parked domain.
PARKING_HOSTS = _words(
    """
    sedoparking.com sedo.com parkingcrew.net parkingcrew.com bodis.com above.com parklogic.com
    cashparking.com
    smartname.com domainsponsor.com voodoo.com uniregistry.com undeveloped.com dan.com afternic.com
    hugedomains.com domainmarket.com skenzo.com ztomy.com fabulous.com namedrive.com parked.com
    parkingpage.namecheap.com domaincntrol.com
    """
)
# How the pages of hosts and of parked domains are titled: regular expressions.
NOT_A_SITE = _lines(
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
# Titles and site names that say nothing of who it is.
EMPTY_NAMES = _lines(
    """
    accueil
    home
    homepage
    home page
    page d'accueil
    bienvenue
    welcome
    index
    untitled
    untitled document
    sans titre
    site officiel
    site web
    website
    mon site
    mon site web
    my site
    my website
    my wordpress
    my wordpress website
    my wordpress site
    react app
    vite app
    document
    menu
    connexion
    login
    blog
    actualités
    news
    boutique
    shop
    contact
    default
    title
    site
    wordpress
    joomla
    drupal
    prestashop
    wix
    squarespace
    shopify
    odoo
    """
)
