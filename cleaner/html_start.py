"""What a text begins with that is an HTML document."""

from __future__ import annotations

import re

DOCUMENT_START = re.compile(
    r"^\s*+(?:<\?xml[^<>]{0,500}+>\s*+)?(?:<!--.{0,2000}?-->\s*+)?<(?:!doctype\s+html|html[\s>])",
    re.IGNORECASE | re.DOTALL,
)
"""Its first tag, after an XML declaration and a comment if there are any."""
