//! Form fields: label, hint and error bound to the input.

use leptos::prelude::*;

use crate::{messages::Message, t};

/// One text field of a form.
#[derive(Debug, Clone, Default)]
pub struct Field<'a> {
    /// `name` and `id`.
    pub name: &'static str,
    /// What the label says.
    pub label: String,
    /// `text`, `email` or `password`.
    pub kind: &'static str,
    /// `autocomplete`.
    pub autocomplete: &'static str,
    /// What the field held; never a password.
    pub value: &'a str,
    /// Said under the label.
    pub hint: String,
    /// The id of the error that is about this form, if there is one.
    pub error: Option<&'static str>,
    /// `minlength`; 0: none.
    pub min: u8,
    /// `maxlength`; 0: none.
    pub max: u8,
    /// `autocapitalize` for phones: `words` or `characters`; empty: none.
    pub capitals: &'static str,
    /// Whether the field may stay empty.
    pub optional: bool,
    /// Whether the page starts here.
    pub autofocus: bool,
}

/// A label, its hint and its input.
#[must_use]
pub fn field(field: Field<'_>) -> AnyView {
    let hint_id = (!field.hint.is_empty()).then(|| format!("{}-hint", field.name));
    let described = [hint_id.as_deref(), field.error]
        .into_iter()
        .flatten()
        .collect::<Vec<_>>()
        .join(" ");
    let described = (!described.is_empty()).then_some(described);
    let case = match field.capitals {
        _ if field.kind == "password" => None,
        "" => Some("none"),
        capitals => Some(capitals),
    };
    view! {
        <div class="field">
            <label for=field.name>{field.label}</label>
            {hint_id.map(|id| view! { <p class="hint" id=id>{field.hint}</p> })}
            <input
                id=field.name
                name=field.name
                type=field.kind
                value=(!field.value.is_empty()).then(|| field.value.to_owned())
                autocomplete=field.autocomplete
                autocapitalize=case
                spellcheck=case.map(|_| "false")
                minlength=(field.min > 0).then(|| field.min.to_string())
                maxlength=(field.max > 0).then(|| field.max.to_string())
                required=!field.optional
                autofocus=field.autofocus
                aria-describedby=described
                aria-invalid=field.error.map(|_| "true")
            />
        </div>
    }
    .into_any()
}

/// A box to tick, with a sentence of what that means.
#[must_use]
pub fn check(name: &'static str, label: impl Into<String>, hint: impl Into<String>, checked: bool) -> AnyView {
    let hint_id = format!("{name}-hint");
    let (label, hint) = (label.into(), hint.into());
    view! {
        <div class="check">
            <label class="choice">
                <input type="checkbox" name=name value="true" checked=checked aria-describedby=hint_id.clone() />
                <span>{label}</span>
            </label>
            <p class="hint" id=hint_id>
                {hint}
            </p>
        </div>
    }
    .into_any()
}

/// For how long a login token works: `expires`, in days; empty: for ever. A `life` that is none of the usual ones stands
/// among them.
#[must_use]
pub fn expiry(id: String, life: Option<u16>) -> AnyView {
    let mut lives = vec![None, Some(1), Some(7), Some(30), Some(90), Some(365), Some(1_825)];
    if !lives.contains(&life) {
        lives.push(life);
        lives.sort_unstable();
    }
    let options = lives
        .into_iter()
        .map(|days| {
            let value = days.map(|days| days.to_string()).unwrap_or_default();
            view! {
                <option value=value selected=days == life>
                    {life_words(days)}
                </option>
            }
        })
        .collect::<Vec<_>>();
    view! {
        <div class="field">
            <label for=id.clone()>{t!("tokens-expires")}</label>
            <select id=id name="expires">
                {options}
            </select>
        </div>
    }
    .into_any()
}

fn life_words(days: Option<u16>) -> String {
    match days {
        None => t!("tokens-never"),
        Some(365) => t!("tokens-in-years", years = 1),
        Some(1_825) => t!("tokens-in-years", years = 5),
        Some(days) => t!("tokens-in-days", days = days),
    }
}

/// What was wrong with the last try; read out at once when the page loads.
#[must_use]
pub fn form_error(id: &'static str, message: Option<impl Into<Message>>) -> AnyView {
    message
        .map(|message| message.into().on_page())
        .map(|message| view! { <p class="notice notice-bad" role="alert" id=id>{message}</p> })
        .into_any()
}
