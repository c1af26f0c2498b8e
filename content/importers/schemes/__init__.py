from content.importers.schemes import gbt
from content.importers.schemes.registry import Scheme, register, scheme_for

__all__ = ["Scheme", "gbt", "register", "scheme_for"]
