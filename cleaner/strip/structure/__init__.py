"""What the elements of an HTML page tell of its blocks: boxes beside the text, and parts that belong together."""
