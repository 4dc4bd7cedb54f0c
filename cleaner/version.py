"""Version and distribution: the one place that says them; pyproject.toml reads the version from here."""

VERSION = "0.1.0"
DISTRIBUTION = "onestory"
"""The name on the package index, where ``cleaner`` is somebody else's; import and command are ``cleaner``."""
