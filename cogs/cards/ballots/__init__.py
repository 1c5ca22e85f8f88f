"""What people look up about votes, as Discord shows it."""
