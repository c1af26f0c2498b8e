from content.importers.numberings.registry import Numbering, numbering_for, numbering_named, register

__all__ = ["Numbering", "numbering_for", "numbering_named", "register"]
