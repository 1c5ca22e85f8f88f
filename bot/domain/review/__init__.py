"""The technical review of what waits in a timelock: what was checked, and by whom."""
