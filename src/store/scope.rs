//! Scopes as constant SQL: `EXISTS` on the user's depots or customers, never an IN list, so plans stay the same.

use crate::domain::actor::Scope;

/// The clause (with `?` for the user id) that keeps rows of the reader's depots, where the scope asks for it. Customers have
/// no stock to see, so theirs lets nothing through.
#[must_use]
pub fn depots(scope: &Scope, column: &str) -> Option<(String, i64)> {
    match scope {
        Scope::All => None,
        Scope::Depots { user_id } | Scope::Customers { user_id } => Some((
            format!(
                "EXISTS (SELECT 1 FROM user_depot ud WHERE ud.user_id = ? AND ud.depot_id = {column} AND ud.valid_to IS NULL)"
            ),
            *user_id,
        )),
    }
}

/// The clause (with `?` for the user id) that keeps rows a reader may see where rows have both a customer and a depot.
#[must_use]
pub fn customers_or_depots(scope: &Scope, customer: &str, depot: &str) -> Option<(String, i64)> {
    match scope {
        Scope::Customers { user_id } => Some((
            format!(
                // Not EXISTS: of all rows a customer sees few, and these the index on their customer finds.
                "{customer} IN (SELECT uc.customer_id FROM user_customer uc WHERE uc.user_id = ?)"
            ),
            *user_id,
        )),
        other => depots(other, depot),
    }
}
