"""Families of use cases: observe, compare, record."""
