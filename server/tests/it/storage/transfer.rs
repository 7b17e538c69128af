//! `storage::transfer`; what it moves is looked at in `process::moving`.

use std::collections::BTreeSet;

use latchkey::storage::transfer::{TABLES, UNDER_WAY, all_tables};

use super::Store;
use crate::support::on_both;

on_both! {
    async fn every_table_is_moved_or_known_to_be_under_way(engine) {
        let store = Store::open(engine).await;
        let there: BTreeSet<String> = all_tables(&store.db).await.unwrap().into_iter().collect();
        let listed: BTreeSet<String> = TABLES.iter().chain(&UNDER_WAY).map(|name| (*name).to_owned()).collect();
        assert_eq!(there, listed, "a new table belongs into one of the lists in storage/transfer.rs");
    }
}
