//! `storage::attempt`.

use latchkey::storage::{
    Db,
    attempt::{self, Attempt, AttemptKey, NewAttempt},
};

use super::{ODD, Store, at_once, hash};
use crate::support::on_both;

fn key(pin_id: i64, byte: u8) -> AttemptKey {
    AttemptKey {
        pin_id,
        code_hash: hash(byte),
    }
}

fn new(key: AttemptKey, browser: u8) -> NewAttempt<'static> {
    NewAttempt {
        user_id: None,
        key,
        browser_hash: (browser != 0).then(|| hash(browser)),
        purpose: "sign-in",
        return_to: "/profile?a=%20b",
        created_at: 1_000 + key.pin_id,
        expires_at: 2_000 + key.pin_id,
    }
}

async fn of_browser(db: &Db, browser: u8, pin_id: Option<i64>) -> Option<i64> {
    let found = attempt::list_of_browser(db, &hash(browser), pin_id, 0)
        .await
        .unwrap()
        .into_iter()
        .next();
    found.map(|attempt| attempt.key.pin_id)
}

on_both! {
    async fn an_attempt_comes_back_as_it_was_made(engine) {
        let store = Store::open(engine).await;
        let db = &store.db;
        assert_eq!(attempt::find(db, &key(7, 1)).await.unwrap(), None);
        let set_up = NewAttempt { purpose: "set-up", ..new(key(7, 1), 9) };
        assert!(attempt::create(db, &set_up).await.unwrap());
        let expected = Attempt {
            user_id: None,
            key: key(7, 1), purpose: "set-up".into(), return_to: "/profile?a=%20b".into(), expires_at: 2_007, finished_at: None, outcome: None,
        };
        assert_eq!(attempt::find(db, &key(7, 1)).await.unwrap(), Some(expected));
        assert!(attempt::create(db, &NewAttempt { purpose: "something else", ..new(key(8, 1), 9) }).await.is_err());
    }

    async fn a_pin_is_tried_once_but_a_guessed_number_blocks_nothing(engine) {
        let store = Store::open(engine).await;
        let db = &store.db;
        assert!(attempt::create(db, &new(key(7, 1), 9)).await.unwrap());
        assert!(!attempt::create(db, &new(key(7, 1), 8)).await.unwrap());
        assert!(attempt::create(db, &new(key(7, 2), 8)).await.unwrap());
        assert_eq!(of_browser(db, 9, None).await, Some(7));
        assert_eq!(attempt::find(db, &key(7, 3)).await.unwrap(), None);
    }

    async fn of_many_who_start_with_one_pin_one_does(engine) {
        let store = Store::open(engine).await;
        let made = at_once(&store, 16, |db, _| async move { attempt::create(&db, &new(key(7, 1), 9)).await.unwrap() }).await;
        assert_eq!(made.into_iter().filter(|made| *made).count(), 1);
    }

    async fn a_browser_finds_its_newest_or_the_one_it_names(engine) {
        let store = Store::open(engine).await;
        let db = &store.db;
        assert_eq!(of_browser(db, 9, None).await, None);
        for (pin_id, browser) in [(3, 9), (5, 9), (4, 9), (6, 8), (7, 0)] {
            assert!(attempt::create(db, &new(key(pin_id, 1), browser)).await.unwrap());
        }
        assert_eq!(of_browser(db, 9, None).await, Some(5));
        assert_eq!(of_browser(db, 9, Some(3)).await, Some(3));
        assert_eq!(of_browser(db, 9, Some(6)).await, None, "somebody else's");
        assert_eq!(of_browser(db, 9, Some(7)).await, None, "a program's");
        assert_eq!(of_browser(db, 8, None).await, Some(6));
        assert_eq!(of_browser(db, 0, None).await, None);
    }

    async fn a_program_finds_only_what_no_browser_began(engine) {
        let store = Store::open(engine).await;
        let db = &store.db;
        for (pin_id, browser) in [(3, 9), (4, 0)] {
            assert!(attempt::create(db, &new(key(pin_id, 1), browser)).await.unwrap());
        }
        assert_eq!(attempt::find_of_program(db, &key(3, 1)).await.unwrap(), None);
        assert_eq!(attempt::find_of_program(db, &key(4, 2)).await.unwrap(), None);
        let found = attempt::find_of_program(db, &key(4, 1)).await.unwrap();
        assert_eq!(found.map(|attempt| attempt.key), Some(key(4, 1)));
    }

    async fn one_poll_at_a_time_has_the_lease(engine) {
        let store = Store::open(engine).await;
        let db = &store.db;
        let key = key(7, 1);
        assert!(!attempt::lease(db, &key, 0, 100).await.unwrap(), "there is no attempt");
        attempt::create(db, &new(key, 9)).await.unwrap();
        assert!(attempt::lease(db, &key, 1_000, 46_000).await.unwrap());
        assert!(!attempt::lease(db, &key, 1_000, 46_000).await.unwrap());
        assert!(!attempt::lease(db, &key, 45_999, 90_999).await.unwrap());
        assert!(attempt::lease(db, &key, 46_000, 91_000).await.unwrap(), "it ran out");
        attempt::release(db, &key, 91_000).await.unwrap();
        assert!(attempt::lease(db, &key, 46_001, 91_001).await.unwrap(), "it was given back");
        // A lease from before the clock was set back is longer than any lease can be: it counts for nothing.
        assert!(attempt::lease(db, &key, -20_000, 25_000).await.unwrap());
    }

    /// Whoever lost the lease gives nothing back: it is another poll's by now.
    async fn only_ones_own_lease_is_given_back(engine) {
        let store = Store::open(engine).await;
        let db = &store.db;
        let key = key(7, 1);
        attempt::create(db, &new(key, 9)).await.unwrap();
        assert!(attempt::lease(db, &key, 1_000, 46_000).await.unwrap());
        assert!(attempt::lease(db, &key, 47_000, 92_000).await.unwrap(), "the first one ran out");
        attempt::release(db, &key, 46_000).await.unwrap();
        assert!(!attempt::lease(db, &key, 48_000, 93_000).await.unwrap(), "the second one still has it");
        attempt::release(db, &key, 92_000).await.unwrap();
        assert!(attempt::lease(db, &key, 48_000, 93_000).await.unwrap());
    }

    /// Clocks of instances differ: one that is a minute behind takes nothing away from the others.
    async fn a_clock_that_is_behind_takes_no_lease_away(engine) {
        let store = Store::open(engine).await;
        let db = &store.db;
        let key = key(7, 1);
        attempt::create(db, &new(key, 9)).await.unwrap();
        let now = 1_000_000;
        assert!(attempt::lease(db, &key, now, now + 45_000).await.unwrap());
        for behind in [1, 1_000, 60_000] {
            assert!(!attempt::lease(db, &key, now - behind, now - behind + 45_000).await.unwrap(), "{behind}");
        }
        assert!(attempt::lease(db, &key, now - 60_001, now - 60_001 + 45_000).await.unwrap());
    }

    async fn many_polls_at_once_get_one_lease(engine) {
        let store = Store::open(engine).await;
        attempt::create(&store.db, &new(key(7, 1), 9)).await.unwrap();
        let taken = at_once(&store, 24, |db, _| async move { attempt::lease(&db, &key(7, 1), 1_000, 46_000).await.unwrap() }).await;
        assert_eq!(taken.into_iter().filter(|taken| *taken).count(), 1);
    }

    async fn after_a_crash_all_leases_are_given_back(engine) {
        let store = Store::open(engine).await;
        let db = &store.db;
        for pin_id in [1, 2] {
            attempt::create(db, &new(key(pin_id, 1), 9)).await.unwrap();
            assert!(attempt::lease(db, &key(pin_id, 1), 1_000, 46_000).await.unwrap());
        }
        attempt::release_all(db).await.unwrap();
        for pin_id in [1, 2] {
            assert!(attempt::lease(db, &key(pin_id, 1), 1_000, 46_000).await.unwrap());
        }
    }

    async fn an_attempt_ends_once_and_cannot_be_taken_again(engine) {
        let store = Store::open(engine).await;
        let db = &store.db;
        assert!(!attempt::finish(db, &key(7, 1), "?", 1).await.unwrap());
        for pin_id in [7, 8] {
            attempt::create(db, &new(key(pin_id, 1), 9)).await.unwrap();
        }
        assert!(attempt::lease(db, &key(7, 1), 1_000, 46_000).await.unwrap());
        assert!(attempt::finish(db, &key(7, 1), ODD, 1_500).await.unwrap());
        assert!(!attempt::finish(db, &key(7, 1), "late", 1_600).await.unwrap());
        let ended = attempt::find(db, &key(7, 1)).await.unwrap().unwrap();
        assert_eq!((ended.outcome.as_deref(), ended.finished_at), (Some(ODD), Some(1_500)));
        assert!(!attempt::lease(db, &key(7, 1), 99_000, 100_000).await.unwrap());
        assert_eq!(attempt::find(db, &key(8, 1)).await.unwrap().unwrap().outcome, None);
    }

    async fn of_many_ends_one_counts(engine) {
        let store = Store::open(engine).await;
        attempt::create(&store.db, &new(key(7, 1), 9)).await.unwrap();
        let ended = at_once(&store, 16, |db, number| async move {
            (number, attempt::finish(&db, &key(7, 1), &number.to_string(), 1).await.unwrap())
        }).await;
        let won: Vec<_> = ended.into_iter().filter(|(_, ended)| *ended).map(|(number, _)| number.to_string()).collect();
        let kept = attempt::find(&store.db, &key(7, 1)).await.unwrap().unwrap().outcome.unwrap();
        assert_eq!(won, [kept]);
    }

    async fn a_browser_forgets_one_or_all_of_its_own(engine) {
        let store = Store::open(engine).await;
        let db = &store.db;
        for (pin_id, browser) in [(1, 9), (2, 9), (3, 9), (4, 8), (5, 0)] {
            attempt::create(db, &new(key(pin_id, 1), browser)).await.unwrap();
        }
        let left = async || {
            let mut left = Vec::new();
            for pin_id in 1..=5 {
                if attempt::find(db, &key(pin_id, 1)).await.unwrap().is_some() {
                    left.push(pin_id);
                }
            }
            left
        };
        attempt::delete_of_browser(db, &hash(9), Some(4)).await.unwrap();
        assert_eq!(left().await, [1, 2, 3, 4, 5]);
        attempt::delete_of_browser(db, &hash(9), Some(2)).await.unwrap();
        assert_eq!(left().await, [1, 3, 4, 5]);
        attempt::delete_of_browser(db, &hash(9), None).await.unwrap();
        assert_eq!(left().await, [4, 5]);
    }

    async fn what_ran_out_is_cleared_away(engine) {
        let store = Store::open(engine).await;
        let db = &store.db;
        for pin_id in [1, 2, 3] {
            attempt::create(db, &new(key(pin_id, 1), 9)).await.unwrap();
        }
        assert_eq!(attempt::delete_expired(db, 2_003).await.unwrap(), 2);
        assert_eq!(of_browser(db, 9, None).await, Some(3));
        assert_eq!(attempt::delete_expired(db, 2_003).await.unwrap(), 0);
    }
}
