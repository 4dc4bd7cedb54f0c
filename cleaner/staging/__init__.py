"""Staging: what carried tasks read and write, where their machines have no disk in common with the one that directs.

``files`` are as that one knows them. When they are sent to a task (``sender``), they are put into the store, once, and
what comes out where the task is done is fetched from there (``fetched``), into a folder of that machine (``cache``).
"""
