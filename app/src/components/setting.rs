//! Fields of forms whose mistakes stand at the field, one for each that is wrong.

use leptos::prelude::*;

use crate::messages::Message;

/// What doesn't fit, by the field's name.
pub type Mistakes = [(&'static str, Message)];

/// One field.
#[derive(Debug, Clone, Default)]
pub struct Setting {
    /// `name` and `id`.
    pub name: &'static str,
    /// What the label says.
    pub label: String,
    /// What it means; empty: that is plain.
    pub hint: String,
}

impl Setting {
    /// Puts the parts together.
    #[must_use]
    pub fn new(name: &'static str, label: String, hint: String) -> Self {
        Self { name, label, hint }
    }

    fn hint_id(&self) -> Option<String> {
        (!self.hint.is_empty()).then(|| format!("{}-hint", self.name))
    }

    /// The ids of hint and mistake, for `aria-describedby`.
    fn described(&self, mistake: Option<&Message>) -> Option<String> {
        let mistake_id = mistake.map(|_| format!("{}-mistake", self.name));
        let ids: Vec<String> = [self.hint_id(), mistake_id].into_iter().flatten().collect();
        (!ids.is_empty()).then(|| ids.join(" "))
    }

    fn hint(&self) -> Option<AnyView> {
        let hint = self.hint.clone();
        self.hint_id()
            .map(|id| view! { <p class="hint" id=id>{hint}</p> }.into_any())
    }

    fn mistake(&self, mistake: Option<&Message>) -> Option<AnyView> {
        let id = format!("{}-mistake", self.name);
        mistake.map(|mistake| view! { <p class="mistake" id=id>{mistake.on_page()}</p> }.into_any())
    }

    /// A line of text (`kind`: `text`, `email`, `search`, `date`).
    #[must_use]
    pub fn input(&self, kind: &'static str, value: &str, mistakes: &Mistakes) -> AnyView {
        self.line(kind, value, None, "off", mistakes)
    }

    /// A whole number between two.
    #[must_use]
    pub fn number(&self, between: (u32, u32), value: &str, mistakes: &Mistakes) -> AnyView {
        self.line("number", value, Some(between), "off", mistakes)
    }

    /// A new password. What is kept is not shown.
    #[must_use]
    pub fn password(&self, mistakes: &Mistakes) -> AnyView {
        self.line("password", "", None, "new-password", mistakes)
    }

    fn line(
        &self,
        kind: &'static str,
        value: &str,
        between: Option<(u32, u32)>,
        autocomplete: &'static str,
        mistakes: &Mistakes,
    ) -> AnyView {
        let mistake = find(mistakes, self.name);
        let least = between.map(|(least, _)| least.to_string());
        let most = between.map(|(_, most)| most.to_string());
        view! {
            <div class="field">
                <label for=self.name>{self.label.clone()}</label>
                {self.hint()}
                <input
                    id=self.name
                    name=self.name
                    type=kind
                    value=(!value.is_empty()).then(|| value.to_owned())
                    min=least
                    max=most
                    autocomplete=autocomplete
                    autocapitalize="none"
                    spellcheck="false"
                    aria-describedby=self.described(mistake)
                    aria-invalid=mistake.map(|_| "true")
                />
                {self.mistake(mistake)}
            </div>
        }
        .into_any()
    }

    /// A choice among values with their words; nested: groups with a heading.
    #[must_use]
    pub fn select(&self, options: Vec<(String, String)>, chosen: &str, mistakes: &Mistakes) -> AnyView {
        let mistake = find(mistakes, self.name);
        let options = options
            .into_iter()
            .map(|(value, words)| {
                let selected = value == chosen;
                view! {
                    <option value=value selected=selected>
                        {words}
                    </option>
                }
            })
            .collect::<Vec<_>>();
        view! {
            <div class="field">
                <label for=self.name>{self.label.clone()}</label>
                {self.hint()}
                <select
                    id=self.name
                    name=self.name
                    aria-describedby=self.described(mistake)
                    aria-invalid=mistake.map(|_| "true")
                >
                    {options}
                </select>
                {self.mistake(mistake)}
            </div>
        }
        .into_any()
    }

    /// A box to tick.
    #[must_use]
    pub fn check(&self, checked: bool, mistakes: &Mistakes) -> AnyView {
        let mistake = find(mistakes, self.name);
        view! {
            <div class="check">
                <label class="choice">
                    <input
                        type="checkbox"
                        id=self.name
                        name=self.name
                        value="true"
                        checked=checked
                        aria-describedby=self.described(mistake)
                        aria-invalid=mistake.map(|_| "true")
                    />
                    <span>{self.label.clone()}</span>
                </label>
                {self.hint()}
                {self.mistake(mistake)}
            </div>
        }
        .into_any()
    }
}

fn find<'a>(mistakes: &'a Mistakes, name: &str) -> Option<&'a Message> {
    mistakes
        .iter()
        .find(|(wrong, _)| *wrong == name)
        .map(|(_, message)| message)
}
