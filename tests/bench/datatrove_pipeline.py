"""The same work as a pipeline of datatrove: trafilatura, then MinHash in its four steps.

``python -m tests.bench.datatrove_pipeline PAGES OUTPUT TASKS``: a folder of JSONL files with ``html``.
"""

from __future__ import annotations

import sys
from pathlib import Path

from . import peers


def main(pages: str, output: str, tasks: int) -> None:
    """Run all steps with so many tasks at a time."""
    from datatrove.executor import LocalPipelineExecutor
    from datatrove.pipeline.dedup import (
        MinhashDedupBuckets,
        MinhashDedupCluster,
        MinhashDedupFilter,
        MinhashDedupSignature,
    )
    from datatrove.pipeline.extractors import Trafilatura
    from datatrove.pipeline.readers import JsonlReader
    from datatrove.pipeline.writers import JsonlWriter

    folder = Path(output)
    config = peers.datatrove_config()
    texts, signatures, pairs, removed = (str(folder / name) for name in ("texts", "signatures", "pairs", "removed"))
    extractor = Trafilatura(favour_precision=False, deduplicate=False, timeout=30)
    steps = [
        ([JsonlReader(pages, text_key="html"), extractor, JsonlWriter(texts, compression=None)], tasks),
        ([JsonlReader(texts), MinhashDedupSignature(signatures, config=config)], tasks),
        ([MinhashDedupBuckets(signatures, pairs, config=config)], config.num_buckets),
        ([MinhashDedupCluster(pairs, removed, config=config)], 1),
        ([JsonlReader(texts), MinhashDedupFilter(removed), JsonlWriter(str(folder / "kept"), compression=None)], tasks),
    ]
    for number, (pipeline, parts) in enumerate(steps):
        LocalPipelineExecutor(
            pipeline,
            tasks=parts,
            workers=min(tasks, parts),
            start_method="fork",  # of its choices the one that starts at once and whose CPU time is counted
            logging_dir=str(folder / "logs" / str(number)),
        ).run()


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2], int(sys.argv[3]))
