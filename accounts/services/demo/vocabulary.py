"""The words of the demo: people, and what a French IT consulting firm sells. All invented."""

FIRST_NAMES = (  # a blank between two
    "Aïcha Alexandre Alice Amadou Anaïs Antoine Arnaud Aurélie Bastien Benoît Camille Caroline Catherine "
    "Cédric Chloé Claire Clément Damien David Delphine Diego Élodie Émilie Emmanuel Éric Fabien Farid "
    "Fatima Florence François Frédéric Gaëlle Guillaume Hélène Hugo Inès Isabelle Jérôme Joana Julie "
    "Julien Kenza Khadija Laurent Linh Lucas Mamadou Manon Marc Marie Mathieu Mehdi Mélanie Nadia "
    "Nathalie Nicolas Nora Olivier Paolo Pauline Philippe Rachid Raphaël Sabrina Samuel Sandrine "
    "Sébastien Sofia Stéphanie Thi-Mai Thomas Valérie Victor Vincent Virginie Xavier Yann Yasmine Yves "
    "Zoé"
)
LAST_NAMES = (  # a blank between two
    "André Arnaud Aubert Bailly Barbier Belkacem Benali Bernard Bertin Blanchard Bonnet Bouchard Boyer "
    "Brun Camara Carpentier Chevalier Colin Cordier Costa Coulibaly Da-Silva Delattre Delorme Diallo Diop "
    "Dubois Dufour Dumas Dupuis Durand Fabre Faure Fernandes Ferrari Fournier Garnier Gauthier Gérard "
    "Girard Guérin Haddad Hamidi Hoarau Jacquet Joly Keller Kieffer Koné Lambert Laurent Le-Gall Le-Goff "
    "Lefèvre Leroux Lopez Maillard Marchand Martinez Masson Mercier Meunier Meyer Michaud Morel Moreau "
    "N'Diaye Nguyen Nowak Pelletier Perrin Pham Picard Renard Rivière Robin Rousseau Roux Saïdi Schmitt "
    "Tanguy Tran Traoré Vasseur Vidal Weber Yilmaz"
)
# They fit whatever first name they fall on.
JOB_TITLES = (
    "Architecte d'entreprise",
    "CTO",
    "DSI",
    "PMO",
    "Product owner",
    "Responsable achats IT",
    "Responsable applicatif",
    "Responsable cybersécurité",
    "Responsable data",
    "Responsable de l'innovation",
    "Responsable des études",
    "Responsable infrastructure",
    "Responsable parcours digitaux",
    "Responsable prestations intellectuelles",
    "Responsable qualité logicielle",
    "Responsable transformation",
    "RSSI",
    "Scrum master",
)

# A matter of weeks.
SHORT_AFFAIRES = (
    "Audit RGAA",
    "Audit de code et dette technique",
    "Audit de sécurité applicative",
    "Cadrage data platform",
    "Coaching agile",
    "Pilote IA générative",
    "Reprise de données CRM",
    "Schéma directeur SI {year}",
    "Tests de performance",
)
AFFAIRES = (
    "TMA portail agents {year}",
    "TMA applications métier {year}",
    "TMA extranet partenaires {year}",
    "Accompagnement FinOps",
    "Application mobile terrain",
    "Assistance MOA finance",
    "Assistance à recette {year}",
    "Design system",
    "Industrialisation CI/CD",
    "Migration Kubernetes",
    "Migration PostgreSQL",
    "Move to cloud, vague 2",
    "Observabilité et astreintes",
    "Plateforme d'API",
    "PMO transformation {year}",
    "Refonte espace client",
    "Refonte intranet",
    "Urbanisation du SI",
)
# Without a date of end.
STANDING_AFFAIRES = (
    "Centre de services applicatif",
    "Développeurs Java en régie",
    "Développeurs Python en régie",
    "Support N3",
    "TMA portail agents",
    "TMA applications métier",
)
# By tag of the account.
AFFAIRES_OF = {
    "banque": ("Conformité DORA", "Entrée en relation à distance", "Moteur d'octroi de crédit"),
    "assurance": ("Déclaration de sinistre en ligne", "Reporting Solvabilité II", "Tarificateur santé"),
    "énergie": ("Supervision du réseau", "Prévision de consommation", "Portail collectivités"),
    "industrie": ("Connexion des ateliers (MES)", "Maintenance prédictive", "Portail fournisseurs"),
    "distribution": ("Retrait en magasin", "Catalogue produits (PIM)", "Prévision des stocks"),
    "transport": ("Billettique mobile", "Information voyageurs", "Planification des équipages"),
    "logistique": ("Suivi des colis en temps réel", "Optimisation des tournées", "Portail chargeurs"),
    "télécom": ("Parcours de souscription", "Inventaire réseau", "Boutique en ligne"),
    "santé": ("Entrepôt de données de santé", "Portail patients", "Validation des systèmes (GxP)"),
    "service public": ("Dématérialisation des démarches", "Accessibilité des téléservices", "FranceConnect"),
    "collectivité": ("Portail citoyen", "Observatoire des données ouvertes", "Gestion des subventions"),
    "défense": ("Homologation de sécurité", "Chaîne logicielle souveraine", "Suivi de flotte"),
    "luxe": ("Clienteling en boutique", "Traçabilité des produits", "Vitrine internationale"),
}
OPPORTUNITES = (
    "Accord-cadre développement",
    "Appel d'offres TMA",
    "Audit accessibilité du parc",
    "Audit cybersécurité",
    "Cadrage IA générative",
    "Centre de services applicatif",
    "Consolidation des data marts",
    "Dématérialisation des contrats",
    "Équipe produit dédiée",
    "Extension du contrat de TMA",
    "Migration du datacenter",
    "Modernisation du cœur de métier",
    "Observabilité unifiée",
    "Refonte du site institutionnel",
    "Référencement fournisseurs",
    "Renfort squad mobile",
    "Schéma directeur data",
    "Sortie de mainframe",
)
PROJETS = (
    "Plateforme data",
    "Parcours client",
    "Modernisation du SI",
    "Socle cloud",
    "Poste de travail numérique",
    "Trajectoire cybersécurité",
)
PROGRAMMES = (
    "Programme accessibilité numérique",
    "Programme data et IA",
    "Programme cloud groupe",
    "Contrat-cadre prestations SI",
)
LOST_REASONS = (
    "Prix au-dessus du budget",
    "Autre prestataire retenu",
    "Réalisé en interne",
    "Profils non disponibles à la date voulue",
)
ABANDONED_REASONS = ("Budget reporté", "Projet gelé par le client", "Appel d'offres déclaré sans suite")
# How a note about a person begins, then what it says.
NOTES_WITH = (
    "Appel de {}.",
    "Échange par téléphone avec {}.",
    "Déjeuner avec {}.",
    "Point en visio avec {}.",
    "Croisé {} au salon.",
    "Rendez-vous sur place avec {}.",
)
NOTES = (
    "Le budget de l'année prochaine est en cours d'arbitrage : à rappeler dans un mois.",
    "Réorganisation de la DSI annoncée.\nLes décisions d'achat passeront par la direction métier.",
    "Satisfaits de la dernière mission, surtout du transfert de compétences.",
    "Un appel d'offres sortira au prochain trimestre. Ils souhaitent nous consulter.",
    "Le tarif journalier reste le point dur.\nProposer un forfait plutôt qu'une régie.",
    "Ils cherchent deux développeurs expérimentés, démarrage rapide.",
    "Référencement à renouveler avant la fin de l'année : dossier demandé.",
    "Présentation de nos références dans leur secteur. Bon accueil, pas de projet immédiat.",
    "Ils travaillent aussi avec un concurrent, sans en être pleinement contents.",
    "Gel des recrutements externes jusqu'à nouvel ordre.",
    "Demande d'un exemple de livrable : envoyé le jour même.",
    "Souhaite une démonstration avec l'équipe technique.\nProposer trois dates.",
    "Le projet avance bien. Une suite est envisagée sur un second périmètre.",
    "Pas disponible avant la rentrée. Convenu de se reparler à ce moment-là.",
)

SUBJECTS = (
    "Reprendre contact",
    "Point sur les projets de l'année",
    "Proposer un audit d'accessibilité",
    "Prendre des nouvelles après la mission",
    "Rencontrer le nouveau DSI",
    "Inviter au petit-déjeuner technique",
    "Présenter nos références dans leur secteur",
    "Proposer une suite à la mission",
)

SUBJECTS_OF_LEADS = (
    "Relancer sur la proposition",
    "Préparer la soutenance",
    "Obtenir la date de décision",
    "Répondre aux questions des achats",
    "Envoyer les références demandées",
)

OUTCOMES = (
    "Pas de projet avant la rentrée, rappeler en septembre.",
    "Message laissé, puis réponse par e-mail : budget en cours d'arbitrage.",
    "Bon échange. Envoyer nos tarifs et deux références.",
    "Rendez-vous obtenu avec la direction des achats.",
    "Le contact a changé de poste ; son successeur arrive le mois prochain.",
    "Satisfaits de la mission. Un besoin de renfort est possible cet automne.",
    "Consultation prévue, nous serons sur la liste.",
)
