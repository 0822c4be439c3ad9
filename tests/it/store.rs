//! The store on both databases.

use crate::support::{self, Database, on_both};
use beiku::store::StoreError;
use beiku::store::sql::sql;

on_both!(a_test_has_a_migrated_database, async |db: &Database| {
    let app = support::app(db);
    let plans =
        app.store().read(|c| Ok::<_, StoreError>(sql("SELECT count(*) AS value FROM plan").number(c)?)).await;
    assert_eq!(plans.unwrap(), 2);
});
