//! `storage::user`.

use latchkey::{
    domain::{
        permission::Permissions,
        person::{Email, PersonName},
        session::{Method, SessionFacts},
        user::{Tier, User},
    },
    storage::{
        session,
        user::{self, PlexProfile},
    },
};

use super::{ODD, Store, at_once, found, hash, member, owner, profile};
use crate::support::on_both;

fn email(text: &str) -> Email {
    Email::parse(text).unwrap()
}

fn name(text: &str) -> Option<PersonName> {
    PersonName::parse(text).unwrap()
}

on_both! {
    async fn the_owner_by_plex_is_user_1(engine) {
        let store = Store::open(engine).await;
        let db = &store.db;
        assert!(!user::owner_exists(db).await.unwrap());
        assert!(user::create_plex_owner(db, &profile(31), 100).await.unwrap());
        assert!(user::owner_exists(db).await.unwrap());
        assert!(!user::create_plex_owner(db, &profile(32), 100).await.unwrap());
        assert!(!user::create_local_owner(db, &email("x@y"), None, "hash", 100).await.unwrap());
        let expected = User {
            id: 1,
            plex_id: Some(31),
            plex_username: Some("plex-31".into()),
            plex_name: Some("plex 31".into()),
            email: Some("31@Example.test".into()),
            username: None,
            has_password: false,
            tier: Tier::Owner,
            permissions: Permissions(2),
            avatar: Some("https://plex.test/31".into()),
            locale: None,
            disabled_at: None,
            created_at: 100,
            updated_at: 100,
        };
        assert_eq!(user::find(db, 1).await.unwrap(), Some(expected.clone()));
        assert_eq!(user::find_by_plex_id(db, 31).await.unwrap(), Some(expected));
        assert_eq!(user::find_by_plex_id(db, 32).await.unwrap(), None);
        assert_eq!(user::find_password(db, "31@example.test").await.unwrap(), None);
    }

    async fn the_local_owner_is_found_by_email_in_any_case(engine) {
        let store = Store::open(engine).await;
        let db = &store.db;
        assert!(user::create_local_owner(db, &email("Ännä@Home.test"), name(ODD).as_ref(), "$argon2id$x", 100).await.unwrap());
        assert!(!user::create_plex_owner(db, &profile(31), 100).await.unwrap());
        let found = user::find(db, 1).await.unwrap().unwrap();
        assert_eq!((found.email.as_deref(), found.username.as_deref()), (Some("Ännä@Home.test"), Some(ODD)));
        assert_eq!((found.tier, found.permissions, found.has_password, found.plex_id), (Tier::Owner, Permissions(2), true, None));
        for spelt in ["Ännä@Home.test", "ännä@home.test", " ÄNNÄ@HOME.TEST "] {
            let password = user::find_password(db, spelt).await.unwrap();
            assert_eq!(password, Some((1, "$argon2id$x".to_owned())), "{spelt}");
        }
        for other in ["", "anna@home.test", "Ännä@Home.tes_", "%"] {
            assert_eq!(user::find_password(db, other).await.unwrap(), None, "{other}");
        }
    }

    async fn of_many_owners_at_once_one_is_made(engine) {
        let store = Store::open(engine).await;
        let made = at_once(&store, 16, |db, number| async move {
            let made = if number % 2 == 0 {
                user::create_plex_owner(&db, &profile(100 + number as i64), 1).await
            } else {
                user::create_local_owner(&db, &email(&format!("{number}@home.test")), None, "hash", 1).await
            };
            (number, made.unwrap())
        }).await;
        let won: Vec<_> = made.into_iter().filter(|(_, made)| *made).map(|(number, _)| number).collect();
        assert_eq!(won.len(), 1);
        let owner = user::find(&store.db, 1).await.unwrap().unwrap();
        assert_eq!(owner.plex_id.is_some(), won[0] % 2 == 0);
        assert_eq!(user::find(&store.db, 2).await.unwrap(), None);
    }

    async fn members_count_from_2_without_gaps(engine) {
        let store = Store::open(engine).await;
        let db = &store.db;
        owner(db).await;
        // The owner and members come back many times; nobody new is made.
        for _ in 0..3 {
            assert_eq!(member(db, 31).await.id, 1);
        }
        assert_eq!(member(db, 52).await.id, 2);
        for _ in 0..3 {
            assert_eq!(member(db, 52).await.id, 2);
        }
        assert_eq!(member(db, 53).await.id, 3);
        assert_eq!(user::find(db, 4).await.unwrap(), None);
    }

    async fn a_sign_in_takes_over_what_plex_says_now(engine) {
        let store = Store::open(engine).await;
        let db = &store.db;
        owner(db).await;
        let first = user::upsert_plex(db, &profile(52), Tier::Friend, Permissions(32), 200).await.unwrap();
        let expected = User {
            id: 2,
            plex_id: Some(52),
            plex_username: Some("plex-52".into()),
            plex_name: Some("plex 52".into()),
            email: Some("52@Example.test".into()),
            username: None,
            has_password: false,
            tier: Tier::Friend,
            permissions: Permissions(32),
            avatar: Some("https://plex.test/52".into()),
            locale: None,
            disabled_at: None,
            created_at: 200,
            updated_at: 200,
        };
        assert_eq!(first, expected);
        let now = PlexProfile { plex_id: 52, username: None, name: ODD.into(), email: None, avatar: None };
        let second = user::upsert_plex(db, &now, Tier::Home, Permissions(0), 300).await.unwrap();
        let expected = User {
            plex_username: None,
            plex_name: Some(ODD.into()),
            email: None,
            avatar: None,
            tier: Tier::Home,
            updated_at: 300,
            ..expected
        };
        assert_eq!(second, expected, "permissions and the day of joining stay");
        assert_eq!(user::find(db, 2).await.unwrap(), Some(expected));
    }

    async fn the_owner_stays_owner_whatever_tier_is_found(engine) {
        let store = Store::open(engine).await;
        owner(&store.db).await;
        let owner = user::upsert_plex(&store.db, &profile(31), Tier::Friend, Permissions(0), 200).await.unwrap();
        assert_eq!((owner.id, owner.tier, owner.permissions), (1, Tier::Owner, Permissions(2)));
    }

    async fn two_plex_accounts_may_share_an_email_even_with_a_local_one(engine) {
        let store = Store::open(engine).await;
        let db = &store.db;
        user::create_local_owner(db, &email("Shared@home.test"), None, "hash", 1).await.unwrap();
        for plex_id in [52, 53] {
            let profile = PlexProfile { email: Some("shared@home.test".into()), ..profile(plex_id) };
            user::upsert_plex(db, &profile, Tier::Friend, Permissions(0), 2).await.unwrap();
        }
        assert_eq!(user::find_password(db, "shared@home.test").await.unwrap(), Some((1, "hash".into())));
    }

    async fn people_at_once_get_one_account_each(engine) {
        let store = Store::open(engine).await;
        owner(&store.db).await;
        let made = at_once(&store, 24, |db, number| async move { (number % 3, member(&db, 50 + (number % 3) as i64).await.id) }).await;
        for (who, id) in &made {
            assert!(*id > 1);
            assert!(made.iter().all(|(other, other_id)| (who == other) == (id == other_id)), "{made:?}");
        }
    }

    async fn numbers_of_64_bits_come_back(engine) {
        let store = Store::open(engine).await;
        owner(&store.db).await;
        let plex_id = i64::MAX;
        let member = user::upsert_plex(&store.db, &profile(plex_id), Tier::Friend, Permissions(1 << 40), i64::MAX).await.unwrap();
        assert_eq!((member.plex_id, member.permissions, member.created_at), (Some(plex_id), Permissions(1 << 40), i64::MAX));
        assert_eq!(user::find_by_plex_id(&store.db, plex_id).await.unwrap(), Some(member));
    }

    async fn disabling_ends_the_sessions_of_that_member_only(engine) {
        let store = Store::open(engine).await;
        let db = &store.db;
        owner(db).await;
        let anna = member(db, 52).await.id;
        for (byte, user_id) in [(1, 1), (2, anna), (3, anna)] {
            let facts = SessionFacts {
                user_id, method: Method::Plex, address: String::new(), agent: String::new(), created_at: 1, last_seen_at: 1,
            token: None,
            };
            session::create(db, &hash(byte), &facts).await.unwrap();
        }
        assert!(!user::set_disabled(db, 99, Some(5), 5).await.unwrap());
        assert!(user::set_disabled(db, anna, Some(500), 501).await.unwrap());
        let disabled = user::find(db, anna).await.unwrap().unwrap();
        assert_eq!((disabled.disabled_at, disabled.updated_at), (Some(500), 501));
        assert!(found(db, &hash(1)).await.unwrap().is_some());
        for byte in [2, 3] {
            assert_eq!(found(db, &hash(byte)).await.unwrap(), None);
        }
        // A sign-in does not enable anybody.
        assert_eq!(member(db, 52).await.disabled_at, Some(500));
        assert!(user::set_disabled(db, anna, None, 600).await.unwrap());
        assert_eq!(user::find(db, anna).await.unwrap().unwrap().disabled_at, None);
        assert!(found(db, &hash(1)).await.unwrap().is_some(), "enabling ends nothing");
    }
}
