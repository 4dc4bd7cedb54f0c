"""Steps for the pipelines of other libraries, each in a module that imports the library it is for."""
