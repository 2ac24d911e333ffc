"""The house: people, firms' workspaces, who works where, and what was done there."""

from crm.models.creation_key import CreationKey
from crm.models.espace import Espace, Invitation, Membership
from crm.models.journal import JournalChain, JournalEntry
from crm.models.person import User

__all__ = ["CreationKey", "Espace", "Invitation", "JournalChain", "JournalEntry", "Membership", "User"]
