"""Dates of records in the forms that programs write."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cleaner.sources.dates import read_date
from cleaner.strip.metadata.dates import iso_date

MORNING = "2026-03-02T06:30:00+00:00"
EPOCH = 1772433000


@pytest.mark.parametrize(
    "written",
    [
        EPOCH,
        EPOCH * 1000,
        EPOCH * 10**6 + 123456,
        EPOCH * 10**9,
        float(EPOCH),
        str(EPOCH),
        f"{EPOCH}.25",
        str(EPOCH * 1000),
        "20260302T063000Z",
        "2026-03-02 07:30:00+01",
        "1.7724330e9",
        "20260302T063000.123Z",
        "20260302T0730+0100",
        "2026-03-02 06:30:00 UTC",
        "Mon, 02 Mar 2026 06:30:00 GMT",
        "2 Mar 2026 07:30 +0100",
        "Mon, 02 Mar 2026 01:30:00 EST",
        "Monday, 02-Mar-26 06:30:00 GMT",
        "Mon Mar 02 06:30:00 +0000 2026",
        "Mon Mar 02 2026 07:30:00 GMT+0100 (Central European Standard Time)",
        {"$date": "2026-03-02T06:30:00Z"},
        {"$date": EPOCH * 1000},
        {"$date": {"$numberLong": str(EPOCH * 1000)}},
        {"$numberLong": str(EPOCH)},
        {"_seconds": EPOCH, "_nanoseconds": 0},
        f"/Date({EPOCH * 1000})/",
        [EPOCH],
    ],
    ids=str,
)
def test_a_moment_in_any_form_is_the_same_moment(written):
    found = read_date(written)
    assert found.understood
    read = iso_date(found.date)
    assert read is not None
    offset = {"Z": "+00:00"}.get(read[19:], read[19:])
    hour = {"+00:00": "06", "+01:00": "07", "-05:00": "01"}[offset]
    assert read[:19] == MORNING[:19].replace("T06", f"T{hour}")


@pytest.mark.parametrize(
    ("written", "day"),
    [
        ("2024-W10-6", "2024-03-09"),
        ("2024W106", "2024-03-09"),
        ("2026-061", "2026-03-02"),
        ("20260302", "2026-03-02"),
        (20260302.0, "2026-03-02"),
        ("20260302063000", "2026-03-02T06:30:00"),
        (202603020630, "2026-03-02T06:30:00"),
        ([2026, 3, 2], "2026-03-02"),
        ("02-MAR-26", "2026-03-02"),
        ("2-Mar-1998", "1998-03-02"),
        ("02-MAR-26 06.30.00.000000000 PM", "2026-03-02T18:30:00"),
        ("02-MAR-2026 12.30.00 AM", "2026-03-02T00:30:00"),
        ([2026, 3, 2, 6, 30, 0, 0, 61, 0], "2026-03-02T06:30:00"),
        ("2026-03-02", "2026-03-02"),
    ],
    ids=str,
)
def test_days_and_times_without_a_zone(written, day):
    assert (read_date(written).date, iso_date(read_date(written).date)) == (day, day)


@pytest.mark.parametrize(
    "written",
    [None, "", " ", "0000-00-00", "0000-00-00 00:00:00", "N/A", "null", "NaT", 0, "1970-01-01T00:00:00Z", [], False],
)
def test_placeholders_are_no_date_and_no_fault(written):
    assert read_date(written) == (None, True)


@pytest.mark.parametrize(
    "written", [7, "2024-W10", "2024-W60-1", "2026-400", True, {"day": 1}, [1, 2], "20261399", 1e300]
)
def test_what_is_no_date_is_told(written):
    assert read_date(written) == (None, False)


json_values = st.recursive(
    st.none() | st.booleans() | st.floats() | st.integers() | st.text(max_size=30),
    lambda inner: (
        st.lists(inner, max_size=9)
        | st.dictionaries(st.sampled_from(["$date", "$numberLong", "_seconds", "k"]), inner, max_size=2)
    ),
    max_leaves=9,
)


@given(json_values | st.from_regex(r"[0-9TWZ:.+ /-]{0,30}", fullmatch=True))
def test_any_value_is_read_without_an_error(value):
    found = read_date(value)
    assert found.date is None or (isinstance(found.date, str) and found.understood)
