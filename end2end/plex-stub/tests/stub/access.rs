//! Who has which media server: every case of §4.4.

use crate::Plex;
use plex_stub::{ATTIC, ATTIC_OWNER_ID, ShareState};
use serde_json::Value;

/// The rows with Attic's machine identifier in this account's resources.
async fn attic_rows(plex: &Plex, account: &str) -> Vec<Value> {
    let rows = plex.get_as(account, "/api/v2/resources?includeHttps=1").await.json();
    rows.as_array()
        .unwrap()
        .iter()
        .filter(|row| row["clientIdentifier"] == ATTIC)
        .cloned()
        .collect()
}

#[tokio::test]
async fn the_household_sees_attic_and_others_do_not() {
    let plex = Plex::start().await;
    for account in ["marlow", "kid", "anna", "bea"] {
        let rows = attic_rows(&plex, account).await;
        assert_eq!((rows.len(), &rows[0]["owned"]), (1, &false.into()), "{account}");
        assert_eq!(rows[0]["ownerId"], ATTIC_OWNER_ID);
        assert_eq!(rows[0]["home"], ["marlow", "kid"].contains(&account), "{account}");
    }
    let own = attic_rows(&plex, "attic-owner").await;
    assert_eq!((&own[0]["owned"], &own[0]["ownerId"]), (&true.into(), &Value::Null));
    for account in ["paul", "rita", "otto", "stranger", "twin-owner"] {
        assert!(attic_rows(&plex, account).await.is_empty(), "{account}");
    }
}

#[tokio::test]
async fn lookalikes_are_told_apart_only_by_provides_and_owner() {
    let plex = Plex::start().await;
    assert_eq!(attic_rows(&plex, "pia").await[0]["provides"], "client,player");
    assert_eq!(attic_rows(&plex, "mallory").await[0]["owned"], true);
    assert_eq!(attic_rows(&plex, "victor").await[0]["ownerId"], 66_600_666);
}

#[tokio::test]
async fn shares_come_and_go_and_offline_servers_stay_listed() {
    let plex = Plex::start().await;
    plex.0.share("paul", ATTIC, ShareState::Accepted).unwrap();
    plex.0.share("anna", ATTIC, ShareState::None).unwrap();
    plex.0.update(|world| world.server_mut(ATTIC).unwrap().offline = true);
    assert_eq!(attic_rows(&plex, "paul").await[0]["presence"], false);
    assert!(attic_rows(&plex, "anna").await.is_empty());
}

#[tokio::test]
async fn account_body_of_a_member_and_of_a_managed_profile() {
    let plex = Plex::start().await;
    let marlow = plex.get_as("marlow", "/api/v2/user").await.json();
    assert_eq!((&marlow["id"], &marlow["homeSize"]), (&48_210_377.into(), &3.into()));
    assert_eq!((&marlow["home"], &marlow["homeAdmin"]), (&true.into(), &false.into()));
    let kid = plex.get_as("kid", "/api/v2/user").await.json();
    assert!(kid["email"].is_null() && kid["username"].is_null() && kid["rememberExpiresAt"].is_null());
    assert_eq!(kid["restricted"], true);
    let kid = plex.xml_as("kid", "/api/v2/user").await.body;
    assert!(kid.contains(r#" email="""#) && kid.contains(r#"restricted="1""#) && kid.contains("<profile "));
}
