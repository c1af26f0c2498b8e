"""A question type whose questions take several numbers of a paper under one stem. See exams/types/README.md."""
