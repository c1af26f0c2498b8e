from django.contrib.auth.hashers import Argon2PasswordHasher


class Argon2idOWASP(Argon2PasswordHasher):
    """Argon2id at OWASP's parameters (Password Storage Cheat Sheet): m = 19 MiB, t = 2, p = 1.

    Django's default (m = 100 MiB, p = 8) costs more CPU than the whole rest of an exam.
    """

    time_cost = 2
    memory_cost = 19 * 1024
    parallelism = 1
