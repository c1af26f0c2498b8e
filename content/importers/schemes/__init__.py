from content.importers.schemes import gbt, law, official
from content.importers.schemes.registry import Scheme, register, scheme_for

__all__ = ["Scheme", "gbt", "law", "official", "register", "scheme_for"]
