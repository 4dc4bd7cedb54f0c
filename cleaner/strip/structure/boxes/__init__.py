"""Boxes that a head begins, as rules know it: what goes with it, and where the text goes on."""
