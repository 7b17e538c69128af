//! What is made of accounts and resource lists whose values are not what they should be.

use crate::plex::{AboutServer, answer};

use super::*;

fn account(json: &str) -> Result<PlexAccount, PlexError> {
    answer::account(200, json.as_bytes())
}

#[test]
fn an_account_needs_a_number_and_nothing_else() {
    let bare = account(r#"{"id":48210377}"#).unwrap();
    assert_eq!(
        (bare.display_name().as_str(), bare.home),
        ("Plex account 48210377", false)
    );
    assert_eq!(
        account(r#"{"id":"48210377","home":"1","homeAdmin":1,"restricted":"true","guest":"0"}"#),
        {
            Ok(PlexAccount {
                home: true,
                home_admin: true,
                restricted: true,
                ..bare.clone()
            })
        }
    );
    let nulls = r#"{"id":48210377,"uuid":null,"username":null,"title":"","email":null,"friendlyName":"  ","thumb":null,"home":null}"#;
    assert_eq!(account(nulls), Ok(bare));
    for bad in [
        r#"{"id":0}"#,
        r#"{"id":-4}"#,
        r#"{"id":1.5}"#,
        r#"{"id":99999999999999999999}"#,
        r#"{"id":"x"}"#,
        "{}",
    ] {
        assert!(account(bad).is_err(), "{bad}");
    }
}

#[test]
fn the_name_people_see() {
    let name = |json: &str| account(json).unwrap().display_name();
    assert_eq!(
        name(r#"{"id":1,"friendlyName":"Robin","title":"r","username":"r2"}"#),
        "Robin"
    );
    assert_eq!(name(r#"{"id":1,"friendlyName":"","title":"r","username":"r2"}"#), "r");
    assert_eq!(name(r#"{"id":1,"title":null,"username":"r2"}"#), "r2");
    assert_eq!(name(r#"{"id":1,"title":12345}"#), "12345");
}

#[test]
fn texts_from_strangers_are_tamed() {
    let odd =
        account("{\"id\":1,\"title\":\"  a\\u0000b\\n🏠 \",\"thumb\":\"javascript:alert(1)\",\"email\":{\"x\":[]}}")
            .unwrap();
    assert_eq!((odd.title.as_deref(), odd.thumb, odd.email), (Some("ab🏠"), None, None));
    let long = account(&format!(r#"{{"id":1,"title":"{}"}}"#, "ä".repeat(9000))).unwrap();
    assert_eq!(long.title.unwrap().chars().count(), 255);
    let broken_utf8 = answer::account(200, b"{\"id\":1,\"title\":\"a\xff\"}").unwrap();
    assert_eq!(broken_utf8.title.as_deref(), Some("a\u{fffd}"));
}

#[test]
fn a_broken_row_never_fails_the_list() {
    let list = r#"[
        null, 7, -7, 1.5, "x", true, [1,[2]], {},
        {"clientIdentifier":null,"provides":"server"},
        {"clientIdentifier":["a"],"provides":"server"},
        {"clientIdentifier":"p","provides":"client,player"},
        {"clientIdentifier":"q","provides":["server"]},
        {"clientIdentifier":"z","provides":"serverless"},
        {"clientIdentifier":"a","provides":"client, server","name":null,"platform":null,"owned":"yes","ownerId":"12","home":"1","extra":{"a":[{}]}},
        {"clientIdentifier":"b","provides":"server","name":"B","name":"C","platform":"Linux","owned":1,"ownerId":null,"home":0,
         "product":"Plex Media Server","productVersion":"1.43","device":["x"],"createdAt":"2021-03-04T05:06:07Z","lastSeenAt":1700000000}
    ]"#;
    let (servers, broken) = answer::resources(200, list.as_bytes()).unwrap();
    let a = PlexServer {
        machine_id: "a".to_owned(),
        name: "Plex Media Server".to_owned(),
        platform: None,
        owned: false,
        owner_id: Some(12),
        home: true,
        about: AboutServer {
            provides: vec!["client".to_owned(), "server".to_owned()],
            ..AboutServer::default()
        },
    };
    let b = PlexServer {
        machine_id: "b".to_owned(),
        name: "C".to_owned(),
        platform: Some("Linux".to_owned()),
        owned: true,
        owner_id: None,
        home: false,
        about: AboutServer {
            product: Some("Plex Media Server".to_owned()),
            product_version: Some("1.43".to_owned()),
            device: None,
            created_at: Some("2021-03-04T05:06:07Z".to_owned()),
            last_seen_at: Some("1700000000".to_owned()),
            provides: vec!["server".to_owned()],
        },
    };
    assert_eq!((servers, broken), (vec![a, b], 9));
}

#[test]
fn no_list_is_an_error_and_an_empty_one_is_not() {
    assert_eq!(answer::resources(200, b"[]"), Ok((vec![], 0)));
    for bad in [
        "",
        "{}",
        "null",
        "[",
        "[{}",
        "[{}] x",
        r#"{"MediaContainer":[]}"#,
        "<resources/>",
    ] {
        assert!(
            matches!(
                answer::resources(200, bad.as_bytes()),
                Err(PlexError::Unexpected { .. })
            ),
            "{bad}"
        );
    }
}

#[test]
fn errors_hold_nothing_of_the_answer() {
    let error = account(r#"{"authToken":"hunter2","email":"a@b"}"#).unwrap_err();
    let all = format!("{error} {error:?}");
    assert!(!all.contains("hunter2") && !all.contains("a@b"));
}
