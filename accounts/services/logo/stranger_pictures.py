"""Pictures that are not a site's own. Data only: `strangers` says what is made of it."""

from accounts.services.logo.stranger_sites import words

# Icons that a builder, a framework or a host puts where nothing was chosen, by whose they are: host and path,
# with * for any.
DEFAULT_ICONS = {
    "wix": words(
        """
        wix.com/* *.wix.com/* *.parastorage.com/*favicon* *.parastorage.com/*pfav*
        *.parastorage.com/*wix*
        """
    ),
    "squarespace": words("squarespace.com/* *squarespace.com/universal/* *squarespace-cdn.com/universal/*"),
    "wordpress": words(
        """
        wordpress.com/* *.wordpress.com/i/* wordpress.org/* s.w.org/* s?.wp.com/i/* *w-logo-*
        */wp-admin/* */wp-includes/images/* */wp-content/themes/twenty*/* */wp-content/themes/divi/*
        """
    ),
    "webflow": words(
        """
        webflow.com/* uploads-ssl.webflow.com/img/* assets.webflow.com/img/* *website-files.com/img/*
        d3e54v103j8qbb.cloudfront.net/img/*
        """
    ),
    "shopify": words(
        """
        shopify.com/* *.shopify.com/favicon* cdn.shopify.com/static/* cdn.shopify.com/shopifycloud/*
        """
    ),
    "weebly": words("weebly.com/* *.weebly.com/weebly/* *.editmysite.com/images/*"),
    "jimdo": words("jimdo.com/* *.jimdo.com/*favicon* *.jimstatic.com/*favicon* u.jimcdn.com/*default*"),
    "odoo": words(
        """
        odoo.com/* */web/static/img/favicon.ico */web/static/src/img/favicon.ico */web/static/img/logo*
        */point_of_sale/static/* */logo_placeholder* */yourlogo* */your_logo* */your-logo*
        """
    ),
    "joomla": words(
        """
        *joomla-favicon* */templates/protostar/favicon* */templates/cassiopeia/favicon*
        */templates/beez*/favicon* */templates/rhuk_milkyway/favicon* */templates/ja_purity/favicon*
        */templates/isis/*
        """
    ),
    "drupal": words(
        """
        *druplicon* */core/misc/* */misc/favicon* */core/themes/* */themes/bartik/* */themes/garland/*
        """
    ),
    "prestashop": words("*prestashop-logo* *prestashop_logo* */img/prestashop*"),
    "magento": words("*magento_theme/favicon* */skin/frontend/default/default/*"),
    "typo3": words("*/typo3/sysext/*"),
    "godaddy": words("godaddy.com/* *.godaddy.com/* *secureserver.net/* *.wsimg.com/*default*"),
    "strikingly": words("*strikinglycdn.com/*default* *.strikingly.com/*favicon*"),
    "site123": words("*.f-static.com/*favicon*"),
    "framer": words("framer.com/* *.framer.com/* *framerusercontent.com/sites/icons/default*"),
    "notion": words("*notion.so/*"),
    "carrd": words("carrd.co/*"),
    "google": words(
        """
        *gstatic.com/atari/* *gstatic.com/images/branding/* blogger.com/* *.blogger.com/*
        *.blogblog.com/*
        """
    ),
    "tumblr": words("*tumblr.com/images/default_avatar*"),
    "hubspot": words("*static.hubspot.com/* *.hubspot.com/favicon*"),
    "facebook": words("static.xx.fbcdn.net/*"),
    "github": words("*.githubassets.com/*"),
    "gitlab": words("assets.gitlab-static.net/*"),
    "docusaurus": words("*docusaurus*"),
    "gatsbyjs": words("*/gatsby-icon*"),
    "vite": words("*/vite.svg */react.svg */vue.svg */svelte.svg */angular.svg"),
    "nextjs": words("*/next.svg */vercel.svg */nuxt.svg */astro.svg"),
    "ovhcloud": words("*.ovh.com/* *.ovh.net/* *.ovhcloud.com/*"),
    "gandi": words("*.gandi.net/*"),
    "ionos": words("*.ionos.com/* *.ionos.fr/* *.1and1.*"),
    "hostinger": words("*.hostinger.com/*"),
    "plesk": words("*.plesk.com/*"),
    "cpanel": words("*/cgi-sys/* */sys_cpanel/*"),
    "apache": words(
        """
        */apache_pb* */poweredby* */powered-by* */icons/ubuntu-logo* */icons/openlogo* */nginx-logo*
        */iisstart* */iis-85*
        """
    ),
    "placeholders": words(
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
PARTNERS = words(
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
