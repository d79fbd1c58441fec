"""Taobao and Tmall, as the Taobao Open Platform (TOP) documents them."""
