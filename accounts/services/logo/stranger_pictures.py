"""Pictures that are not a site's own. Data only: `strangers` says what is made of it."""

from accounts.services.logo.stranger_sites import patterns

# Icons that a builder, a framework or a host puts where nothing was chosen, by whose they are: host and path,
# with * for any.
DEFAULT_ICONS = {
    "wix": patterns(
        """
        wix.com/* *.wix.com/* *.parastorage.com/*favicon* *.parastorage.com/*pfav*
        *.parastorage.com/*wix*
        """
    ),
    "squarespace": patterns(
        "squarespace.com/* *squarespace.com/universal/* *squarespace-cdn.com/universal/*"
    ),
    "wordpress": patterns(
        """
        wordpress.com/* *.wordpress.com/i/* wordpress.org/* s.w.org/* s?.wp.com/i/* *w-logo-*
        */wp-admin/* */wp-includes/images/* */wp-content/themes/twenty*/* */wp-content/themes/divi/*
        """
    ),
    "webflow": patterns(
        """
        webflow.com/* uploads-ssl.webflow.com/img/* assets.webflow.com/img/* *website-files.com/img/*
        d3e54v103j8qbb.cloudfront.net/img/*
        """
    ),
    "shopify": patterns(
        """
        shopify.com/* *.shopify.com/favicon* cdn.shopify.com/static/* cdn.shopify.com/shopifycloud/*
        """
    ),
    "weebly": patterns("weebly.com/* *.weebly.com/weebly/* *.editmysite.com/images/*"),
    "jimdo": patterns("jimdo.com/* *.jimdo.com/*favicon* *.jimstatic.com/*favicon* u.jimcdn.com/*default*"),
    "odoo": patterns(
        """
        odoo.com/* */web/static/img/favicon.ico */web/static/src/img/favicon.ico */web/static/img/logo*
        */point_of_sale/static/* */logo_placeholder* */yourlogo* */your_logo* */your-logo*
        """
    ),
    "joomla": patterns(
        """
        *joomla-favicon* */templates/protostar/favicon* */templates/cassiopeia/favicon*
        */templates/beez*/favicon* */templates/rhuk_milkyway/favicon* */templates/ja_purity/favicon*
        */templates/isis/*
        """
    ),
    "drupal": patterns(
        """
        *druplicon* */core/misc/* */misc/favicon* */core/themes/* */themes/bartik/* */themes/garland/*
        """
    ),
    "prestashop": patterns("*prestashop-logo* *prestashop_logo* */img/prestashop*"),
    "magento": patterns("*magento_theme/favicon* */skin/frontend/default/default/*"),
    "typo3": patterns("*/typo3/sysext/*"),
    "godaddy": patterns("godaddy.com/* *.godaddy.com/* *secureserver.net/* *.wsimg.com/*default*"),
    "strikingly": patterns("*strikinglycdn.com/*default* *.strikingly.com/*favicon*"),
    "site123": patterns("*.f-static.com/*favicon*"),
    "framer": patterns("framer.com/* *.framer.com/* *framerusercontent.com/sites/icons/default*"),
    "notion": patterns("*notion.so/*"),
    "carrd": patterns("carrd.co/*"),
    "google": patterns(
        """
        *gstatic.com/atari/* *gstatic.com/images/branding/* blogger.com/* *.blogger.com/*
        *.blogblog.com/*
        """
    ),
    "tumblr": patterns("*tumblr.com/images/default_avatar*"),
    "hubspot": patterns("*static.hubspot.com/* *.hubspot.com/favicon*"),
    "facebook": patterns("static.xx.fbcdn.net/*"),
    "github": patterns("*.githubassets.com/*"),
    "gitlab": patterns("assets.gitlab-static.net/*"),
    "docusaurus": patterns("*docusaurus*"),
    "gatsbyjs": patterns("*/gatsby-icon*"),
    "vite": patterns("*/vite.svg */react.svg */vue.svg */svelte.svg */angular.svg"),
    "nextjs": patterns("*/next.svg */vercel.svg */nuxt.svg */astro.svg"),
    "ovhcloud": patterns("*ovh.com/* *.ovh.net/* *ovhcloud.com/*"),
    "gandi": patterns("*gandi.net/*"),
    "ionos": patterns("*ionos.com/* *ionos.fr/* *.1and1.*"),
    "hostinger": patterns("*hostinger.com/*"),
    "plesk": patterns("*plesk.com/*"),
    "cpanel": patterns("*/cgi-sys/* */sys_cpanel/*"),
    "apache": patterns(
        """
        */apache_pb* */poweredby* */powered-by* */icons/ubuntu-logo* */icons/openlogo* */nginx-logo*
        */iisstart* */iis-85*
        """
    ),
    "placeholders": patterns(
        """
        *default-favicon* *favicon-default* *default_favicon* *favicon_default* */placeholder*
        */favicon-placeholder* */blank.* */spacer.* */transparent.* */pixel.* */1x1*
        """
    ),
}

# The manifest that a framework's template comes with, never filled in.
DEFAULT_APPS = frozenset(
    {"create react app sample", "react app", "vite app", "vue app", "next.js app", "gatsby starter"}
)

# What a site shows beside its own: payment, proof, networks, and what makes it run.
PARTNERS = patterns(
    """
    visa mastercard maestro paypal stripe amex applepay apple-pay googlepay google-pay klarna alma bancontact
    lyra payplug payzen cb-visa cb oney floa scalapay cofidis sofinco younited
    chronopost colissimo mondial-relay mondialrelay
    qualiopi afnor datadock iso9001 iso-9001 iso14001 ecovadis bcorp b-corp rge qualibat qualifelec qualipac
    handibat ecolabel eco-artisan cnil fevad ekomi made-in-france origine-france
    trustpilot avis-verifies avisverifies avis-garantis opinionsystem google-review tripadvisor
    facebook twitter linkedin instagram insta youtube tiktok pinterest whatsapp viadeo snapchat
    appstore app-store googleplay google-play
    cookiebot axeptio didomi onetrust tarteaucitron
    frenchtech french-tech bpifrance france-relance francerelance france2030 feder europe-sengage
    partenaire partner sponsor client reference certification certifie
    """
)
