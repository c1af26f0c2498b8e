"""An app as somebody else would write it: a kind of file and a numbering that the product does not know."""
