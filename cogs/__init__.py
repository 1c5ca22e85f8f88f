"""What Discord sees of Assent, and what Assent sees of Discord."""
