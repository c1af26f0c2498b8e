"""A question type that the product does not have, in an app of its own: a number on a scale. See exams/types/README.md."""
