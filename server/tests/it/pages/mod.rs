//! The pages, as a browser without JavaScript sees them; what is the same for all in `security` and `other_sites`.

mod api_docs;
mod apps;
mod credentials;
mod deep_links;
mod errors;
mod home;
mod hostile_links;
mod household;
mod language;
mod login;
mod logout;
mod other_sites;
mod pair;
mod people_forms;
mod plex_return;
mod profile;
mod security;
mod settings;
mod settings_email;
mod setup;
mod switch;
mod theme;
mod tokens;
mod users;

use crate::support::Answer;

/// A page whose form with this action is there.
#[track_caller]
fn has_form(page: &Answer, action: &str) {
    let text = page.text();
    let form = text.split("<form").skip(1).find(|form| {
        form.split('>')
            .next()
            .unwrap()
            .contains(&format!("action=\"{action}\""))
    });
    let form = form.unwrap_or_else(|| panic!("{}: no form to {action}: {text}", page.asked));
    assert!(form.split('>').next().unwrap().contains("method=\"post\""), "{form}");
}

/// What the parameters of an address say: of the query, or of Plex's `#?…`.
fn parameters(address: &str) -> std::collections::BTreeMap<String, String> {
    let query = address.split_once('?').map_or("", |(_, query)| query);
    url::form_urlencoded::parse(query.as_bytes()).into_owned().collect()
}
