"""The outside worlds on loopback, for the demonstration and for the tests."""
