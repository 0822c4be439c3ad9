"""Compares the lunar festivals and the provisional days off with packages from PyPI; run by hand, not by the test suite.

    python3 -m venv /tmp/v && /tmp/v/bin/pip install lunar_python==1.4.8 borax==4.1.3 lunardate==0.3.0 holidays==0.109
    /tmp/v/bin/python tests/independent/lunar_festivals.py src/domain/calendar/lunar.rs tests/vectors/provisional-days.txt

It reads the table of the Rust source, compares every festival of 2000-2100 with the lunar packages, then compares the
second file (days off of 2027-2099, one year a line) with the days off that `holidays` computes. With `--write` it
writes that file. Known differences, and nothing else, are printed: Mid-Autumn 2089 (borax alone says 19 September).
"""

import datetime
import re
import sys

import holidays
from borax.calendars.lunardate import LunarDate as BoraxDate
from lunar_python import Lunar, Solar
from lunardate import LunarDate


def packages(year, month, day):
    lunar = Lunar.fromYmd(year, month, day).getSolar()
    found = {"lunar_python": datetime.date(lunar.getYear(), lunar.getMonth(), lunar.getDay())}
    found["borax"] = BoraxDate(year, month, day).to_solar_date()
    if year < 2100:
        found["lunardate"] = LunarDate(year, month, day).to_solar_date()
    return found


def qingming(year):
    days = [datetime.date(year, 4, day) for day in (4, 5, 6)]
    return {
        "lunar_python": next(d for d in days if Solar.fromYmd(year, 4, d.day).getLunar().getJieQi() == "清明"),
        "borax": next(d for d in days if BoraxDate.from_solar_date(year, 4, d.day).term == "清明"),
    }


def main(table_path, days_path, write):
    body = open(table_path, encoding="utf-8").read().split("const TABLE", 1)[1]
    rows = [tuple(map(int, row)) for row in re.findall(r"\((\d+), (\d), (\d+), (\d+)\)", body)]
    assert len(rows) == 101, len(rows)
    for year, (new_year, qing, duanwu, mid_autumn) in zip(range(2000, 2101), rows):
        for packed, found in (
            (new_year, packages(year, 1, 1)),
            (400 + qing, qingming(year)),
            (duanwu, packages(year, 5, 5)),
            (mid_autumn, packages(year, 8, 15)),
        ):
            ours = datetime.date(year, packed // 100, packed % 100)
            for package, theirs in found.items():
                if ours != theirs:
                    print(f"{year}: table {ours}, {package} {theirs}")
    lines = []
    for year in range(2027, 2100):
        days = sorted(holidays.CN(years=year))
        lines.append(f"{year}: " + " ".join(day.strftime("%m-%d") for day in days))
    text = "\n".join(lines) + "\n"
    if write:
        open(days_path, "w", encoding="utf-8").write(text)
    elif open(days_path, encoding="utf-8").read() != text:
        print(f"{days_path} differs from holidays {holidays.__version__}")


if __name__ == "__main__":
    arguments = [a for a in sys.argv[1:] if a != "--write"]
    main(arguments[0], arguments[1], "--write" in sys.argv)
