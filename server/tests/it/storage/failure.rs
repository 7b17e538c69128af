//! `storage::failure`.

use std::collections::BTreeSet;

use latchkey::storage::{Db, StorageError, failure};

use super::{ODD, Store, at_once};
use crate::support::on_both;

async fn create(db: &Db, kind: &str, subject: &str, ms: i64) -> Result<i64, StorageError> {
    let made = failure::create_below(db, kind, subject, ms, (i64::MIN, i64::MAX), i64::MAX).await?;
    Ok(made.expect("there is always room"))
}

on_both! {
    async fn tries_are_counted_by_kind_subject_and_time(engine) {
        let store = Store::open(engine).await;
        let db = &store.db;
        let at = async |since, nth| failure::nth_newest(db, "code", "10.0.0.1", (since, i64::MAX), nth).await.unwrap();
        assert_eq!(at(0, 1).await, None);
        for ms in [1000, 3000, 2000] {
            create(db, "code", "10.0.0.1", ms).await.unwrap();
        }
        create(db, "code", "10.0.0.2", 9000).await.unwrap();
        create(db, "password", "10.0.0.1", 9000).await.unwrap();
        assert_eq!((at(0, 1).await, at(0, 2).await, at(0, 3).await, at(0, 4).await), (Some(3000), Some(2000), Some(1000), None));
        // What is exactly as old as the window is outside of it.
        assert_eq!((at(999, 3).await, at(1000, 3).await, at(1000, 2).await, at(3000, 1).await), (Some(1000), None, Some(2000), None));
    }

    async fn beyond_the_limit_nothing_is_written(engine) {
        let store = Store::open(engine).await;
        let db = &store.db;
        let below = async |at_ms, between_ms, most| failure::create_below(db, "code", "x", at_ms, between_ms, most).await.unwrap();
        assert_eq!(below(10, (0, 100), 0).await, None);
        assert!(below(10, (0, 100), 2).await.is_some());
        create(db, "code", "another", 10).await.unwrap();
        create(db, "another", "x", 10).await.unwrap();
        assert!(below(20, (0, 100), 2).await.is_some());
        assert_eq!(below(30, (0, 100), 2).await, None);
        // Only what is inside of the window counts.
        assert_eq!(below(30, (9, 20), 2).await, None);
        let inside = below(30, (10, 20), 2).await.unwrap();
        failure::delete(db, inside).await.unwrap();
        assert!(below(30, (9, 19), 2).await.is_some());
        assert_eq!(failure::nth_newest(db, "code", "x", (0, 100), 1).await.unwrap(), Some(30));
        assert_eq!(failure::nth_newest(db, "code", "x", (0, 29), 1).await.unwrap(), Some(20));
        assert_eq!(failure::nth_newest(db, "code", "x", (0, 100), 4).await.unwrap(), None);
    }

    async fn one_try_is_taken_back_and_the_others_stay(engine) {
        let store = Store::open(engine).await;
        let db = &store.db;
        let first = create(db, ODD, ODD, 5).await.unwrap();
        let second = create(db, ODD, ODD, 6).await.unwrap();
        assert_ne!(first, second);
        failure::delete(db, second).await.unwrap();
        failure::delete(db, second).await.unwrap();
        assert_eq!(failure::nth_newest(db, ODD, ODD, (0, i64::MAX), 1).await.unwrap(), Some(5));
        assert_eq!(failure::nth_newest(db, ODD, ODD, (0, i64::MAX), 2).await.unwrap(), None);
    }

    async fn old_ones_are_cleared_away(engine) {
        let store = Store::open(engine).await;
        let db = &store.db;
        for ms in [1, 2, 3] {
            create(db, "code", "x", ms).await.unwrap();
        }
        assert_eq!(failure::delete_before(db, 3).await.unwrap(), 2);
        assert_eq!(failure::delete_before(db, 3).await.unwrap(), 0);
        assert_eq!(failure::nth_newest(db, "code", "x", (0, i64::MAX), 1).await.unwrap(), Some(3));
        assert_eq!(failure::nth_newest(db, "code", "x", (0, i64::MAX), 2).await.unwrap(), None);
    }

    async fn tries_at_once_all_count(engine) {
        let store = Store::open(engine).await;
        let numbers = at_once(&store, 20, |db, _| async move {
            create(&db, "code", "x", 7).await.unwrap()
        }).await;
        assert_eq!(numbers.into_iter().collect::<BTreeSet<_>>().len(), 20);
        assert_eq!(failure::nth_newest(&store.db, "code", "x", (0, i64::MAX), 20).await.unwrap(), Some(7));
        assert_eq!(failure::nth_newest(&store.db, "code", "x", (0, i64::MAX), 21).await.unwrap(), None);
    }

    async fn of_many_at_once_exactly_as_many_as_may_get_in(engine) {
        let store = Store::open(engine).await;
        let made = at_once(&store, 40, |db, _| async move {
            failure::create_below(&db, "code", "x", 7, (0, i64::MAX), 15).await.unwrap()
        }).await;
        assert_eq!(made.into_iter().flatten().count(), 15);
    }
}
