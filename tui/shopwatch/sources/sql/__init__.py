"""A table of any database that SQLAlchemy speaks to: a SELECT, read anew from where the last poll ended."""
