"""Certification schemes with their requirements, awards (one certificate of one person) with what they rest on and their files,
numbers and revocations.

A member sees their own awards, a supervisor those of the subtree; anyone who holds the number and name, or the code of the QR,
sees the masked summary of that one award (certificates/access.py). At 5 million members with a renewal every three years: two
million awards a year; every read goes by a unique key or by (member, -issued_on), every sweep by a partial index of what is left.
"""

from certificates.models.awards import Award, AwardQuerySet, NumberLedger, Revocation, Validity, verification_token
from certificates.models.files import AwardFile
from certificates.models.requirements import AwardBasis, Mention, Requirement
from certificates.models.schemes import Scheme
from certificates.requirements import kinds_load

__all__ = [
    "Award",
    "AwardBasis",
    "AwardFile",
    "AwardQuerySet",
    "Mention",
    "NumberLedger",
    "Requirement",
    "Revocation",
    "Scheme",
    "Validity",
    "verification_token",
]

kinds_load()  # the kinds of requirement are models of this app
