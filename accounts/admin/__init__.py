from accounts.admin import account, affaire, contact, note, opportunite, projet, relance, tag

__all__ = ["account", "affaire", "contact", "note", "opportunite", "projet", "relance", "tag"]
