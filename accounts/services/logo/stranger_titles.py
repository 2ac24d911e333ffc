"""How the pages of hosts, of tools, of parked domains and of walls are titled: regular expressions.

Data only: `strangers` says what is made of them.
"""

from accounts.services.logo.stranger_sites import lines

# What a server shows before it is given a site.
SERVERS = lines(
    r"""
    ^(welcome to )?nginx( on .*)?!?$
    ^welcome to (openresty|caddy|centos|rocky|almalinux|amazon linux|fedora|traefik|lighttpd|tengine)\b
    \btest page for (the )?(nginx|apache|http)\b
    \b(apache|http) server test page\b
    ^apache2? .*default page
    ^(it|caddy) works!?$
    ^iis( windows)?( server)?\d*$
    ^index of /
    ^(error )?(40[134]|50[0234])\W+(forbidden|not found|unauthorized|bad gateway|service unavailable)\W*$
    ^default web site page
    ^web server'?s default page
    ^((plesk|hostinger|lws|o2switch|ionos|hetzner|directadmin|cpanel|virtualmin)\W+)?(domain )?default page$
    ^(default )?(parallels )?plesk .*(default|panel page)
    \bsynology web station\b
    ^web station has been
    \bphpinfo\(\)
    """
)
# The door of a tool that is installed where the site should be.
TOOLS = lines(
    r"""
    ^(log ?in|sign in|connexion)\W+(plesk|cpanel|whm|webmin|directadmin|ispconfig|phpmyadmin|proxmox)\b
    ^(cpanel|whm|webmail|roundcube|plesk|webmin|directadmin|ispconfig)\W+(log ?in|webmail|connexion)\b
    ^(phpmyadmin|roundcube|adminer)[\s\d.]*$
    ^(synology diskstation|nas4free|truenas|openmediavault|proxmox virtual environment)\b
    ^wordpress › (installation|setup|erreur|error)\b
    ^sign in to your account$
    """
)
# A site that was there, and is not any more.
GONE = lines(
    r"""
    ^(this |your )?(account|site|website|domain)( name)?( has been| is| was)? (suspended|expired|disabled)\b
    ^(suspended|expired|disabled) (account|site|website|domain|page)\b
    [-–|:] (web)?site (expired|suspended|not found)\W*$
    ^(web)?site not found\b
    ^(ce |votre |le )?(site|compte|hébergement|domaine)( web)?( est| a été)? (suspendu|expiré|désactivé)\b
    """
)
# A name that nobody uses yet, or that is for sale.
PARKED = lines(
    r"""
    ^parked domain
    \bdomain (name )?(is )?parked\b
    \bparked (at|by|on|with|free)\b
    \bdomaine parqué\b
    ^[\w-]+(\.[\w-]+)+ is (parked|for sale|registered|reserved)\b
    ^[\w-]+(\.[\w-]+)+ est (déjà )?(parqué|à vendre|en vente|enregistré|réservé)\b
    \b(domain( name)?|website)( is| may be)? for sale\b
    \bbest domains for sale\b
    \b(ce|nom de) domaine (est |peut être )?(à vendre|en vente)\b
    (^|[-–|:] )domaine (est )?(à vendre|en vente)(\W+(sedo|dan|afternic|godaddy)\b.*)?\W*$
    \bbuy this domain\b
    \bdomaine (est )?(déjà )?(réservé|enregistré|déposé) (par|chez|avec)\b
    \bnom de domaine (est )?(déjà )?(réservé|enregistré|déposé)\b
    (^|[-–|:] )domaine (est )?(déjà )?(réservé|enregistré|déposé)(\W+(gandi|ovh|ionos|lws|amen)\w*)?\W*$
    ^this domain (is|has)
    ^félicitations ! votre (domaine|site)
    ^congratulations\W+your (new )?((web ?)?site|domain)\b
    """
)
# A site that is not there yet: what builders and frameworks call it, and what people write meanwhile.
NOT_YET = lines(
    r"""
    ^bienvenue sur votre (nouveau )?(site|hébergement)( web| internet)?\W*$
    ^votre (nouveau )?site( web| internet)? est (bien )?(en ligne|installé)\W*$
    ^(ce |votre |notre )?(site|page)( web| internet)?( est)?( actuellement)? en (cours de )?construction
    ^(ce |votre |notre )?(site|page)( web| internet)?( est)?( actuellement)? en (cours de )?maintenance
    ^en (cours de )?(construction|maintenance)\W*$
    ^(this |our )?(site |website )?(is )?(currently )?(under|in) (construction|maintenance)\W*$
    ^(godaddy\W+)?(coming|opening) soon\W*$
    ^(under |scheduled )?maintenance( mode)?\W*$
    ^(site )?bientôt (disponible|en ligne)\W*$
    ^create an ecommerce website\b
    ^hello,? world!?$
    ^(react|vite|vue|next\.?js|nuxt|create next|angular|svelte) app$
    """
)
# What stands between robots and the site.
WALLS = lines(
    r"""
    ^just a moment\W*$
    ^(un instant|one moment,? please|please wait|veuillez patienter)\W*$
    ^attention required!
    ^(access denied|accès refusé|request rejected|you have been blocked|pardon our interruption)\W*$
    ^access to this page has been denied
    ^(vérification de (la )?sécurité|security (check|verification)|human verification|captcha)\b\W*$
    ^(robot challenge|client challenge|ddos-guard|checking your browser|are you (a robot|human))\b
    """
)

NOT_A_SITE = (*SERVERS, *TOOLS, *GONE, *PARKED, *NOT_YET, *WALLS)
