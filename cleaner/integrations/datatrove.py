"""Strip as a step of a datatrove pipeline (https://github.com/huggingface/datatrove).

    LocalPipelineExecutor([WarcReader("crawl/"), Strip(), JsonlWriter("articles/")]).run()
"""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator
from contextlib import nullcontext
from typing import Any

import cleaner
from cleaner.errors import MissingExtra
from cleaner.html_start import DOCUMENT_START
from cleaner.plain_rows import article_row
from cleaner.records import Article, Page, Rejected

try:
    from datatrove.data import Document, DocumentsPipeline
    from datatrove.pipeline.base import PipelineStep
except ImportError as error:
    raise MissingExtra("datatrove", "datatrove", "cleaner.integrations.datatrove") from error


class Strip(PipelineStep):
    """The body of each document's page in place of the page; what is known of the article goes into ``metadata``.

    A document's ``text`` is HTML or stored text, its ``metadata`` may have ``url``, ``title`` and ``lang``. A ``date``
    there is the crawl's, as datatrove's readers have it: it becomes ``crawl_date`` where the page tells another.
    Rejected documents are dropped, and written with ``reason`` and ``detail`` where there is an ``exclusion_writer``.
    """

    type = "🛢 - EXTRAC"
    name = "🧹 cleaner"

    def __init__(self, workers: int = 1, html: bool | None = None, exclusion_writer: Any = None) -> None:
        """``workers``: the processes that strip (0: one a core). ``html``: what documents are (None: it shows)."""
        super().__init__()
        self.workers = workers
        self.html = html
        self.exclusion_writer = exclusion_writer

    def run(self, data: DocumentsPipeline, rank: int = 0, world_size: int = 1) -> DocumentsPipeline:
        """The documents that have a body, in their order."""
        waiting: deque[Document] = deque()

        def pages() -> Iterator[Page]:
            for document in data or ():
                waiting.append(document)
                yield self._page(document)

        with self.exclusion_writer or nullcontext() as excluded:
            for found in cleaner.strip(pages(), self.workers):
                document = waiting.popleft()
                self.stat_update("total")
                if isinstance(found, Rejected):
                    self.stat_update("dropped", f"dropped_{found.reason}")
                    if excluded:
                        document.metadata |= {"reason": found.reason, "detail": found.detail}
                        excluded.write(document, rank)
                    continue
                _put(found, document)
                self.stat_update("forwarded")
                self.update_doc_stats(document)
                yield document

    def _page(self, document: Document) -> Page:
        is_html = self.html if self.html is not None else bool(DOCUMENT_START.match(document.text))
        given = (document.metadata.get(name) for name in ("url", "title", "lang"))
        url, title, lang = (value if isinstance(value, str) else None for value in given)
        html, text = (document.text, None) if is_html else (None, document.text)
        return Page(document.id, document.id, url=url, html=html, text=text, title=title, lang=lang)


def _put(article: Article, document: Document) -> None:
    row = article_row(article)
    document.text = row.pop("text")
    row.pop("id")
    told = {name: value for name, value in row.items() if value is not None}
    crawled = document.metadata.get("date")
    if crawled is not None and crawled != told.get("date"):
        document.metadata.setdefault("crawl_date", document.metadata.pop("date"))
    document.metadata.update(told)
