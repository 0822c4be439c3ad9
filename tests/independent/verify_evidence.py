#!/usr/bin/env python3
"""An evidence pack recounted from docs/evidence.md alone: Python standard library, no code shared with Beiku.

    python3 tests/independent/verify_evidence.py EV-2026-000001.zip

Prints JSON {"holds", "row", "what", "figures"}; exit status 1 when the pack does not hold.
"""

import csv
import hashlib
import io
import json
import sys
import zipfile
from datetime import date, timedelta

VARIANTS = ("strict", "by_due", "remedy30")


class Broken(Exception):
    def __init__(self, row, what):
        super().__init__(what)
        self.row, self.what = row, what


def netstrings(fields):
    whole = hashlib.sha256()
    for field in fields:
        raw = field.encode("utf-8")
        whole.update(f"{len(raw)}:".encode() + raw + b",")
    return whole.hexdigest()


def day(text):
    return date.fromisoformat(text) if text else None


class Calendar:
    def __init__(self):
        self.off, self.makeup = set(), set()

    def works(self, when):
        return when in self.makeup or (when.weekday() < 5 and when not in self.off)


def calendars(text):
    found = {}
    for row in csv.DictReader(io.StringIO(text, newline="")):
        calendar = found.setdefault(row["version"], Calendar())
        (calendar.off if row["kind"] == "holiday" else calendar.makeup).add(day(row["date"]))
    return found


def due_date(line, holds, calendar):
    """The due date, or None while an open hold keeps the clock standing."""
    counts = calendar.works if line["count"] == "working" else (lambda _: True)
    received, left = day(line["received_on"]), int(line["days"])
    anchor = received - timedelta(days=1) if line["start_day_counts"] == "1" else received
    # Overlapping holds are one; a hold over no day at all is none.
    spans = sorted((max(start, anchor), end) for start, end in holds if end is None or end > max(start, anchor))
    merged = []
    for start, end in spans:
        if merged and (merged[-1][1] is None or start <= merged[-1][1]):
            last = merged[-1][1]
            merged[-1] = (merged[-1][0], None if last is None or end is None else max(last, end))
        else:
            merged.append((start, end))
    when = anchor
    while left:
        when += timedelta(days=1)
        held = any(start < when and (end is None or when <= end) for start, end in merged)
        if held and any(start < when and end is None for start, end in merged):
            return None
        if counts(when) and not held:
            left -= 1
    return when


def ending(line):
    """(day, kind, decided_on) of what ended the line first, or None."""
    get = lambda column: day(line[column])
    decided, delivered, kept = get("exchange_decided_on"), get("exchange_delivered_on"), get("loaner_kept_on")
    endings = []
    if get("returned_on"):
        endings.append((get("returned_on"), 0, "returned", None))
    boards = []
    if decided and delivered:
        boards.append((delivered, decided))
    if kept:
        boards.append((kept, min(decided, kept) if decided else kept))
    if boards:
        when, decision = min(boards, key=lambda board: board[0])
        endings.append((when, 1, "replaced", decision))
    if not decided and not kept:
        scrapped = [when for when in (get("scrapped_on"), get("scrap_agreed_on")) if when]
        if scrapped:
            endings.append((min(scrapped), 2, "scrapped", get("scrap_agreed_on")))
    if line.get("unrepaired_on") and not get("cancelled_on"):
        endings.append((get("unrepaired_on"), 3, "unrepaired", None))
    if get("cancelled_on"):
        endings.append((get("cancelled_on"), 4, "cancelled", None))
    return min(endings, key=lambda found: found[:2]) if endings else None


def classify(line, due, as_of, variant, excuse=True):
    if line["voided_on"]:
        return "excluded(void)"
    in_time = lambda when: due is None or when <= due
    end = ending(line)
    if end:
        when, _, kind, extra = end
        if kind == "returned":
            found = "timely" if in_time(when) else "missed"
        elif kind == "replaced":
            kept = {
                "strict": False,
                "by_due": in_time(when),
                "remedy30": in_time(extra) and (when - extra).days <= 30,
            }[variant]
            found = "timely" if kept else "missed"
        elif kind == "scrapped":
            found = "excluded(scrap_agreed)" if extra and in_time(extra) else "missed"
        elif kind == "unrepaired":
            found = "missed"
        else:
            found = "excluded(cancelled)" if in_time(when) else "missed"
    elif due is None:
        found = "floating"
    elif as_of <= due:
        found = "pending"
    else:
        decided = day(line["exchange_decided_on"])
        remedied = decided and decided <= due and (as_of - decided).days <= 30
        found = "pending" if variant == "remedy30" and remedied else "missed"
    if excuse and found == "missed" and line["excused_on"]:
        return "excluded(excused)"
    return found


def check_line(number, line, manifest, known):
    as_of = day(manifest["as_of"])
    if line["row"] != str(number):
        raise Broken(number, "row")
    if not manifest["from"] <= line["due_in"] <= manifest["to"]:
        raise Broken(number, "period")
    ended = ending(line)
    if line["count"] == "recorded":
        due = placed = day(line["due_on"])
    else:
        holds = [tuple(day(part) for part in hold.split("/")) for hold in line["holds"].split()]
        calendar = known[line["calendar_version"]]
        lifted = lambda until: [(start, end or max(until, start)) for start, end in holds]
        # A line that has ended no longer waits.
        due = due_date(line, lifted(ended[0]) if ended else holds, calendar)
        placed = due or due_date(line, lifted(as_of), calendar)
    if (due.isoformat() if due else "") != line["due_on"]:
        raise Broken(number, "due_date")
    if placed and placed.isoformat() != line["due_in"]:
        raise Broken(number, "due_date")
    for variant in VARIANTS:
        if classify(line, due, as_of, variant) != line[variant]:
            raise Broken(number, "class")
    if classify(line, due, as_of, "strict", excuse=False) != line["unexcused"]:
        raise Broken(number, "class")


def figures(lines, measure):
    count = {"timely": 0, "missed": 0, "pending": 0, "floating": 0, "excluded": 0}
    judged = {}
    for line in lines:
        variant = line["contractual_variant"] if measure == "contractual" else measure
        kind = line[variant].split("(")[0]
        count[kind] += 1
        if kind in ("timely", "missed"):
            judged[line["target_bp"]] = judged.get(line["target_bp"], 0) + 1
    allowed = sum((10000 - int(target)) * lines // 10000 for target, lines in judged.items())
    timely, eligible = count["timely"], count["timely"] + count["missed"]
    tenths = 1000 * timely // eligible if eligible else None
    return {
        "timely": timely, "eligible": eligible, "pending": count["pending"], "floating": count["floating"],
        "excluded": count["excluded"],
        "rate": round(timely / eligible, 6) if eligible else None,
        "shown": f"{tenths // 10}.{tenths % 10}%" if eligible else None,
        "meets_target": count["missed"] <= allowed if eligible else None,
    }


def check(path):
    with zipfile.ZipFile(path) as pack:
        parts = {name: pack.read(name) for name in ("manifest.json", "lines.csv", "calendar.csv", "restated.csv")}
        report = pack.read("report.pdf") if "report.pdf" in pack.namelist() else None
    manifest = json.loads(parts["manifest.json"])
    if (hashlib.sha256(report).hexdigest() if report is not None else None) != manifest.get("report_sha256"):
        raise Broken(None, "report")
    for name in ("calendar", "restated"):
        if hashlib.sha256(parts[f"{name}.csv"]).hexdigest() != manifest[f"{name}_sha256"]:
            raise Broken(None, name)
    known = calendars(parts["calendar.csv"].decode("utf-8"))
    seals = [part for seal in manifest["seals"] for part in (seal["ledger"], str(seal["through_id"]), seal["head"])]
    fixed = ("format", "number", "from", "to", "as_of", "known_at", "depot", "customer", "part_no", "calendar_sha256",
             "restated_sha256")
    previous = netstrings([manifest[name] for name in fixed] + seals)
    reader = csv.reader(io.StringIO(parts["lines.csv"].decode("utf-8"), newline=""))
    columns = next(reader)
    lines = []
    for number, row in enumerate(reader, start=1):
        *fields, before, digest = row
        if before != previous or netstrings([previous] + fields) != digest:
            raise Broken(number, "chain")
        line = dict(zip(columns, fields))
        check_line(number, line, manifest, known)
        lines.append(line)
        previous = digest
    if previous != manifest["head"] or len(lines) != manifest["lines"]:
        raise Broken(None, "head")
    told = [measure for measure in ("contractual",) if measure in manifest["figures"]]
    counted = {measure: figures(lines, measure) for measure in [*VARIANTS, *told]}
    if counted != manifest["figures"]:
        raise Broken(None, "figures")
    return counted


def main():
    try:
        result = {"holds": True, "row": None, "what": None, "figures": check(sys.argv[1])}
    except Broken as broken:
        result = {"holds": False, "row": broken.row, "what": broken.what, "figures": None}
    print(json.dumps(result, ensure_ascii=False))
    sys.exit(0 if result["holds"] else 1)


if __name__ == "__main__":
    main()
