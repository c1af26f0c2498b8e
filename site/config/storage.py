from whitenoise.storage import CompressedManifestStaticFilesStorage


class HashedStatic(CompressedManifestStaticFilesStorage):
    """Hashed names, a year's cache, gzip and Brotli made once. A missing name is an error at collection, not a 500 for a user."""

    manifest_strict = False
