"""What the elements of an HTML page tell of its blocks: boxes beside the text, and parts that belong together.

- ``outside``: what is of no part of what the page is about, told before anything is decided;
- ``boxes``: what goes with a head that rules know;
- ``kept``: what stays beside what surely does;
- ``preformatted``: the lines of a listing, which stay or go together.

Figures of 1,941 development pages are of the 1,946 in the public sets that docs/measuring.md describes, of which five
show no text, judged by models fitted without the site of each (``cleaner.train.block_models.unseen``): the blocks that
a step keeps or drops, by their labels. They were counted when the step was made, and no command prints them: what
``python -m cleaner.train.steps --unseen`` counts are the steps before (``decisions``), which need no elements. Where
nothing is said of data, a constant is set by hand, by the pages in tests/cases and those of tests/test_kept.py,
test_boxes_amid.py, test_below_declared.py and test_kinds.py.
"""
