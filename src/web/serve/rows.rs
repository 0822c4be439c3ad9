//! Lists on a screen: so many rows, and whether there are more.

/// Rows of a page.
const SHOWN: usize = 50;
/// Rows to ask for: one more than a page shows, to see whether there is another page.
pub const READ: i64 = 51;

/// Cuts what was read to a page; whether there is another one.
pub fn cut<T>(rows: &mut Vec<T>) -> bool {
    let more = rows.len() > SHOWN;
    rows.truncate(SHOWN);
    more
}
