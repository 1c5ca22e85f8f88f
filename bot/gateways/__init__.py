"""The outside worlds, one package each; each turns wire shapes into domain values."""
