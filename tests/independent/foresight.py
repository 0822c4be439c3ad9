#!/usr/bin/env python3
"""Turnaround, forecast and the rate by month and depot of the example company, computed a second time.

    python3 tests/independent/foresight.py --as-of 2026-11-21 --months 2026-11 2026-12

Shares the reading of the spreadsheets with timely_repair.py beside it and nothing with Beiku; Python standard library
only. Prints JSON: `month_depot` (the figures of every variant by month of the due date and depot), `turnaround` (by month
of receipt, depot, part, and in total) and `forecast` (of each month asked for, by variant), by docs/figures.md.
"""

import argparse
import json
from collections import defaultdict
from datetime import date, timedelta
from math import exp, log, sqrt

from timely_repair import Calendar, classify, figures, read_lines

Z = 1.959963984540054
HORIZON = 60
PRIOR = 20
LEARN_MONTHS = 24


class Days:
    """Working days d with start < d <= end, by running sums."""

    def __init__(self, calendar):
        self.first, self.sums, total = date(2020, 1, 1), [], 0
        for n in range(6000):
            total += calendar.works(self.first + timedelta(days=n))
            self.sums.append(total)

    def between(self, start, end):
        return self.sums[(end - self.first).days] - self.sums[(start - self.first).days] if end > start else 0


def observe(line, as_of, days):
    """(counted days, what ended them) at the end of as_of."""
    happened = {key: when for key, when in line["events"].items() if when and when <= as_of}
    endings = []
    for key, end, rank in (("returned", "returned", 0), ("delivered", "exchanged", 1), ("cancelled", "open", 3)):
        if key in happened and (key != "delivered" or "decided" in happened):
            endings.append((happened[key], rank, end))
    until, _, end = min(endings) if endings else (as_of, None, "open")
    return days.between(line["received"], until), end, not endings


class Curve:
    def __init__(self, seen):
        self.days = sorted(when for when, _ in seen)
        self.steps, survival, greenwood = [], 1.0, 0.0
        for when in sorted({when for when, end in seen if end == "returned"}):
            n = sum(1 for day in self.days if day >= when)
            d = sum(1 for day, end in seen if day == when and end == "returned")
            survival *= 1 - d / n
            greenwood = greenwood + d / (n * (n - d)) if n > d else float("inf")
            self.steps.append((when, survival, greenwood))

    def at(self, when):
        known = [step for step in self.steps if step[0] <= when]
        return known[-1] if known else None

    def survival(self, when):
        step = self.at(when)
        return step[1] if step else 1.0

    def day_of(self, share):
        return next((when for when, left, _ in self.steps if 1 - left >= share - 1e-12), None)

    def beyond(self, age):
        return sum(1 for day in self.days if day > age)


def incidence(seen, horizon):
    left, shares = 1.0, {"returned": 0.0, "exchanged": 0.0, "scrapped": 0.0}
    for when in sorted({when for when, end in seen if end != "open" and when <= horizon}):
        n = sum(1 for day, _ in seen if day >= when)
        gone = {end: left * sum(1 for day, found in seen if day == when and found == end) / n for end in shares}
        for end, share in gone.items():
            shares[end] += share
        left -= sum(gone.values())
    return {"days": horizon, **shares}


def lasted(seen):
    curve = Curve(seen)
    step = curve.at(HORIZON)
    sure = step is None or step[2] == float("inf")
    count = lambda end: sum(1 for _, found in seen if found == end)
    area, start, height = 0.0, 0, 1.0
    for when, left, _ in curve.steps:
        if when <= HORIZON:
            area, start, height = area + height * (when - start), when, left
    interval = None
    if not sure:
        theta = Z * sqrt(step[2]) / abs(log(step[1]))
        interval = [1 - step[1] ** exp(-theta), 1 - step[1] ** exp(theta)]
    returned = count("returned")
    in_time = sum(1 for when, end in seen if end == "returned" and when <= HORIZON)
    return {
        "lines": len(seen), "returned": returned, "exchanged": count("exchanged"), "scrapped": 0, "open": count("open"),
        "within": 1 - curve.survival(HORIZON),
        "standard_error": None if sure else step[1] * sqrt(step[2]),
        "within95": interval,
        "median": curve.day_of(0.5), "p90": curve.day_of(0.9),
        "restricted_mean": area + height * (HORIZON - start),
        "naive": in_time / returned if returned else None,
        "ends": incidence(seen, HORIZON),
    }


def miss(curve, age):
    now = curve.survival(age)
    return min(max(curve.survival(HORIZON) / now, 0.0), 1.0) if now > 0 else 1.0


def forecast(lines, variant, as_of, chance):
    timely = missed = 0
    open_lines = []
    for line in lines:
        verdict = classify(line, as_of, variant)
        timely += verdict == "timely"
        missed += verdict == "missed"
        if verdict == "pending":
            open_lines.append(chance(line, variant))
    n = timely + missed + len(open_lines)
    spread = [1.0]
    for p in open_lines:
        spread = [(spread[k] * p if k < len(spread) else 0) + (spread[k - 1] * (1 - p) if k else 0) for k in range(len(spread) + 1)]

    def quantile(share):
        total = 0.0
        for k, weight in enumerate(spread):
            total += weight
            if total >= share - 1e-12:
                return k

    need = n - 5 * n // 100
    rate = lambda kept: (timely + kept) / n if n else None
    return {
        "eligible": n, "locked_timely": timely, "missed": missed, "open": len(open_lines),
        "expected_rate": (timely + sum(1 - p for p in open_lines)) / n if n else None,
        "interval90": [rate(quantile(0.05)), rate(quantile(0.95))] if n else None,
        "need_timely": need,
        "chance_of_target": min(sum(spread[max(need - timely, 0):]), 1.0) if n else None,
        "best_case": rate(len(open_lines)), "misses_left": 5 * n // 100 - missed,
    }


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--as-of", type=date.fromisoformat, required=True)
    parser.add_argument("--months", nargs="*", default=[])
    options = parser.parse_args()
    as_of, calendar = options.as_of, Calendar()
    days = Days(calendar)
    lines = [line for line in read_lines(calendar)[0] if line["received"] <= as_of]

    month_depot = {}
    for variant in ("strict", "by_due", "remedy30"):
        groups = defaultdict(list)
        for line in lines:
            groups[f"{line['due']:%Y-%m} {line['depot']}"].append(classify(line, as_of, variant))
        month_depot[variant] = {key: figures(found) for key, found in sorted(groups.items())}

    groups = {by: defaultdict(list) for by in ("month", "depot", "part")}
    everything = []
    for line in lines:
        line["days"], end, line["is_open"] = observe(line, as_of, days)
        seen = (line["days"], end)
        everything.append(seen)
        groups["month"][f"{line['received']:%Y-%m}"].append(seen)
        groups["depot"][line["depot"]].append(seen)
        groups["part"][line["part"]].append(seen)
    turnaround = {by: {key: lasted(seen) for key, seen in sorted(group.items())} for by, group in groups.items()}
    turnaround["total"] = lasted(everything)

    since = date(as_of.year - LEARN_MONTHS // 12, as_of.month, as_of.day)
    taught = [line for line in lines if line["due"] >= since]
    seen_of = lambda chosen: [observe(line, as_of, days)[:2] for line in chosen]
    broad = Curve(seen_of(taught))
    parts = defaultdict(list)
    for line in taught:
        parts[line["part"]].append(line)
    curves = {part: Curve(seen_of(chosen)) for part, chosen in parts.items()}

    def chance(line, variant):
        decided = line["events"]["decided"]
        if decided and decided <= as_of and variant != "by_due":
            return 1.0 if variant == "strict" else 0.0
        age = line["days"]
        if age >= HORIZON:
            return 1.0
        own, p = curves[line["part"]], miss(broad, age)
        weight = own.beyond(age)
        return (weight * miss(own, age) + PRIOR * p) / (weight + PRIOR)

    made = {
        month: {
            variant: forecast([line for line in lines if f"{line['due']:%Y-%m}" == month], variant, as_of, chance)
            for variant in ("strict", "by_due", "remedy30")
        }
        for month in options.months
    }
    print(json.dumps({"as_of": as_of.isoformat(), "month_depot": month_depot, "turnaround": turnaround, "forecast": made}))


if __name__ == "__main__":
    main()
