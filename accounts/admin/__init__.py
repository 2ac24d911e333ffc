from accounts.admin import account, affaire, contact, opportunite, projet, tag

__all__ = ["account", "affaire", "contact", "opportunite", "projet", "tag"]
