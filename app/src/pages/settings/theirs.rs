//! What others made of an app while somebody was at it.

use leptos::prelude::*;

use super::apps::listed;
use crate::{messages::Message, t};

/// What stands in a field of an app now.
#[derive(Debug, Clone)]
pub struct Theirs {
    /// The field's name for people.
    pub label: Message,
    /// What stands there.
    pub now: TheirValue,
}

/// A field's value for people.
#[derive(Debug, Clone)]
pub enum TheirValue {
    /// May be empty.
    Text(String),
    /// Who may open it besides the owner.
    Who(Vec<Message>),
    /// Exceptions: methods and path, and who gets in there.
    Rules(Vec<(String, Message)>),
}

fn their_rule((rule, access): &(String, Message)) -> AnyView {
    view! {
        <div>
            <code>{rule.clone()}</code>
            " · "
            {access.on_page()}
        </div>
    }
    .into_any()
}

/// What others made of an app.
pub(super) fn meanwhile(theirs: &[Theirs], here: &str) -> AnyView {
    let rows = theirs
        .iter()
        .map(|one| {
            let now = match &one.now {
                TheirValue::Rules(rules) if !rules.is_empty() => {
                    rules.iter().map(their_rule).collect::<Vec<_>>().into_any()
                }
                TheirValue::Text(text) if !text.is_empty() => text.clone().into_any(),
                TheirValue::Who(who) if who.is_empty() => t!("apps-for-owner").into_any(),
                TheirValue::Who(who) => t!("apps-for", who = listed(who)).into_any(),
                TheirValue::Text(_) | TheirValue::Rules(_) => t!("apps-changed-empty").into_any(),
            };
            view! {
                <tr>
                    <th scope="row">{one.label.on_page()}</th>
                    <td>{now}</td>
                </tr>
            }
        })
        .collect::<Vec<_>>();
    let table = (!rows.is_empty()).then(|| {
        view! {
            <table class="changes">
                <caption>{t!("apps-changed-caption")}</caption>
                <thead>
                    <tr>
                        <th scope="col">{t!("settings-changed-name")}</th>
                        <th scope="col">{t!("settings-changed-now")}</th>
                    </tr>
                </thead>
                <tbody>{rows}</tbody>
            </table>
        }
    });
    view! {
        <div class="notice notice-warn" role="alert" id="settings-changed">
            <p>{t!("apps-changed-advice")}</p>
            {table}
            <p>
                <a class="button" href=here.to_owned()>
                    {t!("settings-changed-discard")}
                </a>
            </p>
        </div>
    }
    .into_any()
}
