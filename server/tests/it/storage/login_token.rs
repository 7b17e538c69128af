//! `storage::login_token`.

use latchkey::{
    domain::{
        hash::Hash,
        token::{LoginToken, NO_LIMITS},
        user::User,
    },
    storage::{
        Db, Reader, StorageError,
        activity::Line,
        login_token::{self, NewValue, Use},
    },
};

use super::{
    ODD, Store, hash, member, newest, owner,
    sql::{crowd, execute},
};
use crate::support::on_both;

const KIND: &str = "token-new-address";

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
        user_id: Some(1),
        actor_id: Some(1),
        subject: ODD.into(),
        address: "192.0.2.1".into(),
        reason: String::new(),
        plex_id: None,
        ..Line::default()
    }
}

/// Makes one where there is room.
async fn create(db: &Db, user_id: i64, name: &str, value: NewValue<'_>) -> Result<LoginToken, StorageError> {
    let made = login_token::create(db, user_id, name, value, 100, &line("made")).await?;
    Ok(made.expect("there is room"))
}

async fn make(db: &Db, user_id: i64, name: &str, byte: u8) -> LoginToken {
    create(db, user_id, name, value(&hash(byte))).await.unwrap()
}

async fn replace(db: &Db, user_id: i64, id: i64, value: NewValue<'_>) -> Result<Option<LoginToken>, StorageError> {
    login_token::replace(db, user_id, id, value, &line("regenerated")).await
}

async fn delete(db: &Db, user_id: i64, id: i64) -> Option<LoginToken> {
    login_token::delete(db, user_id, id, &line("revoked")).await.unwrap()
}

/// Whose the value of this hash is, asked as requests ask.
async fn by_hash(db: &Db, byte: u8) -> Option<(LoginToken, User)> {
    let reader = Reader::open(db).await.unwrap();
    login_token::find_by_hash(&reader, &hash(byte)).await.unwrap()
}

on_both! {
    async fn a_token_comes_back_as_it_was_made(engine) {
        let store = Store::open(engine).await;
        let db = &store.db;
        owner(db).await;
        let anna = member(db, 52).await;
        assert_eq!(login_token::list(db, anna.id).await.unwrap(), []);
        assert_eq!(by_hash(db, 1).await, None);
        let of_new = &hash(1);
        let new = NewValue { created_at: 1_234, expires_at: Some(i64::MAX), ..value(of_new) };
        let made = create(db, anna.id, ODD, new).await.unwrap();
        let expected = LoginToken {
            id: made.id,
            user_id: anna.id,
            name: ODD.into(),
            created_at: 1_234,
            created_by: Some(1),
            expires_at: Some(i64::MAX),
            last_used_at: None,
            last_used_address: None,
            limits: NO_LIMITS.clone(),
        };
        assert_eq!(made, expected);
        assert_eq!(login_token::find(db, anna.id, made.id).await.unwrap(), Some(expected.clone()));
        assert_eq!(login_token::find_by_name(db, anna.id, ODD).await.unwrap(), Some(expected.clone()));
        assert_eq!(login_token::list(db, anna.id).await.unwrap(), vec![expected.clone()]);
        assert_eq!(by_hash(db, 1).await, Some((expected, anna)));
        assert_eq!(by_hash(db, 2).await, None);
    }

    async fn an_expired_token_and_a_disabled_members_are_found_too(engine) {
        let store = Store::open(engine).await;
        let db = &store.db;
        owner(db).await;
        let anna = member(db, 52).await;
        let of_new = &hash(1);
        let new = NewValue { expires_at: Some(1), ..value(of_new) };
        create(db, anna.id, "x", new).await.unwrap();
        latchkey::storage::user::set_disabled(db, anna.id, Some(7), 7).await.unwrap();
        let (token, user) = by_hash(db, 1).await.unwrap();
        assert_eq!((token.expires_at, user.disabled_at), (Some(1), Some(7)));
    }

    async fn a_name_is_taken_once_by_each_member(engine) {
        let store = Store::open(engine).await;
        let db = &store.db;
        owner(db).await;
        let anna = member(db, 52).await;
        let first = make(db, anna.id, ODD, 1).await;
        let again = create(db, anna.id, ODD, value(&hash(2))).await;
        assert!(matches!(again, Err(StorageError::Taken)), "{again:?}");
        assert_eq!(login_token::list(db, anna.id).await.unwrap(), [first]);
        assert_eq!((by_hash(db, 1).await.is_some(), by_hash(db, 2).await), (true, None));
        // Another member's device may be called the same, and the same word written otherwise is another name.
        make(db, 1, ODD, 3).await;
        for (name, byte) in [("Kitchen", 4), ("kitchen", 5), ("Kitchen ", 6)] {
            make(db, anna.id, name, byte).await;
        }
    }

    async fn a_value_is_one_tokens_only(engine) {
        let store = Store::open(engine).await;
        let db = &store.db;
        owner(db).await;
        let anna = member(db, 52).await;
        make(db, 1, "x", 1).await;
        let again = create(db, anna.id, "y", value(&hash(1))).await;
        assert!(matches!(again, Err(StorageError::Taken)), "{again:?}");
        let other = make(db, anna.id, "z", 2).await;
        let again = replace(db, anna.id, other.id, value(&hash(1))).await;
        assert!(matches!(again, Err(StorageError::Taken)), "{again:?}");
        assert_eq!(by_hash(db, 1).await.unwrap().1.id, 1);
        assert_eq!(by_hash(db, 2).await.unwrap().0, other, "nothing was changed");
    }

    async fn nobody_without_an_account_has_a_token(engine) {
        let store = Store::open(engine).await;
        let db = &store.db;
        owner(db).await;
        assert!(create(db, 7, "x", value(&hash(1))).await.is_err());
        let of_new = &hash(1);
        let by_nobody = NewValue { created_by: 7, ..value(of_new) };
        assert!(create(db, 1, "x", by_nobody).await.is_err());
        assert_eq!(by_hash(db, 1).await, None);
    }

    async fn of_many_who_make_one_name_at_once_one_does(engine) {
        let store = Store::open(engine).await;
        owner(&store.db).await;
        let made = crowd(&store, 12, |db, number| async move {
            let byte = u8::try_from(number).unwrap();
            (byte, create(&db, 1, "Kitchen", value(&hash(byte))).await)
        }).await;
        let mut winners = Vec::new();
        for (byte, made) in made {
            match made {
                Ok(token) => winners.push((byte, token)),
                Err(error) => assert!(matches!(error, StorageError::Taken), "{error}"),
            }
        }
        let [(byte, token)] = &winners[..] else { panic!("{winners:?}") };
        assert_eq!(by_hash(&store.db, *byte).await.unwrap().0, *token);
        assert_eq!(login_token::list(&store.db, 1).await.unwrap().len(), 1);
    }

    async fn there_is_room_for_so_many(engine) {
        let store = Store::open(engine).await;
        let db = &store.db;
        owner(db).await;
        let anna = member(db, 52).await;
        let below = async |user_id: i64, byte: u8, most: i64| {
            login_token::create(db, user_id, &byte.to_string(), value(&hash(byte)), most, &line("made")).await.unwrap().is_some()
        };
        assert!(!below(1, 0, 0).await);
        assert!(below(1, 1, 2).await && below(1, 2, 2).await && !below(1, 3, 2).await);
        assert!(below(anna.id, 4, 2).await, "each member has as many");
        assert!(below(1, 5, 3).await);
        delete(db, 1, login_token::list(db, 1).await.unwrap()[0].id).await.unwrap();
        assert!(below(1, 6, 3).await && !below(1, 7, 3).await);
        let made = newest(db, 100).await.unwrap().iter().filter(|line| line.kind == "made").count();
        assert_eq!(made, 5, "only of what was made");
    }

    async fn of_many_at_once_no_more_are_made_than_there_is_room_for(engine) {
        let store = Store::open(engine).await;
        owner(&store.db).await;
        for most in [3, 6, 9, 12] {
            let made = crowd(&store, 8, |db, number| async move {
                let name = format!("{most} {number}");
                let byte = u8::try_from(most * 10 + i64::try_from(number).unwrap()).unwrap();
                login_token::create(&db, 1, &name, value(&hash(byte)), most, &line("made")).await.unwrap().is_some()
            }).await;
            assert_eq!(made.iter().filter(|made| **made).count(), 3, "{made:?}");
        }
    }

    async fn what_changed_is_told_with_the_tokens_name(engine) {
        let store = Store::open(engine).await;
        let db = &store.db;
        owner(db).await;
        let anna = member(db, 52).await;
        let token = make(db, anna.id, "Kitchen", 1).await;
        // Nothing happens: taken, somebody else's number, no number.
        assert!(create(db, anna.id, "Kitchen", value(&hash(2))).await.is_err());
        for (user_id, id) in [(1, token.id), (anna.id, token.id + 1)] {
            assert_eq!(replace(db, user_id, id, value(&hash(2))).await.unwrap(), None);
            assert_eq!(delete(db, user_id, id).await, None);
        }
        replace(db, anna.id, token.id, value(&hash(2))).await.unwrap().unwrap();
        let about = Line { user_id: Some(anna.id), subject: String::new(), ..line("revoked") };
        login_token::delete(db, anna.id, token.id, &about).await.unwrap().unwrap();
        let named = |kind: &str| Line { subject: "Kitchen".into(), ..line(kind) };
        let expected = [Line { user_id: Some(anna.id), ..named("revoked") }, named("regenerated"), line("made")];
        assert_eq!(newest(db, 10).await.unwrap(), expected, "the line of what was made is as it was handed in");
    }

    async fn what_a_form_made_a_moment_ago_is_found_until_it_is_used(engine) {
        let store = Store::open(engine).await;
        let db = &store.db;
        owner(db).await;
        let anna = member(db, 52).await;
        let of_new = &hash(1);
        let by_form = NewValue { created_at: 2_000, made_once: Some(ODD), ..value(of_new) };
        let token = create(db, anna.id, "Kitchen", by_form).await.unwrap();
        make(db, anna.id, "Hall", 2).await;
        let found = async |user_id: i64, name: &str, once: &str, after: i64| {
            login_token::find_made_once(db, user_id, name, once, after).await.unwrap()
        };
        assert_eq!(found(anna.id, "Kitchen", ODD, 1_999).await, Some(token.id));
        assert_eq!(found(anna.id, "Kitchen", ODD, 2_000).await, None);
        assert_eq!(found(1, "Kitchen", ODD, 0).await, None, "another member's");
        for (name, once) in [("Hall", ODD), ("Hall", ""), ("kitchen", ODD), ("Kitchen", ""), ("Kitchen", "another form")] {
            assert_eq!(found(anna.id, name, once, 0).await, None, "{name:?} {once:?}");
        }
        login_token::record_uses(db, &uses(&token, &[(2_001, "a")]), KIND).await.unwrap();
        assert_eq!(found(anna.id, "Kitchen", ODD, 1_999).await, None, "the device has it");
    }

    async fn a_list_is_one_members_by_name(engine) {
        let store = Store::open(engine).await;
        let db = &store.db;
        owner(db).await;
        let anna = member(db, 52).await;
        for (byte, name) in ["b", "C", "a", "B", "10", "_"].into_iter().enumerate() {
            make(db, anna.id, name, u8::try_from(byte).unwrap()).await;
        }
        make(db, 1, "aa", 99).await;
        let names: Vec<_> = login_token::list(db, anna.id).await.unwrap().into_iter().map(|token| token.name).collect();
        assert_eq!(names, ["10", "_", "a", "b", "B", "C"]);
        assert_eq!(login_token::list(db, 7).await.unwrap(), []);
    }

    async fn somebody_elses_number_finds_nothing_and_changes_nothing(engine) {
        let store = Store::open(engine).await;
        let db = &store.db;
        owner(db).await;
        let anna = member(db, 52).await;
        let hers = make(db, anna.id, "x", 1).await;
        assert_eq!(login_token::find(db, 1, hers.id).await.unwrap(), None);
        assert_eq!(login_token::find_by_name(db, 1, "x").await.unwrap(), None);
        assert_eq!(replace(db, 1, hers.id, value(&hash(2))).await.unwrap(), None);
        assert_eq!(delete(db, 1, hers.id).await, None);
        for id in [0, -1, i64::MIN, i64::MAX] {
            assert_eq!(login_token::find(db, anna.id, id).await.unwrap(), None);
            assert_eq!(replace(db, anna.id, id, value(&hash(2))).await.unwrap(), None);
            assert_eq!(delete(db, anna.id, id).await, None);
        }
        assert_eq!(by_hash(db, 1).await.unwrap().0, hers);
        assert_eq!(by_hash(db, 2).await, None);
    }

    async fn a_new_value_takes_the_place_of_the_old_one(engine) {
        let store = Store::open(engine).await;
        let db = &store.db;
        owner(db).await;
        let anna = member(db, 52).await;
        let before = create(db, anna.id, ODD, NewValue { expires_at: Some(9_000), ..value(&hash(1)) }).await.unwrap();
        let other = make(db, anna.id, "other", 3).await;
        let used = uses(&before, &[(1_500, "192.0.2.1")]);
        login_token::record_uses(db, &used, KIND).await.unwrap();
        let of_new = &hash(2);
        let new = NewValue { created_at: 2_000, created_by: anna.id, ..value(of_new) };
        let after = replace(db, anna.id, before.id, new).await.unwrap().unwrap();
        let expected = LoginToken { created_at: 2_000, created_by: Some(anna.id), expires_at: None, ..before };
        assert_eq!(after, expected, "its number and name stay, it was never used");
        assert_eq!(by_hash(db, 1).await, None);
        assert_eq!(by_hash(db, 2).await, Some((expected, anna.clone())));
        assert_eq!(by_hash(db, 3).await, Some((other, anna)), "the other one is as it was");
    }

    async fn a_revoked_token_is_gone_and_tells_what_it_was(engine) {
        let store = Store::open(engine).await;
        let db = &store.db;
        owner(db).await;
        let token = make(db, 1, ODD, 1).await;
        let other = make(db, 1, "other", 2).await;
        login_token::record_uses(db, &uses(&token, &[(1_500, "192.0.2.1")]), KIND).await.unwrap();
        let was = delete(db, 1, token.id).await.unwrap();
        assert_eq!((was.id, was.name.as_str(), was.last_used_at), (token.id, ODD, Some(1_500)));
        assert_eq!(delete(db, 1, token.id).await, None);
        assert_eq!(replace(db, 1, token.id, value(&hash(3))).await.unwrap(), None);
        assert_eq!((by_hash(db, 1).await, by_hash(db, 3).await), (None, None));
        assert_eq!(login_token::list(db, 1).await.unwrap(), [other]);
        // The name is free again, the number is not used again.
        assert_ne!(make(db, 1, ODD, 1).await.id, token.id);
    }

    async fn with_a_member_go_their_tokens_and_who_made_others_is_forgotten(engine) {
        let store = Store::open(engine).await;
        let db = &store.db;
        owner(db).await;
        let (anna, bea) = (member(db, 52).await, member(db, 53).await);
        let hers = make(db, anna.id, "x", 1).await;
        login_token::record_uses(db, &uses(&hers, &[(1_500, "192.0.2.1")]), KIND).await.unwrap();
        let of_new = &hash(2);
        let made_by_anna = NewValue { created_by: anna.id, ..value(of_new) };
        create(db, bea.id, "x", made_by_anna).await.unwrap();
        execute(db, "DELETE FROM users WHERE plex_id = 52").await;
        assert_eq!(by_hash(db, 1).await, None);
        assert_eq!(login_token::list(db, anna.id).await.unwrap(), []);
        assert_eq!(by_hash(db, 2).await.unwrap().0.created_by, None);
    }
}

/// Uses of a token from these addresses, each a network of its own.
fn uses(token: &LoginToken, when: &[(i64, &str)]) -> Vec<Use> {
    let one = |&(at, address): &(i64, &str)| Use {
        token_id: token.id,
        user_id: token.user_id,
        name: token.name.clone(),
        at,
        address: address.to_owned(),
        network: format!("net of {address}"),
    };
    when.iter().map(one).collect()
}

/// When and from where the token was last used.
async fn last_used(db: &Db, token: &LoginToken) -> (Option<i64>, Option<String>) {
    let token = login_token::find(db, token.user_id, token.id).await.unwrap().unwrap();
    (token.last_used_at, token.last_used_address)
}

/// The lines about uses, newest first.
async fn told(db: &Db) -> Vec<Line> {
    let mut lines = newest(db, 10_000).await.unwrap();
    lines.retain(|line| !["made", "regenerated", "revoked"].contains(&line.kind.as_str()));
    lines
}

/// How many there are.
async fn lines(db: &Db) -> usize {
    told(db).await.len()
}

on_both! {
    async fn a_use_is_written_at_most_once_a_minute(engine) {
        let store = Store::open(engine).await;
        let db = &store.db;
        owner(db).await;
        let token = make(db, 1, "x", 1).await;
        assert_eq!(last_used(db, &token).await, (None, None));
        login_token::record_uses(db, &[], KIND).await.unwrap();
        for (at, address, stands) in [
            (1_000, "a", (1_000, "a")),
            (1_000, "b", (1_000, "a")),
            (1_059, "c", (1_000, "a")),
            (1_060, "d", (1_060, "d")),
            // From the past, as an instance says that could not write for a while.
            (1_030, "e", (1_060, "d")),
            (1_119, "f", (1_060, "d")),
            (9_000, ODD, (9_000, ODD)),
        ] {
            login_token::record_uses(db, &uses(&token, &[(at, address)]), KIND).await.unwrap();
            assert_eq!(last_used(db, &token).await, (Some(stands.0), Some(stands.1.to_owned())), "{at} {address}");
        }
        // Many at once, in any order: what came first in each minute counts.
        let many = [(9_200, "k"), (9_130, "j"), (9_070, "h"), (9_075, "i")];
        login_token::record_uses(db, &uses(&token, &many), KIND).await.unwrap();
        assert_eq!(last_used(db, &token).await, (Some(9_200), Some("k".to_owned())));
    }

    async fn a_network_that_is_new_to_a_token_is_one_line_of_activity(engine) {
        let store = Store::open(engine).await;
        let db = &store.db;
        owner(db).await;
        let anna = member(db, 52).await;
        let (one, two) = (make(db, anna.id, ODD, 1).await, make(db, anna.id, "two", 2).await);
        let first = Use { address: "2001:db8::7".into(), network: "2001:db8:0:0::/64".into(), ..uses(&one, &[(1_000, "")]).remove(0) };
        login_token::record_uses(db, &[first.clone(), first.clone()], "a kind").await.unwrap();
        let expected = Line {
            at: 1_000,
            kind: "a kind".into(),
            user_id: Some(anna.id),
            actor_id: Some(anna.id),
            subject: ODD.into(),
            address: "2001:db8::7".into(),
            reason: String::new(),
            plex_id: None,
            ..Line::default()
        };
        assert_eq!(told(db).await, [expected]);
        // Another address of the same network is nothing new, however much later.
        let neighbour = Use { address: "2001:db8::8".into(), at: 90_000, ..first.clone() };
        login_token::record_uses(db, &[neighbour], KIND).await.unwrap();
        assert_eq!(lines(db).await, 1);
        // To another token it is, and another network is to this one, also within the minute.
        login_token::record_uses(db, &[Use { token_id: two.id, ..first.clone() }], KIND).await.unwrap();
        login_token::record_uses(db, &[Use { network: "192.0.2.1".into(), at: 90_001, ..first }], KIND).await.unwrap();
        assert_eq!(lines(db).await, 3);
    }

    async fn after_a_new_value_every_network_is_new_again(engine) {
        let store = Store::open(engine).await;
        let db = &store.db;
        owner(db).await;
        let (token, other) = (make(db, 1, "x", 1).await, make(db, 1, "other", 2).await);
        for token in [&token, &other] {
            login_token::record_uses(db, &uses(token, &[(1_000, "a"), (1_001, "b")]), KIND).await.unwrap();
        }
        assert_eq!(lines(db).await, 4);
        let of_new = &hash(3);
        let new = NewValue { created_at: 2_000, ..value(of_new) };
        replace(db, 1, token.id, new).await.unwrap().unwrap();
        login_token::record_uses(db, &uses(&token, &[(3_000, "b")]), KIND).await.unwrap();
        assert_eq!(lines(db).await, 5);
        login_token::record_uses(db, &uses(&other, &[(3_000, "b")]), KIND).await.unwrap();
        assert_eq!(lines(db).await, 5, "nothing happened to the other one");
    }

    async fn a_failed_new_value_forgets_no_network(engine) {
        let store = Store::open(engine).await;
        let db = &store.db;
        owner(db).await;
        let (token, _) = (make(db, 1, "x", 1).await, make(db, 1, "other", 2).await);
        login_token::record_uses(db, &uses(&token, &[(1_000, "a")]), KIND).await.unwrap();
        // Taken; and somebody else's number.
        assert!(replace(db, 1, token.id, value(&hash(2))).await.is_err());
        assert_eq!(replace(db, 2, token.id, value(&hash(3))).await.unwrap(), None);
        login_token::record_uses(db, &uses(&token, &[(2_000, "a")]), KIND).await.unwrap();
        assert_eq!(lines(db).await, 1);
    }

    async fn uses_of_tokens_that_are_gone_or_new_meanwhile_are_passed_over(engine) {
        let store = Store::open(engine).await;
        let db = &store.db;
        owner(db).await;
        let mut tokens = Vec::new();
        for (byte, name) in ["gone", "replaced", "there"].into_iter().enumerate() {
            tokens.push(make(db, 1, name, u8::try_from(byte).unwrap()).await);
        }
        delete(db, 1, tokens[0].id).await;
        let of_new = &hash(9);
        let new = NewValue { created_at: 5_000, ..value(of_new) };
        replace(db, 1, tokens[1].id, new).await.unwrap();
        let waiting: Vec<_> = tokens.iter().flat_map(|token| uses(token, &[(4_999, "a")])).collect();
        login_token::record_uses(db, &waiting, KIND).await.unwrap();
        assert_eq!(last_used(db, &tokens[1]).await, (None, None));
        assert_eq!(last_used(db, &tokens[2]).await, (Some(4_999), Some("a".into())));
        assert_eq!(lines(db).await, 1);
    }

    async fn what_fails_in_the_middle_writes_nothing(engine) {
        let store = Store::open(engine).await;
        let db = &store.db;
        owner(db).await;
        let token = make(db, 1, "x", 1).await;
        // What happened and its line are there together or not at all.
        execute(db, "ALTER TABLE activity RENAME TO elsewhere").await;
        let waiting = uses(&token, &[(1_000, "a")]);
        assert!(login_token::record_uses(db, &waiting, KIND).await.is_err());
        assert!(create(db, 1, "y", value(&hash(2))).await.is_err());
        assert!(replace(db, 1, token.id, value(&hash(3))).await.is_err());
        assert!(login_token::delete(db, 1, token.id, &line("revoked")).await.is_err());
        assert_eq!(login_token::list(db, 1).await.unwrap(), vec![token.clone()]);
        assert_eq!(by_hash(db, 1).await.unwrap().0, token);
        execute(db, "ALTER TABLE elsewhere RENAME TO activity").await;
        login_token::record_uses(db, &waiting, KIND).await.unwrap();
        assert_eq!((last_used(db, &token).await, lines(db).await), ((Some(1_000), Some("a".into())), 1));
    }

    /// Two instances write the same tokens, each in the order of its own memory.
    async fn many_write_uses_of_the_same_tokens_at_once(engine) {
        let store = Store::open(engine).await;
        let db = &store.db;
        owner(db).await;
        let mut tokens = Vec::new();
        for byte in 0..20 {
            tokens.push(make(db, 1, &format!("device {byte}"), byte).await);
        }
        let tokens = std::sync::Arc::new(tokens);
        let written = crowd(&store, 8, |db, number| {
            let tokens = std::sync::Arc::clone(&tokens);
            async move {
                for round in 0..4 {
                    let mut waiting: Vec<_> = tokens.iter().flat_map(|token| uses(token, &[(10_000 + round * 60, "a")])).collect();
                    if number % 2 == 1 {
                        waiting.reverse();
                    }
                    login_token::record_uses(&db, &waiting, KIND).await?;
                }
                Ok::<(), StorageError>(())
            }
        }).await;
        for written in written {
            written.unwrap();
        }
        assert_eq!(last_used(db, &tokens[7]).await, (Some(10_180), Some("a".into())));
        assert_eq!(lines(db).await, 20, "one line a token, whoever wrote it");
    }

    /// The database was away for some minutes: two instances write what they saw meanwhile, each with times of its own.
    async fn many_write_minutes_of_uses_of_one_token_at_once(engine) {
        let store = Store::open(engine).await;
        let db = &store.db;
        owner(db).await;
        let token = make(db, 1, "x", 1).await;
        login_token::record_uses(db, &uses(&token, &[(10_000, "home")]), KIND).await.unwrap();
        let written = crowd(&store, 8, |db, number| {
            let token = token.clone();
            async move {
                for round in 0..8 {
                    let seen = |place: i64| {
                        let network = if number % 2 == 1 { 19 - place } else { place };
                        uses(&token, &[(10_001 + round * 300 + place * 15, &format!("{round}: {network:02}"))])
                    };
                    let waiting: Vec<_> = (0..20).flat_map(seen).collect();
                    login_token::record_uses(&db, &waiting, KIND).await?;
                }
                Ok::<(), StorageError>(())
            }
        }).await;
        for written in written {
            written.unwrap();
        }
        let (at, _) = last_used(db, &token).await;
        assert!(at.is_some_and(|at| at > 10_001 + 7 * 300), "{at:?}");
        assert_eq!(lines(db).await, 1 + 8 * 20);
    }

    /// A link that the whole household opens: two instances saw the same networks, each in an order of its own.
    async fn many_write_the_same_new_networks_of_one_token_at_once(engine) {
        let store = Store::open(engine).await;
        let db = &store.db;
        owner(db).await;
        let token = make(db, 1, "x", 1).await;
        // Used in this very minute, so that nobody writes the token's own row.
        login_token::record_uses(db, &uses(&token, &[(10_000, "home")]), KIND).await.unwrap();
        let written = crowd(&store, 4, |db, number| {
            let token = token.clone();
            async move {
                for round in 0..8 {
                    let seen = |place: i64| {
                        let network = if number % 2 == 1 { 39 - place } else { place };
                        uses(&token, &[(10_001 + place, &format!("{round}: {network}"))])
                    };
                    let waiting: Vec<_> = (0..40).flat_map(seen).collect();
                    login_token::record_uses(&db, &waiting, KIND).await?;
                }
                Ok::<(), StorageError>(())
            }
        }).await;
        for written in written {
            written.unwrap();
        }
        assert_eq!(last_used(db, &token).await, (Some(10_000), Some("home".into())));
        assert_eq!(lines(db).await, 1 + 8 * 40);
    }
}
