//! `storage::settings`.

use latchkey::{
    domain::session::{Method, SessionFacts},
    storage::{
        activity::{self, Filter, Line},
        install, session,
        settings::{self, StoredSettings},
    },
};

use super::{ODD, Store, at_once, found, hash, owner};
use crate::support::on_both;

fn from(version: i64) -> StoredSettings {
    StoredSettings {
        version,
        body: "one".into(),
    }
}

fn line() -> Line {
    Line {
        at: 7,
        kind: "setting-changed".into(),
        subject: "title".into(),
        ..Line::default()
    }
}

on_both! {
    async fn the_first_document_stays_the_first(engine) {
        let store = Store::open(engine).await;
        let db = &store.db;
        assert_eq!(settings::find(db).await.unwrap(), None);
        assert_eq!(settings::version(db).await.unwrap(), 0);
        settings::create(db, "one").await.unwrap();
        settings::create(db, "two").await.unwrap();
        let stored = settings::find(db).await.unwrap();
        assert_eq!(stored, Some(StoredSettings { version: 1, body: "one".into() }));
        assert_eq!(settings::version(db).await.unwrap(), 1);
    }

    async fn a_change_from_an_old_version_is_not_made(engine) {
        let store = Store::open(engine).await;
        let db = &store.db;
        assert!(!settings::update(db, &from(1), "nothing to change", &[line()]).await.unwrap());
        settings::create(db, "one").await.unwrap();
        assert!(settings::update(db, &from(1), ODD, &[line(), line()]).await.unwrap());
        assert!(!settings::update(db, &from(1), "lost", &[line()]).await.unwrap());
        assert!(!settings::update(db, &from(3), "from the future", &[line()]).await.unwrap());
        let stored = settings::find(db).await.unwrap();
        assert_eq!(stored, Some(StoredSettings { version: 2, body: ODD.into() }));
        // What was changed has its lines, and nothing else has.
        let lines = activity::list(db, &Filter::default(), 10).await.unwrap();
        assert_eq!(lines.iter().map(|line| line.subject.as_str()).collect::<Vec<_>>(), ["title", "title"]);
    }

    async fn what_the_settings_were_is_kept_for_a_while(engine) {
        let store = Store::open(engine).await;
        let db = &store.db;
        settings::create(db, "1").await.unwrap();
        for version in 1..=204 {
            let stored = settings::find(db).await.unwrap().unwrap();
            assert_eq!(stored.version, version);
            if version % 10 == 0 {
                // A new secret leaves the document as it is, and raises the version all the same.
                settings::renew(db, &[("key", "x")], false, None).await.unwrap();
            } else {
                assert!(settings::update(db, &stored, &(version + 1).to_string(), &[]).await.unwrap());
            }
        }
        let older = async |version| settings::find_older(db, version).await.unwrap();
        assert_eq!(older(204).await.as_deref(), Some("204"));
        assert_eq!(older(11).await.as_deref(), Some("10"), "as it was: a secret was renewed");
        assert_eq!(older(5).await.as_deref(), Some("5"));
        for gone in [205, 4, 1, 0, -1] {
            assert_eq!(older(gone).await, None, "{gone}");
        }
    }

    async fn of_many_changes_at_once_one_is_made(engine) {
        let store = Store::open(engine).await;
        settings::create(&store.db, "one").await.unwrap();
        let answers = at_once(&store, 16, |db, number| async move {
            (number, settings::update(&db, &from(1), &number.to_string(), &[line()]).await.unwrap())
        }).await;
        let won: Vec<_> = answers.iter().filter(|(_, made)| *made).map(|(number, _)| number.to_string()).collect();
        let stored = settings::find(&store.db).await.unwrap().unwrap();
        assert_eq!((won, stored.version), (vec![stored.body], 2));
    }

    async fn a_new_secret_ends_every_session_and_raises_the_version(engine) {
        let store = Store::open(engine).await;
        let db = &store.db;
        settings::create(db, "one").await.unwrap();
        owner(db).await;
        let facts = SessionFacts {
            user_id: 1, method: Method::Plex, address: String::new(), agent: String::new(), created_at: 1, last_seen_at: 1,
            token: None,
        };
        for byte in [1, 2] {
            session::create(db, &hash(byte), &facts).await.unwrap();
        }
        install::replace(db, "session_secret", "old").await.unwrap();
        install::replace(db, "other", "kept").await.unwrap();
        settings::renew(db, &[("session_secret", "new")], true, Some(&line())).await.unwrap();
        assert_eq!(install::find(db, "session_secret").await.unwrap().as_deref(), Some("new"));
        assert_eq!(install::find(db, "other").await.unwrap().as_deref(), Some("kept"));
        assert_eq!(settings::find(db).await.unwrap(), Some(StoredSettings { version: 2, body: "one".into() }));
        for byte in [1, 2] {
            assert_eq!(found(db, &hash(byte)).await.unwrap(), None);
        }
        // Where none was kept before, too.
        install::delete(db, "session_secret").await.unwrap();
        settings::renew(db, &[("session_secret", "newer")], true, None).await.unwrap();
        assert_eq!(install::find(db, "session_secret").await.unwrap().as_deref(), Some("newer"));
    }
}
