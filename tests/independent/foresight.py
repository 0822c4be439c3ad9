#!/usr/bin/env python3
"""The figures of the example company that look further than its rate, computed a second time.

    python3 tests/independent/foresight.py --as-of 2026-11-21 2026-03-31 2025-06-30

Shares the reading of the spreadsheets with timely_repair.py beside it and nothing with Beiku; Python standard library only. The
spreadsheets know no waits of customers, no stays at makers and one kind of contract: added.csv beside this program adds waits
(`hold`, from and to, both days of the customer; without an end: it stands) and stays at makers (their code, and the day the unit
went there), and the contracts of CONTRACTS name another variant.

Prints JSON for each day: `rate` (the figures of every variant by depot, customer, month of the due date and depot, and in total),
`turnaround` (by month of receipt, depot, customer, part, maker, month and depot, and in total), `forecast` (of the month before
to the second after, on an earlier day of its month and the next, for everybody and each depot, by variant), `ageing` (open lines, for everybody and each depot) and `exchange`
(the boards promised within thirty days, by month of their due date and in all), by docs/figures.md. What it says of the three days above is
kept beside it in foresight.json, written by the line above; numbers are rounded to ten digits.
"""

import argparse
import csv
import json
from collections import Counter, defaultdict
from datetime import date, timedelta
from math import exp, log, sqrt
from pathlib import Path

from timely_repair import DAYS, Calendar, classify, figures, read_lines

Z = 1.959963984540054
HORIZON = 60
PRIOR = 20
LEARN_MONTHS = 24
EXCHANGE_DAYS = 30
AT_RISK_MISS, AT_RISK_DAYS = 0.3, 15
CONTRACTS = {"金牌服务": "remedy30"}
VARIANTS = ("strict", "by_due", "remedy30", "contractual")
LEFT, AGE = (0, 6, 16, 31, None), (0, 16, 31, 46, 61, None)
DAY = timedelta(days=1)


def read_added(lines):
    """Gives every line its waits (start, end or None) and the day its unit went to a maker."""
    by_number = {line["number"]: line for line in lines}
    for line in lines:
        line["holds"], line["maker"] = [], None
    with open(Path(__file__).with_name("added.csv"), encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file):
            line = by_number[row["rma"]]
            start, end = (date.fromisoformat(row[key]) if row[key] else None for key in ("from", "to"))
            if row["what"] == "hold":
                line["holds"].append((start, end))
            else:
                line["maker"] = (row["what"], start)


class Days:
    """Working days d with start < d <= end, by running sums."""

    def __init__(self, calendar):
        self.works = calendar.works
        self.first, self.sums, total = date(2020, 1, 1), [], 0
        for n in range(6000):
            total += calendar.works(self.first + timedelta(days=n))
            self.sums.append(total)

    def between(self, start, end):
        return self.sums[(end - self.first).days] - self.sums[(start - self.first).days] if end > start else 0

    def due(self, received, holds):
        """The sixtieth working day outside the holds; None where an open one comes first."""
        day, left = received, DAYS
        while left:
            day += DAY
            if any(end is None and start < day for start, end in holds):
                return None
            left -= self.works(day) and not any(start < day <= end for start, end in holds if end)
        return day

    def used(self, received, holds, until):
        """Working days to `until` without the holds that began before the due date."""
        if not holds:
            return self.between(received, until)
        day, used = received, 0
        while day < until:
            day += DAY
            held = any(start < day and (end is None or day <= end) for start, end in holds)
            used += self.works(day) and (used >= DAYS or not held)
        return used


def known(holds, day):
    """The holds as they stood at the end of a day."""
    return [(start, end if end and end <= day else None) for start, end in holds if start <= day]


def place(line, as_of, ended, days):
    """(due date or None while the clock stands, the day that places the line in a period)."""
    lifted = lambda holds, day: [(start, end or max(start, day)) for start, end in holds]
    holds = known(line["holds"], as_of)
    due = days.due(line["received"], lifted(holds, ended) if ended else holds)
    return due, due or days.due(line["received"], lifted(holds, as_of))


def observe(line, as_of, days):
    """(counted days, what ended them, the day that did or None) at the end of as_of."""
    happened = {key: when for key, when in line["events"].items() if when and when <= as_of}
    endings = []
    for key, end, rank in (("returned", "returned", 0), ("delivered", "exchanged", 1), ("cancelled", "open", 3)):
        if key in happened and (key != "delivered" or "decided" in happened):
            endings.append((happened[key], rank, end))
    until, _, end = min(endings) if endings else (as_of, None, "open")
    return days.used(line["received"], known(line["holds"], until), until), end, until if endings else None


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


def lasted(lines):
    seen = [(line["days"], line["end"]) for line in lines]
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
        "floating": sum(1 for line in lines if line["open"] and not line["due"]),
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


def of_contract(line, variant):
    return CONTRACTS.get(line["plan"], "strict") if variant == "contractual" else variant


def judged(line, as_of, variant):
    """The class of a line with waits: while its clock stands nothing is late."""
    verdict = classify({**line, "due": line["due"] or date.max}, as_of, of_contract(line, variant))
    return "floating" if verdict == "pending" and not line["due"] else verdict


def forecast(lines, variant, as_of, chance):
    timely = missed = 0
    open_lines = []
    for line in lines:
        verdict = judged(line, as_of, variant)
        timely += verdict == "timely"
        missed += verdict == "missed"
        if verdict in ("pending", "floating"):
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


def buckets(ends, values):
    return [
        {"from": first, "to": next_ and next_ - 1, "lines": sum(1 for v in values if first <= v and (next_ is None or v < next_))}
        for first, next_ in zip(ends, ends[1:])
    ]


def ageing(lines, as_of, chance, days):
    left, risky = [], 0
    for line in lines:
        due = line["due"]
        if not due:
            left.append(None)
        elif due >= as_of:
            left.append(days.between(as_of, due))
        else:
            left.append(-max(days.between(due, as_of), 1))
        risky += chance(line) > AT_RISK_MISS or (left[-1] is not None and left[-1] <= AT_RISK_DAYS)
    return {
        "open": len(lines),
        "overdue": sum(1 for n in left if n is not None and n < 0),
        "floating": left.count(None),
        "at_risk": risky,
        "by_days_left": buckets(LEFT, [n for n in left if n is not None and n >= 0]),
        "by_age": buckets(AGE, [line["days"] for line in lines]),
    }


def exchanges(lines, as_of, calendar):
    """Boards owed from the decision or the verdict, at the latest from the day after the repair was due: thirty days."""
    months = defaultdict(Counter)
    for line in lines:
        given_back = line["handed_over"] and not line["exchanged"]
        if not line["finished"] or given_back or not (line["exchanged"] or line["beyond"]):
            continue
        started = min(line["finished"], calendar.due(line["received"]) + DAY)
        if started > as_of:
            continue
        due, delivered = started + timedelta(days=EXCHANGE_DAYS), line["handed_over"]
        waits = any(end is None for _, end in known(line["holds"], as_of))
        if delivered and delivered <= as_of:
            verdict = "kept" if delivered <= due else "broken"
        else:
            verdict = "broken" if due < as_of else "floating" if waits else "pending"
        months[f"{due:%Y-%m}"][verdict] += 1
    names = ("kept", "broken", "pending", "floating", "excluded")
    months[""] = sum(months.values(), Counter())
    return {month: {name: found[name] for name in names} for month, found in sorted(months.items())}


def chances(lines, as_of):
    """The chance of missing of a line: all parts, drawn to its part, drawn to its part at its maker."""
    since = date(as_of.year - LEARN_MONTHS // 12, as_of.month, as_of.day)
    groups = defaultdict(list)
    for line in lines:
        if line["placed"] >= since:
            seen, part, maker = (line["days"], line["end"]), line["part"], line["at_maker"]
            for key in [(), (part,)] + ([(part, maker)] if maker else []):
                groups[key].append(seen)
    curves = {key: Curve(seen) for key, seen in groups.items()}

    def chance(line):
        age = line["days"]
        if age >= HORIZON:
            return 1.0
        p = miss(curves[()], age)
        for key in [(line["part"],)] + ([(line["part"], line["at_maker"])] if line["at_maker"] else []):
            if key in curves:
                weight = curves[key].beyond(age)
                p = (weight * miss(curves[key], age) + PRIOR * p) / (weight + PRIOR)
        return p

    return chance


def months_around(as_of, newest):
    this = as_of.year * 12 + as_of.month - 1
    return [f"{n // 12}-{n % 12 + 1:02d}" for n in (range(this - 1, this + 3) if newest else [this, this + 1])]


def answer(everything, as_of, newest, days, calendar):
    lines = [line for line in everything if line["received"] <= as_of]
    for line in lines:
        line["days"], line["end"], ended = observe(line, as_of, days)
        line["open"] = ended is None
        line["due"], line["placed"] = place(line, as_of, ended, days)
        line["at_maker"] = line["maker"][0] if line["maker"] and line["maker"][1] <= as_of else None
    depots = sorted({line["depot"] for line in lines})
    in_depot = {"": lines, **{depot: [line for line in lines if line["depot"] == depot] for depot in depots}}
    due_month = lambda line: f"{line['placed']:%Y-%m}"

    rate = {}
    for variant in VARIANTS:
        groups = {by: defaultdict(list) for by in ("depot", "customer", "month_depot", "total")}
        for line in lines:
            verdict = judged(line, as_of, variant)
            groups["month_depot"][f"{due_month(line)} {line['depot']}"].append(verdict)
            groups["total"][""].append(verdict)
            for by in ("depot", "customer"):
                groups[by][line[by]].append(verdict)
        rate[variant] = {by: {key: figures(found) for key, found in sorted(group.items())} for by, group in groups.items()}

    groups = {by: defaultdict(list) for by in ("month", "depot", "customer", "part", "vendor", "month_depot")}
    for line in lines:
        month = f"{line['received']:%Y-%m}"
        groups["month"][month].append(line)
        groups["month_depot"][f"{month} {line['depot']}"].append(line)
        for by in ("depot", "customer", "part"):
            groups[by][line[by]].append(line)
        if line["at_maker"]:
            groups["vendor"][line["at_maker"]].append(line)
    turnaround = {by: {key: lasted(seen) for key, seen in sorted(group.items())} for by, group in groups.items()}
    turnaround["total"] = lasted(lines)

    learned = chances(lines, as_of)

    def chance(line, variant):
        decided = line["events"]["decided"]
        variant = of_contract(line, variant)
        if decided and decided <= as_of and variant != "by_due":
            return 1.0 if variant == "strict" else 0.0
        return learned(line)

    made = {
        month: {
            depot: {variant: forecast([line for line in some if due_month(line) == month], variant, as_of, chance) for variant in VARIANTS}
            for depot, some in in_depot.items()
        }
        for month in months_around(as_of, newest)
    }
    aged = {depot: ageing([line for line in some if line["open"]], as_of, learned, days) for depot, some in in_depot.items()}
    return {
        "as_of": as_of.isoformat(), "rate": rate, "turnaround": turnaround, "forecast": made, "ageing": aged,
        "exchange": exchanges(lines, as_of, calendar),
    }


def rounded(value):
    if isinstance(value, dict):
        return {key: rounded(found) for key, found in value.items()}
    if isinstance(value, list):
        return [rounded(found) for found in value]
    return round(value, 10) if isinstance(value, float) else value


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--as-of", type=date.fromisoformat, nargs="+", required=True)
    options = parser.parse_args()
    calendar = Calendar()
    days = Days(calendar)
    lines = read_lines(calendar)[0]
    read_added(lines)
    answers = [rounded(answer(lines, as_of, as_of == max(options.as_of), days, calendar)) for as_of in options.as_of]
    print(json.dumps(answers, ensure_ascii=False, separators=(",", ":")))


if __name__ == "__main__":
    main()
