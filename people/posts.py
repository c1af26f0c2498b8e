"""What people call the posts."""

from __future__ import annotations

from people.models import Post, PostName
from textkeys import LABEL


def post_words() -> dict[str, Post]:
    """Every word for a post, as `textkeys.LABEL` makes it comparable: its own name before the other names. Two queries."""
    posts = {post.pk: post for post in Post.objects.all()}
    words = {LABEL(post.name): post for post in posts.values()}
    for key, post_id in PostName.objects.values_list("key", "post_id"):
        words.setdefault(key, posts[post_id])
    return words


def post_for_word(word: str) -> Post | None:
    return post_words().get(LABEL(word))
