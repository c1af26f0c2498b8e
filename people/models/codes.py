from __future__ import annotations

import secrets


def public_code() -> str:
    """80 random bits for addresses: nobody can count members or guess the next one."""
    return secrets.token_hex(10)
