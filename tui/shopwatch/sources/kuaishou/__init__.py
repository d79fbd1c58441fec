"""Kuaishou shops, as its open platform for shops documents them; what no public source shows is kept raw."""
