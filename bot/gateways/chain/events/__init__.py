"""The events of governors and timelocks: how each lies in a log, and what it means (pure)."""
