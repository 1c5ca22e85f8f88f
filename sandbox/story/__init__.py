"""The demonstration: Braintrust's story, told by the true bot in the three worlds."""
