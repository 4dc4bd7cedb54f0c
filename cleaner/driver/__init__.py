"""What the process that directs a run does: ``plan`` draws its tasks, ``articles`` collects what they stripped,
``stories`` has it collapsed and written; ``work_folder`` is what a run that was ended goes on from.
"""
