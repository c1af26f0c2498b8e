"""An app as somebody else would write it: a kind of roster file that the product does not know."""
