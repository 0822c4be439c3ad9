#!/usr/bin/env python3
"""The timely repair rate of the example company, computed a second time and from nothing but the rules.

    python3 tests/independent/timely_repair.py --as-of 2026-11-21 [2026-03-31 ...] [--from 2026-01-01] [--to 2026-12-31] [--lines]

Reads data/company/{rma-history,customers,parts,depots}.csv, data/cn-calendar.csv and, for years without a notice,
tests/vectors/provisional-days.txt; uses the Python standard library only and shares no code with Beiku. Prints JSON, for each
day: refused rows, and for each variant the figures by month of the due date, depot, both, customer, part and in total, and the
SHA-256 over the lines (number, receipt, due date and classes of each, with a blank between, one a row, by number). `--from` and `--to`
keep the lines due in that span of days; `--lines` adds every line. What it says of the days that the tests ask for is kept beside it in
timely_repair.json, written by

    python3 tests/independent/timely_repair.py --as-of 2026-11-21 2026-03-31 2025-06-30 > tests/independent/timely_repair.json

The rules (NUMBERS.md 1 and 2, history rules of API.md), in the shape this data needs: no holds, no scrap; a row with
替换件 is an equivalent exchange decided on 维修完成日期 and delivered on 返还日期; 返还日期 of any other row is the day the
repaired unit was handed back; 客户取消 / 已取消 without a date is cancelled on the day of receipt; a row without a day
of receipt promises nothing yet. Every plan of the example company: 60 working days, 95 %.
"""

import argparse
import csv
import hashlib
import io
import json
import re
import unicodedata
from collections import Counter, defaultdict
from datetime import date, timedelta
from math import sqrt
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
DAYS = 60
DATES = ["申请日期", "收到故障件日期", "更换件发出日期", "开始维修日期", "维修完成日期", "返还日期"]
VARIANTS = ("strict", "by_due", "remedy30")
RESULTS = {"", "修复", "未发现故障", "无修复价值", "已取消"}


def rows_of(name):
    """The rows of a company spreadsheet with the spreadsheet's own row numbers."""
    raw = (ROOT / "data/company" / name).read_bytes()
    try:
        text = raw.decode("utf-8-sig")
    except UnicodeDecodeError:
        text = raw.decode("gb18030")
    reader = csv.DictReader(io.StringIO(text, newline=""))
    return [(number, row) for number, row in enumerate(reader, start=2)]


def clean(text):
    return unicodedata.normalize("NFKC", text or "").strip().upper()


def read_date(text):
    """None for an empty cell, a date, or ValueError."""
    text = clean(text)
    if not text:
        return None
    found = re.fullmatch(r"(\d{4})[-/.年](\d{1,2})[-/.月](\d{1,2})日?", text)
    if not found:
        raise ValueError(text)
    return date(*(int(part) for part in found.groups()))


def refusal(row, known, seen):
    """Why the row is refused: the column, or None. Marks its RMA number as seen when it is accepted."""
    number = clean(row["返修单号"])
    if not number:
        return "返修单号"
    if number in seen:
        return "返修单号"
    for column, codes in known.items():
        if clean(row[column]) not in codes:
            return column
    if row["维修结果"].strip() not in RESULTS:
        return "维修结果"
    if not clean(row["故障件序列号"]):
        return "故障件序列号"
    days = {}
    for column in DATES:
        try:
            days[column] = read_date(row[column])
        except ValueError:
            return column
    steps = ["申请日期", "收到故障件日期", "开始维修日期", "维修完成日期", "返还日期"]
    past = None
    for column in steps:
        if days[column] and past and days[column] < past:
            return column
        past = days[column] or past
    seen.add(number)
    return None


class Calendar:
    def __init__(self):
        self.off, self.makeup, self.years = set(), set(), set()
        with open(ROOT / "data/cn-calendar.csv", encoding="utf-8", newline="") as file:
            for row in csv.DictReader(file):
                day = date.fromisoformat(row["date"])
                (self.off if row["kind"] == "holiday" else self.makeup).add(day)
                self.years.add(day.year)
        provisional = (ROOT / "tests/vectors/provisional-days.txt").read_text(encoding="utf-8")
        for line in provisional.splitlines():
            year, days = line.split(": ")
            if int(year) not in self.years:
                self.off.update(date.fromisoformat(f"{year}-{day}") for day in days.split())

    def works(self, day):
        return day in self.makeup or (day.weekday() < 5 and day not in self.off)

    def due(self, received):
        day, left = received, DAYS
        while left:
            day += timedelta(days=1)
            left -= self.works(day)
        return day


def classify(line, as_of, variant):
    """The class of a line at the end of the day as_of; None when it was not received by then."""
    known = {key: day if day and day <= as_of else None for key, day in line["events"].items()}
    due = line["due"]
    if line["received"] > as_of:
        return None
    if known["cancelled"]:
        return "excluded" if known["cancelled"] <= due else "missed"
    if known["returned"]:
        return "timely" if known["returned"] <= due else "missed"
    decided, delivered = known["decided"], known["delivered"]
    if delivered:
        kept = {
            "strict": False,
            "by_due": delivered <= due,
            "remedy30": decided <= due and (delivered - decided).days <= 30,
        }
        return "timely" if kept[variant] else "missed"
    if as_of <= due:
        return "pending"
    if variant == "remedy30" and decided and decided <= due and (as_of - decided).days <= 30:
        return "pending"
    return "missed"


def read_lines(calendar):
    known = {
        "客户编号": {clean(row["客户编号"]) for _, row in rows_of("customers.csv")},
        "受理库房": {clean(row["编号"]) for _, row in rows_of("depots.csv")},
        "料号": {clean(row["料号"]) for _, row in rows_of("parts.csv")},
    }
    plans = {clean(row["客户编号"]): row["服务等级"].strip() for _, row in rows_of("customers.csv")}
    lines, refused, seen = [], [], set()
    for number, row in rows_of("rma-history.csv"):
        column = refusal(row, known, seen)
        if column:
            refused.append({"row": number, "column": column})
            continue
        received = read_date(row["收到故障件日期"])
        if not received:
            continue
        exchanged = bool(clean(row["替换件序列号"]))
        cancelled = row["备注"].strip() == "客户取消" or row["维修结果"].strip() == "已取消"
        finished, handed_over = read_date(row["维修完成日期"]), read_date(row["返还日期"])
        lines.append({
            "number": clean(row["返修单号"]),
            "depot": clean(row["受理库房"]),
            "customer": clean(row["客户编号"]),
            "part": clean(row["料号"]),
            "plan": plans[clean(row["客户编号"])],
            "beyond": row["维修结果"].strip() == "无修复价值",
            "exchanged": exchanged,
            "finished": finished,
            "handed_over": handed_over,
            "received": received,
            "due": calendar.due(received),
            "events": {
                "cancelled": (handed_over or received) if cancelled else None,
                "returned": handed_over if not exchanged and not cancelled else None,
                "decided": finished if exchanged and not cancelled else None,
                "delivered": handed_over if exchanged and not cancelled else None,
            },
        })
    return lines, refused


def figures(classes):
    count = Counter(classes)
    timely, misses = count["timely"], count["missed"]
    n = timely + misses
    in_period = n + count["pending"] + count["floating"]
    found = {
        "timely": timely, "eligible": n, "pending": count["pending"], "floating": count["floating"],
        "excluded": count["excluded"],
        "rate": None, "shown": None, "meets_target": None, "wilson95": None,
        "misses": misses, "misses_allowed": 5 * n // 100, "misses_left": 5 * in_period // 100 - misses,
    }
    if n:
        p, z = timely / n, 1.959963984540054
        centre, half = p + z * z / (2 * n), z * sqrt(p * (1 - p) / n + z * z / (4 * n * n))
        low, high = ((centre + side) / (1 + z * z / n) for side in (-half, half))
        tenths = 1000 * timely // n
        found.update(
            rate=round(p, 6), shown=f"{tenths // 10}.{tenths % 10}%", meets_target=100 * timely >= 95 * n,
            wilson95=[round(max(low, 0.0), 6), round(min(high, 1.0), 6)],
        )
    return found


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--as-of", type=date.fromisoformat, nargs="+", required=True)
    parser.add_argument("--from", dest="first", type=date.fromisoformat, default=date.min)
    parser.add_argument("--to", dest="last", type=date.fromisoformat, default=date.max)
    parser.add_argument("--lines", action="store_true")
    options = parser.parse_args()
    lines, refused = read_lines(Calendar())
    lines = [line for line in lines if options.first <= line["due"] <= options.last]
    answers = [answer(lines, refused, as_of, options.lines) for as_of in options.as_of]
    print(json.dumps(answers, ensure_ascii=False, separators=(",", ":")))


def answer(lines, refused, as_of, with_lines):
    result = {"as_of": as_of.isoformat(), "refused": refused, "variants": {}}
    for variant in VARIANTS:
        groups = {by: defaultdict(list) for by in ("month", "depot", "customer", "part", "depot_month", "total")}
        for line in lines:
            verdict = line[variant] = classify(line, as_of, variant)
            if verdict:
                month = line["due"].strftime("%Y-%m")
                groups["month"][month].append(verdict)
                groups["depot_month"][f"{line['depot']} {month}"].append(verdict)
                for by in ("depot", "customer", "part"):
                    groups[by][line[by]].append(verdict)
                groups["total"]["total"].append(verdict)
        result["variants"][variant] = {
            by: {key: figures(found) for key, found in sorted(group.items())} for by, group in groups.items()
        }
        result["variants"][variant]["total"] = figures(groups["total"]["total"])
    told = sorted(line["number"] for line in lines if line["strict"])
    by_number = {line["number"]: line for line in lines}
    words = lambda line: [line["number"], line["received"].isoformat(), line["due"].isoformat(), *(line[v] for v in VARIANTS)]
    text = "".join(" ".join(words(by_number[number])) + "\n" for number in told)
    result["lines_sha256"] = hashlib.sha256(text.encode()).hexdigest()
    if with_lines:
        result["lines"] = [
            {
                "number": line["number"], "received": line["received"].isoformat(), "due": line["due"].isoformat(),
                **{variant: line[variant] for variant in VARIANTS},
            }
            for line in lines
        ]
    return result


if __name__ == "__main__":
    main()
