"""How personal data is shown where others may look."""

from __future__ import annotations


def masked_name(name: str) -> str:
    """王*明, 张*"""
    if len(name) <= 1:
        return name
    if len(name) == 2:
        return f"{name[0]}*"
    return f"{name[0]}{'*' * (len(name) - 2)}{name[-1]}"


def masked_phone(phone: str) -> str:
    """138****0001"""
    return f"{phone[:3]}****{phone[-4:]}" if len(phone) >= 8 else ""
