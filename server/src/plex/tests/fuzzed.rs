//! Rules that hold for any answer of Plex's. How: `server/tests/it/support/fuzz.rs`.

use super::super::{super::fuzz::fuzz, answer, household};

#[track_caller]
fn is_for_people(text: Option<&String>) {
    if let Some(text) = text {
        assert!(
            !text.is_empty() && text.trim() == text && text.chars().count() <= 255,
            "{text:?}"
        );
        assert!(!text.chars().any(char::is_control), "{text:?}");
    }
}

#[track_caller]
fn is_a_picture(address: Option<&String>) {
    if let Some(address) = address {
        assert!(
            address.starts_with("http://") || address.starts_with("https://"),
            "{address:?}"
        );
        assert!(address.bytes().all(|byte| byte.is_ascii_graphic()), "{address:?}");
    }
}

#[test]
fn json_is_read_leniently_and_never_wrongly() {
    fuzz("plex-json", 1, &[], |body| {
        if let Ok(pin) = answer::new_pin(201, body) {
            assert!(pin.id > 0 && pin.expires_in <= 1800);
        }
        if let Ok(pin) = answer::pin_status(1, 200, body) {
            assert!(pin.expires_in <= 1800);
            if let Some(token) = pin.token {
                assert!(
                    http::HeaderValue::from_str(token.expose()).is_ok(),
                    "no header can carry it"
                );
                assert!(!format!("{token:?}").contains(token.expose()), "it shows itself");
            }
        }
        if let Ok(account) = answer::account(200, body) {
            assert!(account.id > 0);
            for text in [
                &account.uuid,
                &account.username,
                &account.title,
                &account.email,
                &account.friendly_name,
            ] {
                is_for_people(text.as_ref());
            }
            is_a_picture(account.thumb.as_ref());
            assert!(!account.display_name().is_empty());
        }
        if let Ok((servers, broken)) = answer::resources(200, body) {
            // As many as there are, at most, by a reader of somebody else's.
            if let Ok(serde_json::Value::Array(rows)) = serde_json::from_slice(body) {
                assert!(servers.len() + broken <= rows.len());
            }
            for server in &servers {
                assert!(!server.machine_id.is_empty() && server.about.provides.iter().any(|word| word == "server"));
                is_for_people(Some(&server.name));
                assert!(server.owner_id.is_none_or(|id| id > 0));
            }
        }
        // Only what is clearly Plex's own counts as such.
        if answer::names_code(body, 1020) {
            assert!(answer::is_plex_error(body) && String::from_utf8_lossy(body).contains("1020"));
        }
        answer::says_invalid_token(body);
    });
}

#[test]
fn xml_that_breaks_off_is_no_list() {
    fuzz("plex-xml", 1, &[], |body| {
        let Ok(list) = household::parse(200, body) else { return };
        for person in &list.people {
            assert!(person.id > 0);
            for text in [&person.title, &person.username, &person.email] {
                is_for_people(text.as_ref());
            }
            is_a_picture(person.thumb.as_ref());
            assert!(person.servers.iter().all(|server| !server.machine_id.is_empty()));
        }
        let text = String::from_utf8_lossy(body);
        assert!(list.people.len() + list.left_out <= text.matches('<').count());
        // Cut off anywhere before its end, it would look as if people had left.
        let end = "</MediaContainer>";
        let once = text.matches("<MediaContainer").count() == 1 && !text.contains("<!") && !text.contains("<?");
        if let Some(whole) = text.trim_end().strip_suffix(end).filter(|_| once) {
            for part in [whole.len(), whole.len() / 2, whole.len() / 3] {
                let cut = whole.as_bytes().get(..part).unwrap_or_default();
                assert!(
                    household::parse(200, cut).is_err(),
                    "{:?}",
                    String::from_utf8_lossy(cut)
                );
            }
        }
    });
}
