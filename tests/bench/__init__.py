"""Speed, memory and disk of cleaner, as ratios against peers in the same run: ``make bench``."""
