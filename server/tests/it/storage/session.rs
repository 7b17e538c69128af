//! `storage::session`.

use latchkey::{
    domain::{
        hash::Hash,
        session::{Lifetime, Method, SessionFacts},
    },
    storage::{Db, StorageError, session},
};

use super::{ODD, Store, at_once, found, hash, member, owner};
use crate::support::on_both;

fn facts(user_id: i64) -> SessionFacts {
    SessionFacts {
        user_id,
        method: Method::Plex,
        address: "2001:db8::7".into(),
        agent: ODD.into(),
        created_at: 1_000,
        last_seen_at: 2_000,
        token: None,
    }
}

async fn exists(db: &Db, id: &Hash) -> bool {
    found(db, id).await.unwrap().is_some()
}

on_both! {
    async fn a_session_comes_back_as_it_was_made(engine) {
        let store = Store::open(engine).await;
        let db = &store.db;
        owner(db).await;
        assert_eq!(found(db, &hash(1)).await.unwrap(), None);
        for (byte, method) in [(1, Method::Plex), (2, Method::Password), (3, Method::Token)] {
            let facts = SessionFacts { method, ..facts(1) };
            session::create(db, &hash(byte), &facts).await.unwrap();
            assert_eq!(found(db, &hash(byte)).await.unwrap().map(|(facts, _)| facts), Some(facts));
        }
    }

    async fn an_id_is_taken_once(engine) {
        let store = Store::open(engine).await;
        let db = &store.db;
        owner(db).await;
        let anna = member(db, 52).await;
        session::create(db, &hash(1), &facts(1)).await.unwrap();
        let again = session::create(db, &hash(1), &facts(anna.id)).await;
        assert!(matches!(again, Err(StorageError::Taken)), "{again:?}");
        assert_eq!(found(db, &hash(1)).await.unwrap().unwrap().1.id, 1);
    }

    async fn nobody_without_an_account_has_a_session(engine) {
        let store = Store::open(engine).await;
        assert!(session::create(&store.db, &hash(1), &facts(1)).await.is_err());
        assert!(!exists(&store.db, &hash(1)).await);
    }

    async fn one_session_ends_and_the_others_stay(engine) {
        let store = Store::open(engine).await;
        let db = &store.db;
        owner(db).await;
        for byte in [1, 2] {
            session::create(db, &hash(byte), &facts(1)).await.unwrap();
        }
        session::delete(db, &hash(1)).await.unwrap();
        session::delete(db, &hash(1)).await.unwrap();
        assert!(!exists(db, &hash(1)).await && exists(db, &hash(2)).await);
    }

    async fn last_seen_only_goes_forward_and_revives_nothing(engine) {
        let store = Store::open(engine).await;
        let db = &store.db;
        owner(db).await;
        for byte in [1, 2, 3] {
            session::create(db, &hash(byte), &facts(1)).await.unwrap();
        }
        session::delete(db, &hash(3)).await.unwrap();
        session::touch(db, &[]).await.unwrap();
        session::touch(db, &[(hash(1), 5_000), (hash(2), 1_500), (hash(3), 5_000)]).await.unwrap();
        let seen = async |byte| found(db, &hash(byte)).await.unwrap().map(|(facts, _)| facts.last_seen_at);
        assert_eq!((seen(1).await, seen(2).await, seen(3).await), (Some(5_000), Some(2_000), None));
        assert_eq!(found(db, &hash(1)).await.unwrap().unwrap().0.created_at, 1_000);
    }

    /// Two instances write the same sessions, each in the order of its own memory.
    async fn many_write_last_seen_of_the_same_sessions_at_once(engine) {
        let store = Store::open(engine).await;
        owner(&store.db).await;
        for byte in 0..100 {
            session::create(&store.db, &hash(byte), &facts(1)).await.unwrap();
        }
        let written = at_once(&store, 8, |db, number| async move {
            for round in 0..4_i64 {
                let at = 10_000 + round;
                let mut seen: Vec<_> = (0..100).map(|byte| (hash(byte), at)).collect();
                if number % 2 == 1 {
                    seen.reverse();
                }
                session::touch(&db, &seen).await?;
            }
            Ok::<(), StorageError>(())
        }).await;
        for written in written {
            written.unwrap();
        }
        let (facts, _) = found(&store.db, &hash(7)).await.unwrap().unwrap();
        assert_eq!(facts.last_seen_at, 10_003);
    }

    async fn sessions_past_either_limit_are_cleared_away(engine) {
        let store = Store::open(engine).await;
        let db = &store.db;
        owner(db).await;
        let lifetime = Lifetime { idle: 100, absolute: 1_000 };
        let now = 10_000;
        let cases = [
            (1, 9_001, 9_901, true),
            (2, 9_000, 9_999, false),
            (3, 9_500, 9_900, false),
            (4, 10_000, 10_000, true),
            // The clock was set back since.
            (5, 20_000, 20_000, true),
        ];
        for (byte, created_at, last_seen_at, _) in cases {
            session::create(db, &hash(byte), &SessionFacts { created_at, last_seen_at, ..facts(1) }).await.unwrap();
        }
        assert_eq!(session::delete_expired(db, lifetime, now).await.unwrap(), 2);
        for (byte, created_at, last_seen_at, stays) in cases {
            assert_eq!(exists(db, &hash(byte)).await, stays, "{byte}");
            // The rule in the database is the rule in the program.
            assert_eq!(lifetime.alive(created_at, last_seen_at, now), stays, "{byte}");
        }
    }
}
