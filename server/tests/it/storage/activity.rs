//! `storage::activity`.

use latchkey::storage::activity::{self, Line};

use super::{
    ODD, Store, member, newest, owner,
    sql::{crowd, execute},
};
use crate::support::on_both;

fn line(at: i64, subject: &str) -> Line {
    Line {
        at,
        kind: "token-made".into(),
        user_id: Some(1),
        actor_id: None,
        subject: subject.into(),
        address: "2001:db8::7".into(),
        reason: "word".into(),
        plex_id: Some(52_990_041),
        ..Line::default()
    }
}

on_both! {
    async fn lines_come_back_newest_first(engine) {
        let store = Store::open(engine).await;
        let db = &store.db;
        owner(db).await;
        let anna = member(db, 52).await;
        assert_eq!(newest(db, 10).await.unwrap(), []);
        let lines = [
            line(3_000, ""),
            // The clock was set back in between: what was written last is the newest.
            Line { actor_id: Some(1), user_id: Some(anna.id), ..line(1_000, "Kitchen") },
            Line { kind: ODD.into(), address: ODD.into(), user_id: None, ..line(i64::MAX, ODD) },
            line(i64::MIN, ""),
        ];
        activity::create(db, &[]).await.unwrap();
        activity::create(db, &lines[..1]).await.unwrap();
        activity::create(db, &lines[1..]).await.unwrap();
        let mut expected = lines.to_vec();
        expected.reverse();
        assert_eq!(newest(db, 10).await.unwrap(), expected);
        assert_eq!(newest(db, 2).await.unwrap(), expected[..2]);
        assert_eq!(newest(db, 0).await.unwrap(), []);
    }

    async fn people_who_are_gone_are_left_out_of_it(engine) {
        let store = Store::open(engine).await;
        let db = &store.db;
        owner(db).await;
        let anna = member(db, 52).await;
        activity::create(db, &[Line { user_id: Some(anna.id), actor_id: Some(1), ..line(1, "before") }]).await.unwrap();
        activity::create(db, &[Line { user_id: Some(1), actor_id: Some(anna.id), ..line(2, "before") }]).await.unwrap();
        execute(db, "DELETE FROM users WHERE plex_id = 52").await;
        activity::create(db, &[Line { user_id: Some(anna.id), actor_id: Some(anna.id), ..line(3, "after") }]).await.unwrap();
        activity::create(db, &[Line { user_id: Some(1), actor_id: Some(-5), ..line(4, "after") }]).await.unwrap();
        let people: Vec<_> = newest(db, 10).await.unwrap().iter().map(|line| (line.at, line.user_id, line.actor_id)).collect();
        assert_eq!(people, [(4, Some(1), None), (3, None, None), (2, Some(1), None), (1, None, Some(1))]);
    }

    async fn old_lines_are_cleared_away(engine) {
        let store = Store::open(engine).await;
        let db = &store.db;
        owner(db).await;
        for at in [5, 1, 3, 2] {
            activity::create(db, &[line(at, "")]).await.unwrap();
        }
        assert_eq!(activity::delete_before(db, 3).await.unwrap(), 2);
        assert_eq!(activity::delete_before(db, 3).await.unwrap(), 0);
        let left: Vec<_> = newest(db, 10).await.unwrap().iter().map(|line| line.at).collect();
        assert_eq!(left, [3, 5]);
    }

    async fn lines_at_once_are_all_kept(engine) {
        let store = Store::open(engine).await;
        owner(&store.db).await;
        let written = crowd(&store, 20, |db, number| async move {
            let at = 2 * i64::try_from(number).unwrap();
            activity::create(&db, &[line(at, ODD), line(at + 1, ODD)]).await
        }).await;
        for written in written {
            written.unwrap();
        }
        let mut times: Vec<_> = newest(&store.db, 100).await.unwrap().iter().map(|line| line.at).collect();
        times.sort_unstable();
        assert_eq!(times, (0..40).collect::<Vec<_>>());
    }
}
