"""Django looks for an app's models here; each room owns its own."""

from people.models.accounts import User
from people.models.codes import public_code
from people.models.feedback import Feedback
from people.models.grants import RoleGrant
from people.models.members import Assignment, Member
from people.models.organisation import Level, LevelName, Organisation
from people.models.posts import Post, PostName
from people.roster.models import RosterImport, RosterLine

__all__ = [
    "Assignment",
    "Feedback",
    "Level",
    "LevelName",
    "Member",
    "Organisation",
    "Post",
    "PostName",
    "RoleGrant",
    "RosterImport",
    "RosterLine",
    "User",
    "public_code",
]
