//! `storage::session`, for the sessions that login tokens opened: they count while their token does.

use latchkey::{
    domain::{
        hash::Hash,
        session::{Lifetime, Method, SessionFacts, SessionToken},
        token::NO_LIMITS,
    },
    storage::{
        Db, StorageError,
        activity::Line,
        login_token::{self, NewValue},
        session,
    },
};

use super::{
    ODD, Store, found, hash, member, owner,
    sql::{crowd, execute, number},
};
use crate::support::on_both;

const LIFETIME: Lifetime = Lifetime {
    idle: 100_000,
    absolute: 100_000,
};

fn opened_by(token: &Hash) -> SessionFacts {
    SessionFacts {
        user_id: 1,
        method: Method::Token,
        address: "2001:db8::7".into(),
        agent: ODD.into(),
        created_at: 1_000,
        last_seen_at: 1_000,
        token: Some(SessionToken {
            hash: *token,
            // Only the token's own row knows.
            expires_at: Some(77),
            limits: NO_LIMITS.clone(),
        }),
    }
}

async fn make_token(db: &Db, name: &str, byte: u8, expires_at: Option<i64>) -> i64 {
    let made = login_token::create(db, 1, name, value(&hash(byte), expires_at), 100, &line()).await;
    made.unwrap().unwrap().id
}

/// What the activity list says of it, whatever it is.
fn line() -> Line {
    Line {
        at: 1_000,
        kind: "kind".into(),
        user_id: Some(1),
        actor_id: Some(1),
        subject: String::new(),
        address: "192.0.2.1".into(),
        reason: String::new(),
        plex_id: None,
        ..Line::default()
    }
}

fn value(hash: &Hash, expires_at: Option<i64>) -> NewValue<'_> {
    NewValue {
        hash,
        created_at: 1_000,
        created_by: 1,
        expires_at,
        made_once: None,
        limits: &NO_LIMITS,
    }
}

/// How many rows there are, whether they count or not.
async fn rows(db: &Db) -> i64 {
    number(db, "SELECT COUNT(*) FROM sessions").await
}

on_both! {
    async fn it_knows_its_token_and_when_that_ends(engine) {
        let store = Store::open(engine).await;
        let db = &store.db;
        owner(db).await;
        for (byte, expires_at) in [(1, None), (2, Some(5_000))] {
            make_token(db, &format!("device {byte}"), byte, expires_at).await;
            session::create(db, &hash(100 + byte), &opened_by(&hash(byte))).await.unwrap();
            let (facts, user) = found(db, &hash(100 + byte)).await.unwrap().unwrap();
            let token = Some(SessionToken { hash: hash(byte), expires_at, limits: NO_LIMITS.clone() });
            assert_eq!(facts, SessionFacts { token, ..opened_by(&hash(byte)) });
            assert_eq!(user.id, 1);
            for (now, alive) in [(4_999, true), (5_000, expires_at.is_none()), (5_001, expires_at.is_none())] {
                assert_eq!(facts.alive(LIFETIME, now), alive, "{byte} at {now}");
            }
        }
    }

    async fn it_ends_with_a_new_value_and_its_row_is_not_touched(engine) {
        let store = Store::open(engine).await;
        let db = &store.db;
        owner(db).await;
        let id = make_token(db, "x", 1, None).await;
        make_token(db, "other", 3, None).await;
        for (session, token) in [(101, 1), (102, 1), (103, 3)] {
            session::create(db, &hash(session), &opened_by(&hash(token))).await.unwrap();
        }
        // Asked at another instance too.
        let again = store.again().await;
        assert!(found(&again, &hash(101)).await.unwrap().is_some());
        login_token::replace(db, 1, id, value(&hash(2), None), &line()).await.unwrap().unwrap();
        for db in [db, &again] {
            for session in [101, 102] {
                assert_eq!(found(db, &hash(session)).await.unwrap(), None);
            }
            assert!(found(db, &hash(103)).await.unwrap().is_some(), "another token's");
        }
        assert_eq!(rows(db).await, 3);
        session::create(db, &hash(104), &opened_by(&hash(2))).await.unwrap();
        assert!(found(db, &hash(104)).await.unwrap().is_some(), "the new value's");
        assert_eq!(found(db, &hash(101)).await.unwrap(), None);
    }

    async fn it_ends_with_the_tokens_row(engine) {
        let store = Store::open(engine).await;
        let db = &store.db;
        owner(db).await;
        let id = make_token(db, "x", 1, None).await;
        session::create(db, &hash(101), &opened_by(&hash(1))).await.unwrap();
        login_token::delete(db, 1, id, &line()).await.unwrap().unwrap();
        assert_eq!(found(db, &hash(101)).await.unwrap(), None);
        assert_eq!(rows(db).await, 1);
        // A device of the same name, made again, is another one.
        make_token(db, "x", 2, None).await;
        assert_eq!(found(db, &hash(101)).await.unwrap(), None);
        // Opened in the moment in which the token went: it never counts.
        session::create(db, &hash(102), &opened_by(&hash(1))).await.unwrap();
        assert_eq!(found(db, &hash(102)).await.unwrap(), None);
    }

    async fn with_a_member_go_the_sessions_of_their_tokens(engine) {
        let store = Store::open(engine).await;
        let db = &store.db;
        owner(db).await;
        let anna = member(db, 52).await;
        login_token::create(db, anna.id, "x", value(&hash(1), None), 100, &line()).await.unwrap();
        session::create(db, &hash(101), &SessionFacts { user_id: anna.id, ..opened_by(&hash(1)) }).await.unwrap();
        execute(db, "DELETE FROM users WHERE plex_id = 52").await;
        assert_eq!(found(db, &hash(101)).await.unwrap(), None);
        assert_eq!(rows(db).await, 0);
    }

    async fn those_whose_token_is_gone_replaced_or_expired_are_cleared_away(engine) {
        let store = Store::open(engine).await;
        let db = &store.db;
        owner(db).await;
        let now = 10_000;
        let gone = make_token(db, "gone", 1, None).await;
        let replaced = make_token(db, "replaced", 2, None).await;
        make_token(db, "expired", 3, Some(now - 1)).await;
        make_token(db, "ends now", 4, Some(now)).await;
        make_token(db, "ends soon", 5, Some(now + 1)).await;
        make_token(db, "for ever", 6, None).await;
        login_token::delete(db, 1, gone, &line()).await.unwrap();
        login_token::replace(db, 1, replaced, value(&hash(7), None), &line()).await.unwrap();
        for token in 1..=7 {
            session::create(db, &hash(100 + token), &opened_by(&hash(token))).await.unwrap();
        }
        let without_token = SessionFacts { method: Method::Password, token: None, ..opened_by(&hash(0)) };
        session::create(db, &hash(100), &without_token).await.unwrap();
        // What a token opened ends by age as any other does.
        let old = SessionFacts { created_at: now - LIFETIME.absolute, ..opened_by(&hash(6)) };
        session::create(db, &hash(108), &old).await.unwrap();
        let mut alive = Vec::new();
        for session in 100..=108 {
            let found = found(db, &hash(session)).await.unwrap();
            if found.is_some_and(|(facts, _)| facts.alive(LIFETIME, now)) {
                alive.push(session);
            }
        }
        assert_eq!(alive, [100, 105, 106, 107]);
        assert_eq!(session::delete_expired(db, LIFETIME, now).await.unwrap(), 5);
        assert_eq!(rows(db).await, 4);
        for session in alive {
            assert!(found(db, &hash(session)).await.unwrap().is_some(), "{session}: the rule in the database is the program's");
        }
        assert_eq!(session::delete_expired(db, LIFETIME, now).await.unwrap(), 0);
    }

    /// A good token is never refused, so whoever has one could fill the disk.
    async fn a_value_has_its_twenty_newest_sessions(engine) {
        let store = Store::open(engine).await;
        let db = &store.db;
        owner(db).await;
        for (byte, name) in [(1, "x"), (2, "other")] {
            make_token(db, name, byte, None).await;
        }
        let open = async |session: u8, token: Option<u8>, created_at: i64| {
            let facts = SessionFacts { created_at, token: None, ..opened_by(&hash(0)) };
            let token = token.map(|byte| SessionToken { hash: hash(byte), expires_at: None, limits: NO_LIMITS.clone() });
            session::create(db, &hash(session), &SessionFacts { token, ..facts }).await.unwrap();
        };
        for session in 0..3 {
            open(200 + session, None, 10).await;
            open(210 + session, Some(2), 10).await;
        }
        for session in 0..25 {
            open(100 + session, Some(1), 1_000 + i64::from(session)).await;
            let alive = async |session: u8| found(db, &hash(session)).await.unwrap().is_some();
            for earlier in 0..=session {
                assert_eq!(alive(100 + earlier).await, earlier + 20 > session, "{earlier} of {session}");
            }
        }
        assert_eq!(rows(db).await, 26, "nobody else's went");
        // The clock was set back: who comes in now is in all the same.
        open(130, Some(1), 5).await;
        assert!(found(db, &hash(130)).await.unwrap().is_some());
    }

    async fn many_sessions_of_one_token_at_once(engine) {
        let store = Store::open(engine).await;
        owner(&store.db).await;
        make_token(&store.db, "x", 1, None).await;
        let opened = crowd(&store, 8, |db, number| async move {
            for round in 0..15 {
                let id = hash(u8::try_from(number * 15 + round).unwrap());
                session::create(&db, &id, &opened_by(&hash(1))).await?;
            }
            Ok::<(), StorageError>(())
        }).await;
        for opened in opened {
            opened.unwrap();
        }
        session::create(&store.db, &hash(250), &opened_by(&hash(1))).await.unwrap();
        assert!((20..=21).contains(&rows(&store.db).await), "{}", rows(&store.db).await);
        assert!(found(&store.db, &hash(250)).await.unwrap().is_some());
    }
}
