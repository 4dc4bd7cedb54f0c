"""What kind of page it is: an article, a forum, documentation, a service, a product, a listing or a collection.

Told by a small classifier from the page's address, what its data call it, the names of its boxes and what its
blocks are like on the whole. What it says is given out with the article; a page that it holds for no article is
judged by a block model of its own (``page_models``). Trained by ``python -m cleaner.train.page_types DATA_DIR``.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping

import numpy as np
from numpy.typing import NDArray

from cleaner.strip import features
from cleaner.strip.features.markup_features import NAME_GROUPS, of_names
from cleaner.strip.features.sequence_features import Floats
from cleaner.strip.reading.blocks import Outline
from cleaner.strip.weights import weight_files

TYPES = ("article", "forum", "documentation", "service", "product", "listing", "collection")
"""Kinds of pages, as the Web Content Extraction Benchmark (WCXB) tells them apart."""
ARTICLE = TYPES.index("article")
HEAD_CHARS = 60_000
"""Characters of a page's start in which its head is looked for."""
MAX_URL = 2_000
MAX_SCHEMAS = 200
"""Characters of an address, and types of schema.org on one page, that are read."""
MAX_TYPE = 40
"""Characters of the name of one."""
SCHEMAS = tuple(
    frozenset(group.split())
    for group in (
        "Product ProductGroup",
        "Offer AggregateOffer",
        "AggregateRating Review",
        "DiscussionForumPosting",
        "QAPage Question Answer",
        "NewsArticle Article BlogPosting ReportageNewsArticle AnalysisNewsArticle LiveBlogPosting",
        "TechArticle APIReference HowTo SoftwareSourceCode",
        "ItemList CollectionPage SearchResultsPage OfferCatalog",
        "FAQPage",
        "Service SoftwareApplication LocalBusiness ProfessionalService Store Restaurant",
        "Recipe",
        "Event Course JobPosting",
        "Person",
        "Comment UserComments",
        "BreadcrumbList",
    )
)
"""Types of schema.org that tell of one kind of page or another."""
ADDRESS = (
    r"forum|thread|topic|/t/|question|viewtopic|discuss|communit|showthread|comments?|/r/",
    r"product|/p/|/dp/|/item|shop|/buy|store",
    r"docs?[./]|/api|reference|guide|manual|wiki|developer|tutorial|help|support|learn",
    r"categor|collection|/tags?[/-]|catalog|/c/|browse|topics/|archive",
    r"search|list|jobs?|results|find|directory|rankings?|[?&](?:q|s|query|page)=",
    r"service|pricing|solution|feature|platform|about|contact|plans",
    r"blog|news|article|stor(?:y|ies)|/20\d\d/|20\d\d[-/]?[01]\d[-/]?[0-3]\d",
)
BOXES = (
    "forum|thread|topic|repl(?:y|ies)|message|poster|signature|answer|question|upvote|vote|quote|discuss",
    "comment|respond",
    "product|price|cart|sku|buy|variant|stock|wishlist|basket|checkout|woocommerce|add-?to",
    "review|rating|star",
    "docs?$|api|admonition|highlight|code|syntax|toc$|sphinx|markdown|breadcrumb",
    "job|listing|result|search|filter|facet|paginat|pager|sort",
    "grid|card|collection|categor|catalog|tile|thumb|gallery|masonry|archive|browse",
    "hero|pricing|feature|cta|testimonial|client|solution|service|faq|accordion|icon-?box|elementor|wp-?block",
    "article|entry|byline|author|story|headline|published|newsletter",
    "table|row$|cell|spec",
)
"""Words in class, id and role that tell of one kind of page or another."""
NO_ADDRESS = -1.0
ADDRESS_COLUMNS = len(ADDRESS) + 5
"""The first columns of a page; NO_ADDRESS where its address is not known."""
COUNTED = ("article", "form", "section", "h1", "h2", "h3", "li", "table", "pre", "nav")
"""Elements whose number is looked at."""
_ADDRESS = [re.compile(pattern) for pattern in ADDRESS]
_BOX = [re.compile(pattern) for pattern in BOXES]
_OG_TYPE = re.compile(r"""property=["']og:type["'][^>]{0,200}content=["']([^"']{1,60})""")
_GENERATOR = re.compile(r"""name=["'][Gg]enerator["'][^>]{0,200}content=["']([^"']{1,100})""")
_GENERATORS = (
    r"phpbb|vbulletin|xenforo|discourse|vanilla|invision|smf|mybb|discuz|flarum|nodebb|stack",
    r"docusaurus|sphinx|mkdocs|readthedocs|gitbook|docsify|vitepress|hugo|jekyll|mediawiki|doxygen|antora|starlight",
    r"woocommerce|shopify|magento|prestashop|bigcommerce|opencart",
    r"wordpress|ghost|blogger|drupal|joomla|squarespace|wix|webflow",
)
_GENERATED = [re.compile(pattern) for pattern in _GENERATORS]
_SCHEMA_SIGN, _SCHEMA_MARK = "@", '"@type"'
"""What names a type, and the sign in it, which is rare: to look for one character takes a fifth of the time."""
_NAME = re.compile(r"[A-Za-z]+")
SIGNS = "$€£¥?@%©"
SAID = ADDRESS_COLUMNS + len(SCHEMAS) + 4 + len(_GENERATORS)
GROWING = range(SAID, SAID + len(BOXES) + len(COUNTED) + len(SIGNS) + 2)
"""The columns that grow with the page, all counts; the model cuts them off."""
BOUNDED = [column for column in range(23) if column not in features.GROWING["text"]]
OWN_NAMES = len(NAME_GROUPS)
SHORT_CHARS = 200
"""Characters of the blocks in which signs of money, questions and the like are counted."""
MAX_NAME = 300
"""Characters of a class or an id that are read."""


@of_names
def _boxes(word: str) -> int:
    """Which of BOXES the words of a class or id tell of, as bits."""
    return sum(1 << at for at, pattern in enumerate(_BOX) if pattern.search(word))


def _schemas(html: str) -> Counter[str]:
    """Types of schema.org that the page's JSON-LD names."""
    found: Counter[str] = Counter()
    named = 0
    at = html.find(_SCHEMA_SIGN, 1)
    while at >= 0 and named < MAX_SCHEMAS:
        if html.startswith(_SCHEMA_MARK, at - 1):
            start = at - 1 + len(_SCHEMA_MARK)
            name = _NAME.search(html, start, start + MAX_TYPE)
            if name is not None:
                found[name.group()] += 1
                named += 1
        at = html.find(_SCHEMA_SIGN, at + 1)
    return found


def _of_address(url: str) -> list[float]:
    if not url:
        return [NO_ADDRESS] * ADDRESS_COLUMNS
    path = url.split("//", 1)[-1].partition("/")[2]
    last = path.rstrip("/").rpartition("/")[2]
    return [
        *(float(pattern.search(url) is not None) for pattern in _ADDRESS),
        float(path.count("/")),
        float(len(path) < 2),
        float(last.count("-")),
        float(sum(map(str.isdigit, last))),
        float("?" in path),
    ]


def of_page(page: Outline, html: str, url: str | None, groups: Mapping[str, Floats]) -> NDArray[np.float32]:
    """The features of a page of at least one block: shape (n,). ``groups`` are those of its blocks.

    ``url`` is its address as it came with the page or as the page itself gives it.
    """
    schemas = _schemas(html)
    og = found.group(1).lower() if (found := _OG_TYPE.search(html, 0, HEAD_CHARS)) else ""
    generator = found.group(1).lower() if (found := _GENERATOR.search(html, 0, HEAD_CHARS)) else ""
    made = generator + " " + (page.classes[0].lower()[:MAX_NAME] if page.classes else "")
    held = [0] * len(BOXES)
    for names, times in page.named().items():
        bits = _boxes(names[:MAX_NAME])
        while bits:
            lowest = bits & -bits
            held[lowest.bit_length() - 1] += times
            bits ^= lowest
    boxes = np.array(held, np.float64)
    tags = Counter(page.tags)
    text = groups["text"]
    units = text[:, features.UNITS]
    share = units / max(1.0, units.sum())
    number = len(units)
    signs = "".join([block.text for block in page.blocks if len(block.text) < SHORT_CHARS])
    sizes = groups["signatures"]
    said = [
        *_of_address((url or "")[:MAX_URL].lower()),
        *(float(sum(schemas[name] for name in group)) for group in SCHEMAS),
        *(float(og == "article"), float(og.startswith("product")), float(og == "website"), float(not og)),
        *(float(pattern.search(made) is not None) for pattern in _GENERATED),
    ]
    counted = [*held, *(tags[tag] for tag in COUNTED), *map(signs.count, SIGNS), number, units.sum()]
    return np.concatenate(
        [
            said,
            np.log1p(np.array(counted, np.float64)),
            boxes / max(1, len(page.tags)),
            [float(np.sort(share)[::-1][:3].sum())],
            [float(sizes[:, 3].max()) / number, float(sizes[:, 9].max()) / number, float(sizes[:, 0].max())],
            text[:, BOUNDED].mean(axis=0),
            share @ text[:, BOUNDED],
            share @ groups["tags"],
            share @ groups["ancestors"],
            groups["names"][:, :OWN_NAMES].mean(axis=0),
            groups["rules"].mean(axis=0),
        ],
        dtype=np.float32,
        casting="same_kind",
    )


def probabilities(row: NDArray[np.float32]) -> NDArray[np.float64]:
    """Probability of each of TYPES for a page's features."""
    return weight_files.trees("page_type").probabilities(row, len(TYPES))
