"""How likely each block or line is body, what kind of page it is, and which line ends are none."""
