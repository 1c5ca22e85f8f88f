"""A server, its set-up and its rules as people read them."""
