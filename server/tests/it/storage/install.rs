//! `storage::install`.

use latchkey::storage::install;

use super::{ODD, Store, at_once};
use crate::support::on_both;

on_both! {
    async fn a_value_is_kept_replaced_and_forgotten(engine) {
        let store = Store::open(engine).await;
        let db = &store.db;
        assert_eq!(install::find(db, "a").await.unwrap(), None);
        assert_eq!(install::find_or_create(db, "a", "first").await.unwrap(), "first");
        assert_eq!(install::find_or_create(db, "a", "second").await.unwrap(), "first");
        install::replace(db, "a", "third").await.unwrap();
        assert_eq!(install::find(db, "a").await.unwrap().as_deref(), Some("third"));
        install::replace(db, "b", "new").await.unwrap();
        assert_eq!(install::find(db, "b").await.unwrap().as_deref(), Some("new"));
        install::delete(db, "a").await.unwrap();
        install::delete(db, "a").await.unwrap();
        assert_eq!(install::find(db, "a").await.unwrap(), None);
        assert_eq!(install::find(db, "b").await.unwrap().as_deref(), Some("new"));
    }

    async fn odd_and_long_texts_come_back_as_they_were(engine) {
        let store = Store::open(engine).await;
        let long = ODD.repeat(2000);
        for value in ["", ODD, &long] {
            install::replace(&store.db, ODD, value).await.unwrap();
            assert_eq!(install::find(&store.db, ODD).await.unwrap().as_deref(), Some(value));
        }
    }

    async fn everybody_who_makes_it_at_once_gets_the_same(engine) {
        let store = Store::open(engine).await;
        let answers = at_once(&store, 24, |db, number| async move {
            install::find_or_create(&db, "identifier", &format!("of task {number}")).await.unwrap()
        }).await;
        let kept = install::find(&store.db, "identifier").await.unwrap().unwrap();
        assert!(answers.iter().all(|answer| *answer == kept), "{kept}: {answers:?}");
    }
}
