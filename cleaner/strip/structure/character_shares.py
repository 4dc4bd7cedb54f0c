"""Shares of a block's characters in links and in bold that tell what it is."""

from __future__ import annotations

MAX_LINKED = 0.3
"""In links, up to which a line amid a text is one of it."""
LINKED = 0.5
"""In links, from which a line leads elsewhere and says nothing of the text around it."""
BOLD = 0.9
"""In bold, from which a line may be a head. The three are set by hand."""
