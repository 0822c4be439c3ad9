//! Who works in the house, or asks us.

use super::*;
use beiku::domain::actor::DepotRef;
use beiku::store::sql::sql;

/// Places in the list of people.
pub(super) const BOSS: usize = 0;
pub(super) const SECOND: usize = 1;
pub(super) const JN: usize = 2;
pub(super) const DZ: usize = 3;
pub(super) const BENCH: usize = 4;
pub(super) const ENGINEER: usize = 5;
pub(super) const C1: usize = 6;
pub(super) const C2: usize = 7;

/// A user of this role.
pub(super) async fn somebody(
    app: &App,
    name: &'static str,
    role: Role,
    depots: &[&str],
    customer: Option<&str>,
) -> Actor {
    let depots: Vec<String> = depots.iter().map(ToString::to_string).collect();
    let customer = customer.map(ToOwned::to_owned);
    let now = app.clock().now();
    let work = move |tx: &mut Conn| {
        let user_id = sql(
            "INSERT INTO app_user (username, display_name, role, created_at) VALUES ($1, $1, $2, $3) RETURNING id AS value",
        )
        .bind(name)
        .bind(role)
        .bind(now)
        .number(tx)?;
        let mut own = vec![];
        for code in &depots {
            sql("INSERT INTO user_depot (user_id, depot_id, valid_from) SELECT $1, id, $3 FROM depot WHERE code = $2")
                .bind(user_id)
                .bind(code)
                .bind(now)
                .execute(tx)?;
            let id = sql("SELECT id AS value FROM depot WHERE code = $1").bind(code).number(tx)?;
            own.push(DepotRef { id, code: code.clone() });
        }
        if role == Role::Engineer {
            sql("INSERT INTO place (code, kind) VALUES ($1, 'engineer')")
                .bind(format!("engineer:{name}"))
                .execute(tx)?;
        }
        let mut customer_ids = vec![];
        if let Some(code) = &customer {
            sql("INSERT INTO user_customer (user_id, customer_id) SELECT $1, id FROM customer WHERE code = $2")
                .bind(user_id)
                .bind(code)
                .execute(tx)?;
            customer_ids.push(sql("SELECT id AS value FROM customer WHERE code = $1").bind(code).number(tx)?);
        }
        Ok::<_, StoreError>(Actor {
            user_id,
            username: name.to_owned(),
            role,
            depots: own,
            customer_ids,
            reads_own_only: false,
            only: None,
        })
    };
    app.store().write(work).await.unwrap()
}
