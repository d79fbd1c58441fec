"""Marketplaces that speak the wire formats of the real ones, on loopback."""
