"""A kind of requirement that the product does not have, brought by an app of its own: taking part in a fire drill."""
