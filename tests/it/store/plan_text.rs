//! What the questions about plans read in statements and plans, and what they write into the books first.

/// A part that is counted, with a long past.
pub const COUNTED: &str = "INSERT INTO part (part_no, name, tracking) VALUES ('SCREW', '螺钉', 'quantity');
    INSERT INTO movement (kind, part_id, quantity, from_place_id, to_place_id, depot_to_id, condition_from, condition_to, owner_from, \
    owner_to, document, occurred_at, recorded_at) SELECT 'receive', (SELECT id FROM part WHERE part_no = 'SCREW'), 1, \
    (SELECT id FROM place WHERE code = 'supplier'), 1003, 3, 'good', 'good', 'us', 'us', '', m.occurred_at, m.recorded_at \
    FROM movement m WHERE m.kind = 'receive' ORDER BY m.id LIMIT 20000;
    INSERT INTO balance (place_id, part_id, condition, owner, depot_id, quantity) SELECT 1003, p.id, 'good', 'us', 3, \
    (SELECT count(*) FROM movement m WHERE m.part_id = p.id) FROM part p WHERE p.part_no = 'SCREW';
    INSERT INTO availability (depot_id, part_id, good, reserved) SELECT 3, b.part_id, b.quantity, 0 FROM balance b \
    JOIN part p ON p.id = b.part_id WHERE p.part_no = 'SCREW';
    ANALYZE movement";

/// Tables no question may read from end to end.
pub const LARGE: [&str; 9] =
    ["unit", "movement", "rma_line", "rma", "rma_event", "promise", "outbox", "audit", "idempotency"];

/// Large tables that SQLite's plan of this statement reads from end to end. Through an index of nothing but serials or numbers
/// is what a middle of one costs.
pub fn read_whole(plan: &[String], text: &str) -> Vec<&'static str> {
    let mut whole = vec![];
    for table in LARGE {
        for alias in aliases(text, table) {
            let scans = |line: &&String| {
                **line == format!("SCAN {alias}") || line.starts_with(&format!("SCAN {alias} "))
            };
            if plan.iter().filter(scans).any(|line| !line.contains("COVERING INDEX")) {
                whole.push(table);
            }
        }
    }
    whole
}

/// What the statement calls this table.
pub fn aliases(text: &str, table: &str) -> Vec<String> {
    let words: Vec<&str> =
        text.split(|c: char| c.is_whitespace() || "(),".contains(c)).filter(|w| !w.is_empty()).collect();
    let mut found = vec![];
    for at in 1..words.len() {
        if words[at] == table && ["FROM", "JOIN", "UPDATE"].contains(&words[at - 1]) {
            let next = words.get(at + 1).copied().unwrap_or("WHERE");
            let is_name = next.chars().all(|c| c.is_ascii_lowercase() || c == '_');
            found.push(if is_name { next.to_owned() } else { table.to_owned() });
        }
    }
    found
}

/// The number that follows a mark; 0 without it.
pub fn number_after(line: &str, mark: &str) -> f64 {
    let Some((_, rest)) = line.split_once(mark) else { return 0.0 };
    let digits: String = rest.chars().take_while(|c| c.is_ascii_digit() || *c == '.').collect();
    digits.parse().unwrap_or(0.0)
}
