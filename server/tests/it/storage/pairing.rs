//! `storage::pairing`.

use latchkey::{
    domain::{
        hash::Hash,
        token::{LoginToken, NO_LIMITS},
    },
    storage::{
        Db, Reader, StorageError,
        activity::Line,
        login_token::{self, NewValue},
        pairing::{self, Approval, Claimed, NewPairing, Pairing},
        user,
    },
};

use super::{
    ODD, Store, hash, member, newest, owner,
    sql::{crowd, execute, number},
};
use crate::support::on_both;

/// Within so many seconds after the yes the device can come.
const WITHIN: i64 = 120;

/// The hash of the code of this device.
fn code(device: u8) -> Hash {
    hash(device + 100)
}

async fn begin(db: &Db, device: u8) {
    let new = NewPairing {
        device_hash: &hash(device),
        code_hash: &code(device),
        address: "2001:db8::7",
        agent: ODD,
        return_to: "/a?b=c%20d",
        created_at: 1_000,
        expires_at: 1_300,
    };
    pairing::create(db, &new).await.unwrap();
}

fn yes(name: &str) -> Approval<'_> {
    Approval {
        answered_by: 1,
        user_id: 1,
        name,
        token_expires_at: None,
    }
}

fn value(hash: &Hash) -> NewValue<'_> {
    NewValue {
        hash,
        created_at: 1_000,
        created_by: 1,
        expires_at: None,
        made_once: None,
        limits: &NO_LIMITS,
    }
}

/// What the activity list says of it.
fn line(kind: &str) -> Line {
    Line {
        at: 1_000,
        kind: kind.into(),
        user_id: None,
        actor_id: None,
        subject: ODD.into(),
        address: "192.0.2.1".into(),
        reason: String::new(),
        plex_id: None,
        ..Line::default()
    }
}

async fn lines(db: &Db) -> Vec<Line> {
    newest(db, 1_000).await.unwrap()
}

async fn approve(db: &Db, device: u8, approval: &Approval<'_>, now: i64) -> bool {
    let line = line("approved");
    pairing::approve(db, &code(device), approval, now, &line).await.unwrap()
}

async fn decline(db: &Db, device: u8, now: i64) -> bool {
    let line = line("declined");
    pairing::decline(db, &code(device), 1, now, &line).await.unwrap()
}

/// The device comes for its token, whose value's hash is of bytes `token`.
async fn claim(db: &Db, device: u8, token: u8, now: i64) -> Result<Option<Claimed>, StorageError> {
    pairing::claim(db, &hash(device), now - WITHIN, &hash(token), now, &line("claimed")).await
}

async fn found(db: &Db, device: u8) -> Option<Pairing> {
    pairing::find_by_device(db, &hash(device)).await.unwrap()
}

async fn token(db: &Db, byte: u8) -> Option<LoginToken> {
    let reader = Reader::open(db).await.unwrap();
    let found = login_token::find_by_hash(&reader, &hash(byte)).await.unwrap();
    found.map(|(token, _)| token)
}

async fn tokens(db: &Db) -> i64 {
    number(db, "SELECT COUNT(*) FROM login_tokens").await
}

on_both! {
    async fn it_comes_back_as_it_was_made(engine) {
        let store = Store::open(engine).await;
        let db = &store.db;
        owner(db).await;
        assert_eq!(found(db, 1).await, None);
        begin(db, 1).await;
        begin(db, 2).await;
        let expected = Pairing {
            address: "2001:db8::7".into(),
            agent: ODD.into(),
            return_to: "/a?b=c%20d".into(),
            created_at: 1_000,
            expires_at: 1_300,
            declined_at: None,
            approved_at: None,
            code_hash: code(1).to_vec(),
        };
        assert_eq!(found(db, 1).await, Some(expected.clone()));
        let by_code = async |device, now| pairing::find_by_code(db, &code(device), now).await.unwrap();
        assert_eq!(by_code(1, 1_299).await, Some(expected));
        assert_eq!((by_code(1, 1_300).await, by_code(3, 1_000).await), (None, None));
        // Neither hash does for the other.
        assert_eq!(pairing::find_by_code(db, &hash(1), 1_000).await.unwrap(), None);
        assert_eq!(pairing::find_by_device(db, &code(1)).await.unwrap(), None);
    }

    async fn a_device_and_a_code_are_there_once(engine) {
        let store = Store::open(engine).await;
        let db = &store.db;
        begin(db, 1).await;
        for (device, code) in [(hash(1), hash(200)), (hash(2), code(1)), (hash(1), code(1))] {
            let again = NewPairing {
                device_hash: &device,
                code_hash: &code,
                address: "other",
                agent: "other",
                return_to: "/",
                created_at: 5,
                expires_at: 9,
            };
            let again = pairing::create(db, &again).await;
            assert!(matches!(again, Err(StorageError::Taken)), "{again:?}");
        }
        assert_eq!(found(db, 1).await.unwrap().address, "2001:db8::7");
        assert_eq!(found(db, 2).await, None);
    }

    async fn it_is_answered_once(engine) {
        let store = Store::open(engine).await;
        let db = &store.db;
        owner(db).await;
        for device in [1, 2, 3] {
            begin(db, device).await;
        }
        // Nobody shows this code; too late.
        assert!(!approve(db, 9, &yes("x"), 1_100).await && !decline(db, 9, 1_100).await);
        assert!(!approve(db, 3, &yes("x"), 1_300).await && !decline(db, 3, 1_300).await);
        assert!(approve(db, 1, &yes("x"), 1_100).await);
        assert!(!approve(db, 1, &yes("another"), 1_101).await && !decline(db, 1, 1_101).await);
        assert!(decline(db, 2, 1_200).await);
        assert!(!approve(db, 2, &yes("x"), 1_201).await && !decline(db, 2, 1_201).await);
        let (one, two, three) = (found(db, 1).await.unwrap(), found(db, 2).await.unwrap(), found(db, 3).await.unwrap());
        assert_eq!((one.approved_at, one.declined_at), (Some(1_100), None));
        assert_eq!((two.approved_at, two.declined_at), (None, Some(1_200)));
        assert_eq!((three.approved_at, three.declined_at), (None, None));
        assert_eq!(lines(db).await, [line("declined"), line("approved")], "only of what was so");
        for device in [1, 2] {
            assert_eq!(pairing::find_by_code(db, &code(device), 1_202).await.unwrap(), None, "it waits for no answer");
        }
        assert_eq!(claim(db, 1, 11, 1_101).await.unwrap().unwrap().name, "x", "the first word counts");
    }

    async fn who_answered_finds_their_answer_for_a_while(engine) {
        let store = Store::open(engine).await;
        let db = &store.db;
        owner(db).await;
        let anna = member(db, 52).await;
        for device in [1, 2, 3] {
            begin(db, device).await;
        }
        let answered = async |device: u8, who: i64, after: i64| pairing::find_answered(db, &code(device), who, after).await.unwrap();
        assert!(approve(db, 1, &Approval { user_id: anna.id, ..yes(ODD) }, 1_100).await);
        assert!(decline(db, 2, 1_200).await);
        assert_eq!(answered(1, 1, 1_099).await, Some(Some((anna.id, ODD.to_owned()))));
        assert_eq!(answered(2, 1, 1_199).await, Some(None));
        assert_eq!((answered(1, 1, 1_100).await, answered(2, 1, 1_200).await), (None, None));
        for device in [1, 2, 3, 9] {
            assert_eq!(answered(device, anna.id, 0).await, None, "she has answered nothing");
        }
        assert_eq!((answered(3, 1, 0).await, answered(9, 1, 0).await), (None, None));
    }

    async fn of_many_answers_at_once_one_counts(engine) {
        let store = Store::open(engine).await;
        owner(&store.db).await;
        begin(&store.db, 1).await;
        let answers = crowd(&store, 12, |db, number| async move {
            match number % 3 {
                0 => decline(&db, 1, 1_100).await,
                _ => approve(&db, 1, &yes(&number.to_string()), 1_100).await,
            }
        }).await;
        let counted: Vec<_> = (0..12).filter(|number| answers[*number]).collect();
        let [counted] = counted[..] else { panic!("{answers:?}") };
        let pairing = found(&store.db, 1).await.unwrap();
        assert_ne!(pairing.approved_at.is_some(), pairing.declined_at.is_some());
        assert_eq!(pairing.declined_at.is_some(), counted % 3 == 0);
        let claimed = claim(&store.db, 1, 11, 1_100).await.unwrap();
        assert_eq!(claimed.map(|claimed| claimed.name), (counted % 3 != 0).then(|| counted.to_string()));
    }

    async fn nobody_without_an_account_says_yes_or_is_let_in(engine) {
        let store = Store::open(engine).await;
        let db = &store.db;
        owner(db).await;
        begin(db, 1).await;
        for approval in [Approval { answered_by: 7, ..yes("x") }, Approval { user_id: 7, ..yes("x") }] {
            assert!(pairing::approve(db, &code(1), &approval, 1_100, &line("approved")).await.is_err());
        }
        assert_eq!((found(db, 1).await.unwrap().approved_at, lines(db).await), (None, vec![]));
    }

    async fn an_approved_device_gets_its_token(engine) {
        let store = Store::open(engine).await;
        let db = &store.db;
        owner(db).await;
        let anna = member(db, 52).await;
        begin(db, 1).await;
        begin(db, 2).await;
        assert_eq!(claim(db, 1, 11, 1_050).await.unwrap(), None, "nobody has answered");
        let approval = Approval { answered_by: 1, user_id: anna.id, name: ODD, token_expires_at: Some(99_000) };
        assert!(approve(db, 1, &approval, 1_100).await);
        assert_eq!(claim(db, 2, 11, 1_110).await.unwrap(), None, "another device");
        let claimed = claim(db, 1, 11, 1_110).await.unwrap().unwrap();
        let expected = Claimed {
            token_id: claimed.token_id,
            user_id: anna.id,
            answered_by: 1,
            name: ODD.into(),
            token_expires_at: Some(99_000),
            return_to: "/a?b=c%20d".into(),
        };
        assert_eq!(claimed, expected);
        let made = LoginToken {
            id: claimed.token_id,
            user_id: anna.id,
            name: ODD.into(),
            created_at: 1_110,
            created_by: Some(1),
            expires_at: Some(99_000),
            last_used_at: None,
            last_used_address: None,
            limits: NO_LIMITS.clone(),
        };
        assert_eq!(token(db, 11).await, Some(made));
        assert_eq!(found(db, 1).await.unwrap().approved_at, Some(1_100), "coming for it makes the time no longer");
        let told = Line { user_id: Some(anna.id), actor_id: Some(1), ..line("claimed") };
        assert_eq!(lines(db).await[0], told, "of whom, by whom, which device");
    }

    async fn a_device_that_lost_the_answer_finds_the_same_token_for_two_minutes(engine) {
        let store = Store::open(engine).await;
        let db = &store.db;
        owner(db).await;
        begin(db, 1).await;
        assert!(approve(db, 1, &yes("Kitchen"), 1_299).await);
        let first = claim(db, 1, 11, 1_300).await.unwrap().unwrap();
        let made = token(db, 11).await.unwrap();
        for now in [1_300, 1_310, 1_299 + WITHIN - 1] {
            assert_eq!(claim(db, 1, 11, now).await.unwrap(), Some(first.clone()), "{now}");
        }
        // Another value is not what this device was given.
        assert_eq!(claim(db, 1, 12, 1_310).await.unwrap(), None);
        assert_eq!(claim(db, 1, 11, 1_299 + WITHIN).await.unwrap(), None);
        assert_eq!((token(db, 11).await, token(db, 12).await), (Some(made), None), "as it was made");
        assert_eq!(tokens(db).await, 1);
        assert_eq!(lines(db).await.iter().filter(|line| line.kind == "claimed").count(), 1);
    }

    async fn who_comes_too_late_for_the_first_time_gets_nothing(engine) {
        let store = Store::open(engine).await;
        let db = &store.db;
        owner(db).await;
        begin(db, 1).await;
        assert!(approve(db, 1, &yes("Kitchen"), 1_100).await);
        assert_eq!(claim(db, 1, 11, 1_100 + WITHIN).await.unwrap(), None);
        assert_eq!(tokens(db).await, 0);
    }

    async fn a_declined_device_gets_nothing(engine) {
        let store = Store::open(engine).await;
        let db = &store.db;
        owner(db).await;
        begin(db, 1).await;
        assert!(decline(db, 1, 1_100).await);
        assert_eq!(claim(db, 1, 11, 1_101).await.unwrap(), None);
        assert_eq!(tokens(db).await, 0);
    }

    async fn nothing_is_claimed_while_one_of_the_two_people_is_disabled(engine) {
        let store = Store::open(engine).await;
        let db = &store.db;
        owner(db).await;
        let (anna, bea) = (member(db, 52).await, member(db, 53).await);
        begin(db, 1).await;
        let approval = Approval { answered_by: bea.id, user_id: anna.id, ..yes("Kitchen") };
        assert!(approve(db, 1, &approval, 1_100).await);
        for disabled in [anna.id, bea.id] {
            assert!(user::set_disabled(db, disabled, Some(1_100), 1_100).await.unwrap());
            assert_eq!(claim(db, 1, 11, 1_101).await.unwrap(), None, "{disabled}");
            assert_eq!(tokens(db).await, 0);
            assert!(user::set_disabled(db, disabled, None, 1_100).await.unwrap());
        }
        assert!(claim(db, 1, 11, 1_101).await.unwrap().is_some());
        // Nor is it found again.
        for disabled in [anna.id, bea.id] {
            assert!(user::set_disabled(db, disabled, Some(1_102), 1_102).await.unwrap());
            assert_eq!(claim(db, 1, 11, 1_103).await.unwrap(), None, "{disabled}");
            assert!(user::set_disabled(db, disabled, None, 1_103).await.unwrap());
        }
        assert!(claim(db, 1, 11, 1_104).await.unwrap().is_some());
    }

    async fn a_name_that_was_taken_meanwhile_changes_nothing(engine) {
        let store = Store::open(engine).await;
        let db = &store.db;
        owner(db).await;
        begin(db, 1).await;
        assert!(approve(db, 1, &yes(ODD), 1_100).await);
        let of_new = &hash(50);
        let value = NewValue { created_at: 1_105, expires_at: None, ..value(of_new) };
        let other = login_token::create(db, 1, ODD, value, 100, &line("made")).await.unwrap().unwrap();
        for _ in 0..2 {
            let claimed = claim(db, 1, 11, 1_110).await;
            assert!(matches!(claimed, Err(StorageError::Taken)), "{claimed:?}");
        }
        assert_eq!((token(db, 50).await, token(db, 11).await), (Some(other.clone()), None));
        assert_eq!(tokens(db).await, 1);
        assert_eq!(found(db, 1).await.unwrap().approved_at, Some(1_100));
        assert!(lines(db).await.iter().all(|line| line.kind != "claimed"));
        // Free again within the time: the device gets a token of its own, not that one.
        login_token::delete(db, 1, other.id, &line("revoked")).await.unwrap();
        let claimed = claim(db, 1, 11, 1_110).await.unwrap().unwrap();
        assert_ne!(claimed.token_id, other.id);
    }

    async fn of_many_that_claim_at_once_one_makes_the_token(engine) {
        let store = Store::open(engine).await;
        owner(&store.db).await;
        for device in 1..=5 {
            begin(&store.db, device).await;
            assert!(approve(&store.db, device, &yes(&device.to_string()), 1_100).await);
            let claims = crowd(&store, 8, |db, _| async move { claim(&db, device, 50 + device, 1_110).await }).await;
            let claims: Vec<_> = claims.into_iter().map(|claimed| claimed.unwrap().unwrap()).collect();
            assert!(claims.iter().all(|claimed| *claimed == claims[0]), "{claims:?}");
            assert_eq!(token(&store.db, 50 + device).await.unwrap().id, claims[0].token_id);
            assert_eq!(tokens(&store.db).await, i64::from(device));
        }
        assert_eq!(lines(&store.db).await.iter().filter(|line| line.kind == "claimed").count(), 5, "one line each");
    }

    async fn a_revoked_token_is_not_given_again(engine) {
        let store = Store::open(engine).await;
        let db = &store.db;
        owner(db).await;
        begin(db, 1).await;
        assert!(approve(db, 1, &yes("Kitchen"), 1_100).await);
        let claimed = claim(db, 1, 11, 1_101).await.unwrap().unwrap();
        login_token::delete(db, 1, claimed.token_id, &line("revoked")).await.unwrap().unwrap();
        assert_eq!(claim(db, 1, 11, 1_102).await.unwrap(), None);
        assert_eq!(tokens(db).await, 0);
    }

    /// Whoever gave it a new value meant that the device is out.
    async fn a_token_with_a_new_value_is_not_given_again(engine) {
        let store = Store::open(engine).await;
        let db = &store.db;
        owner(db).await;
        begin(db, 1).await;
        assert!(approve(db, 1, &yes("Kitchen"), 1_100).await);
        let claimed = claim(db, 1, 11, 1_101).await.unwrap().unwrap();
        let of_new = &hash(50);
        let value = NewValue { created_at: 1_102, expires_at: Some(9_000), ..value(of_new) };
        let regenerated = login_token::replace(db, 1, claimed.token_id, value, &line("regenerated")).await.unwrap().unwrap();
        assert_eq!(claim(db, 1, 11, 1_103).await.unwrap(), None);
        assert_eq!((token(db, 50).await, token(db, 11).await), (Some(regenerated), None));
    }

    async fn with_a_person_goes_the_pairing_that_they_answered(engine) {
        let store = Store::open(engine).await;
        let db = &store.db;
        owner(db).await;
        let (anna, bea) = (member(db, 52).await, member(db, 53).await);
        for (device, approval) in [
            (1, Approval { user_id: anna.id, ..yes("Kitchen") }),
            (2, Approval { user_id: bea.id, answered_by: anna.id, ..yes("Kitchen") }),
            (3, Approval { user_id: bea.id, ..yes("Hall") }),
        ] {
            begin(db, device).await;
            assert!(approve(db, device, &approval, 1_100).await);
        }
        execute(db, "DELETE FROM users WHERE plex_id = 52").await;
        for device in [1, 2] {
            assert_eq!(claim(db, device, 11, 1_101).await.unwrap(), None);
            assert_eq!(found(db, device).await, None);
        }
        assert!(claim(db, 3, 11, 1_101).await.unwrap().is_some());
    }

    async fn it_is_forgotten_when_told_and_when_it_ran_out(engine) {
        let store = Store::open(engine).await;
        let db = &store.db;
        owner(db).await;
        for device in [1, 2, 3] {
            begin(db, device).await;
        }
        assert!(approve(db, 2, &yes("Kitchen"), 1_100).await);
        let kept = claim(db, 2, 11, 1_101).await.unwrap().unwrap();
        pairing::delete(db, &hash(1)).await.unwrap();
        pairing::delete(db, &hash(1)).await.unwrap();
        assert_eq!(found(db, 1).await, None);
        assert!(found(db, 2).await.is_some() && found(db, 3).await.is_some());
        assert_eq!(pairing::delete_expired(db, 1_300).await.unwrap(), 0);
        assert_eq!(pairing::delete_expired(db, 1_301).await.unwrap(), 2);
        assert_eq!((found(db, 2).await, found(db, 3).await), (None, None));
        assert_eq!(token(db, 11).await.unwrap().id, kept.token_id, "the token stays");
    }
}
