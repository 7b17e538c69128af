//! The owner's list of people, in Plex's old XML.

use axum::http::header::CONTENT_TYPE;

use crate::plex::household::parse;

use super::*;

const LIST: &str = r#"<?xml version="1.0" encoding="UTF-8"?>
<MediaContainer friendlyName="myPlex" identifier="com.plexapp.plugins.myplex" machineIdentifier="not-the-owners" totalSize="4" size="4">
  <User id="52990041" title="Anna &amp; K&#8364;" username="anna.k" email="anna@example.test" thumb="https://plex.tv/users/7a20/avatar?c=1&amp;d=2" home="0" restricted="0">
    <Server id="1" serverId="9" machineIdentifier="attic" name="Attic" lastSeenAt="1" numLibraries="2" allLibraries="1" owned="0" pending="0"/>
    <Server id="2" serverId="9" machineIdentifier="cellar" name="Cellar" owned="0" pending="1"></Server>
    <Server id="3" name="no identifier" pending="0"/>
  </User>
  <User id="48210555" title="Kim" username="" email="" home="1" restricted="1"/>
  <User id="" title="nobody"><Server machineIdentifier="attic" pending="0"/></User>
  <User id="53110878" title="paul" username="paul" home="" restricted=""><Other><Server machineIdentifier="x" pending="0"/></Other>
    <Server machineIdentifier="attic"/></User>
  <Server machineIdentifier="stray" pending="0"/>
</MediaContainer>"#;

#[test]
fn people_and_what_is_shared_with_them() {
    let list = parse(200, LIST.as_bytes()).unwrap();
    assert_eq!((list.left_out, list.announced, list.is_whole()), (2, Some(4), false));
    let users = list.people;
    let shared = |machine_id: &str, pending| SharedServer {
        machine_id: machine_id.to_owned(),
        pending,
    };
    let anna = &users[0];
    assert_eq!(
        (anna.id, anna.title.as_deref(), anna.home),
        (52_990_041, Some("Anna & K€"), false)
    );
    assert_eq!(anna.thumb.as_deref(), Some("https://plex.tv/users/7a20/avatar?c=1&d=2"));
    assert_eq!(anna.servers, [shared("attic", false), shared("cellar", true)]);
    let kim = &users[1];
    assert_eq!(
        (kim.id, kim.email.as_ref(), kim.username.as_ref()),
        (48_210_555, None, None)
    );
    assert!(kim.home && kim.restricted && kim.servers.is_empty());
    // Not said to be accepted: pending.
    assert_eq!(
        (users[2].id, &users[2].servers),
        (53_110_878, &vec![shared("attic", true)])
    );
    assert_eq!(users.len(), 3);
}

#[test]
fn an_empty_list_is_a_list() {
    for empty in [
        "<MediaContainer size=\"0\"/>",
        "<MediaContainer size=\"0\"></MediaContainer>",
    ] {
        let list = parse(200, empty.as_bytes()).unwrap();
        assert!(list.people.is_empty() && list.is_whole(), "{empty}");
    }
}

#[test]
fn a_list_with_fewer_people_than_plex_says_is_not_whole() {
    for (root, whole) in [
        ("", true),
        ("size=\"1\"", true),
        ("size=\"1\" totalSize=\"1\"", true),
        ("size=\"2\"", false),
        ("size=\"1\" totalSize=\"30\"", false),
        ("size=\"x\"", true),
    ] {
        let list = format!("<MediaContainer {root}><User id=\"5\"/></MediaContainer>");
        assert_eq!(parse(200, list.as_bytes()).unwrap().is_whole(), whole, "{root}");
    }
}

#[test]
fn half_a_list_is_none() {
    let half = &LIST[..LIST.len() / 2];
    let deep = format!("<MediaContainer>{}", "<a>".repeat(5000));
    let bomb = r#"<!DOCTYPE a [<!ENTITY b "bbbb"><!ENTITY c "&b;&b;">]><MediaContainer>"#;
    for bad in [
        half,
        "",
        "   ",
        "{}",
        "<html></html>",
        "<Other/>",
        "<MediaContainer><User></MediaContainer>",
        &deep,
        bomb,
    ] {
        assert!(
            matches!(parse(200, bad.as_bytes()), Err(PlexError::Unexpected { .. })),
            "{bad:.60}"
        );
    }
}

#[test]
fn unknown_entities_expand_to_nothing() {
    let list = r#"<!DOCTYPE a [<!ENTITY e SYSTEM "file:///etc/passwd">]><MediaContainer><User id="5" title="&e;"/></MediaContainer>"#;
    let users = parse(200, list.as_bytes()).unwrap().people;
    assert_eq!((users[0].id, users[0].title.as_ref()), (5, None));
}

#[tokio::test]
async fn asked_for_as_xml_with_the_owners_token() {
    let router = Router::new().route(
        "/api/users",
        axum::routing::get(|headers: axum::http::HeaderMap| async move {
            assert_eq!(
                (&headers["accept"], &headers["x-plex-token"]),
                (&"application/xml".parse().unwrap(), &"own".parse().unwrap())
            );
            ([(CONTENT_TYPE, "application/xml")], LIST)
        }),
    );
    let client = client(&serve(router).await);
    assert_eq!(client.household_users(&token("own")).await.unwrap().people.len(), 3);
}
