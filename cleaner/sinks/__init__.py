"""Sinks: stories, cuts, rejects and counts, out into files."""
