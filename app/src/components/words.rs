//! A message with bold words, or with something inside that is more than words.

use leptos::prelude::*;

use crate::messages::{Language, Message, Part, marks};

/// `<b>` in the message's file becomes `<b>` here; what stands for a name is text, whatever it holds.
#[must_use]
pub fn words(message: &Message) -> Vec<AnyView> {
    words_with(message, Vec::new())
}

/// The same with views for some of its names: `tokens-expired` with a `<time>` for its `day`.
#[must_use]
pub fn words_with(message: &Message, mut slots: Vec<(&'static str, AnyView)>) -> Vec<AnyView> {
    let names: Vec<&'static str> = slots.iter().map(|(name, _)| *name).collect();
    let parts = message.runs(Language::of_page(), &names);
    let mark = |mark: &str| marks().then(|| Part::Words(mark.to_owned(), false));
    mark("⟦")
        .into_iter()
        .chain(parts)
        .chain(mark("⟧"))
        .map(|part| {
            let (view, strong) = match part {
                Part::Words(words, strong) => (words.into_any(), strong),
                Part::Slot(name, strong) => {
                    let at = slots.iter().position(|(known, _)| *known == name);
                    (at.map(|at| slots.remove(at).1).into_any(), strong)
                }
            };
            if strong {
                view! { <b>{view}</b> }.into_any()
            } else {
                view
            }
        })
        .collect()
}
