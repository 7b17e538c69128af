//! `/settings`: what the owner and administrators can change. One form, a card for each subject.

use leptos::prelude::*;

use super::{Chrome, SettingsPage, document::Body};
use crate::{
    components::form::{Field, check, field, form_error},
    paths,
};

pub(super) fn page(_chrome: &Chrome, page: SettingsPage) -> Body {
    let described = page.error.is_some().then_some("settings-error");
    let main = view! {
        <h1>"Settings"</h1>
        {page.saved.then(|| view! { <p class="notice" role="status">"Saved."</p> })}
        <form class="sections" method="post" action=paths::SETTINGS>
            {form_error("settings-error", page.error)}
            <section class="card card-flat" aria-labelledby="login-tokens">
                <h2 id="login-tokens">"Login tokens"</h2>
                {check(
                    "membersMayMakeTokens",
                    "Members may make login tokens",
                    "Everybody can then set up a tablet of their own. Otherwise only those who look after people can; devices that have a token stay signed in.",
                    page.members_may_make_tokens,
                )}
                {field(Field {
                    name: "loginTokenParameter",
                    label: "Name of the parameter in sign-in links".into(),
                    kind: "text",
                    autocomplete: "off",
                    value: &page.login_token_parameter,
                    hint: "Sign-in links carry the token under this name, as in ?token=… Change it only if a program of yours needs the name for itself: links under the old name stop working.".into(),
                    max: 32,
                    error: described,
                    autofocus: described.is_some(),
                    ..Field::default()
                })}
            </section>
            <button class="button button-main" type="submit">
                "Save"
            </button>
        </form>
    };
    Body {
        title: "Settings".to_owned(),
        bar: true,
        main: main.into_any(),
        island: false,
        refresh: false,
    }
}
