"""Staging: the files that tasks write (``sections``) and what says that one is whole (``marks``), on any machine.

Where machines have no disk in common with the one that directs, what its tasks read and write is brought there:
``files`` are as that one knows them. When they are sent to a task (``sender``), they are put into the store, once, and
what comes out where the task is done is fetched from there (``fetched``), into a folder of that machine (``cache``).
"""
