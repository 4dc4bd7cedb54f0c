"""What a person looks at: a page about one output folder, with what to judge first and buttons to judge by.

``gather`` reads the folder once and keeps what the page shows, ``checks`` says whether it can be trusted, ``page``
makes the HTML. The template, its style and its script are files beside them.
"""
