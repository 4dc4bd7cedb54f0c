"""The commands behind ``cleaner``, one a module, each imported only when it is called."""
