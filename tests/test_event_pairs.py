"""Judged pairs as training material: read, counted, and refused when they are none."""

import gzip
import json

import pytest

from cleaner.collapse.event.model import load_model
from cleaner.errors import UsageError
from cleaner.train.event_pairs import load_judged

QUAKE = (
    "An earthquake of magnitude 6.4 struck the coast of Velmora at dawn on Tuesday, and fourteen people were killed in "
    "the harbour district, mayor Ilse Hartvig said."
)
AGAIN = (
    "Fourteen people have died in the harbour of Velmora after Tuesday's earthquake, which measured 6.4. Mayor Ilse "
    "Hartvig asked the coast for tents."
)
BAKERY = "A bakery in Ostrel that has made rye bread since 1890 was sold to a cooperative of its customers on Friday."


def test_judged_pairs_are_read_and_counted(tmp_path):
    rows = [{"id": name, "text": text, "url": None} for name, text in (("c", BAKERY), ("a", QUAKE), ("b", AGAIN))]
    with gzip.open(tmp_path / "own.jsonl.gz", "wt", encoding="utf-8") as stream:
        stream.writelines(json.dumps(row) + "\n" for row in rows)
    (tmp_path / "own.pairs.json").write_text(json.dumps([["b", "a", "OK"], ["a", "c", "BAD"]]))
    (found,) = load_judged(tmp_path, ["own"])
    assert found.judged == [(0, 1, True), (0, 2, False)]
    assert found.joined(load_model()) == (1, 0)
    features, same, weight = found.material()
    assert len(features) == len(same) == len(weight)
    assert same[0]
    assert [part.judged for part in (found.part(0, 2), found.part(1, 2))] == [[(0, 1, True)], [(0, 2, False)]]


def test_what_is_no_set_is_refused(tmp_path):
    with pytest.raises(UsageError, match="own holds no judged pairs"):
        load_judged(tmp_path, ["own"])
