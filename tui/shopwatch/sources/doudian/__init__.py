"""Doudian (Jinritemai), as its official SDKs and documents tell; what none of them tells is kept raw or left out."""
