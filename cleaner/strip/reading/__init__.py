"""From what a record holds to the blocks of a page: its text unpacked and mended, its tree, its lines."""
