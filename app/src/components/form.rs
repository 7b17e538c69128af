//! Form fields: label, hint and error bound to the input.

use leptos::prelude::*;

/// One text field of a form.
#[derive(Debug, Clone, Copy, Default)]
pub struct Field<'a> {
    /// `name` and `id`.
    pub name: &'static str,
    /// What the label says.
    pub label: &'static str,
    /// `text`, `email` or `password`.
    pub kind: &'static str,
    /// `autocomplete`.
    pub autocomplete: &'static str,
    /// What the field held; never a password.
    pub value: &'a str,
    /// Said under the label.
    pub hint: &'static str,
    /// The id of the error that is about this form, if there is one.
    pub error: Option<&'static str>,
    /// `minlength`; 0: none.
    pub min: u8,
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
    let plain_case = (field.kind != "password").then_some("none");
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
                autocapitalize=plain_case
                spellcheck=plain_case.map(|_| "false")
                minlength=(field.min > 0).then(|| field.min.to_string())
                required=!field.optional
                autofocus=field.autofocus
                aria-describedby=described
                aria-invalid=field.error.map(|_| "true")
            />
        </div>
    }
    .into_any()
}

/// What was wrong with the last try; read out at once when the page loads.
#[must_use]
pub fn form_error(id: &'static str, message: Option<String>) -> AnyView {
    message
        .map(|message| view! { <p class="notice notice-bad" role="alert" id=id>{message}</p> })
        .into_any()
}
