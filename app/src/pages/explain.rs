//! `/users/:id/explain`, `/users/explain`: why somebody can't sign in, question by question.

use leptos::prelude::*;

use super::{Chrome, document::Body};
use crate::{components::form::form_error, messages::Message, paths, t};

/// `/users/:id/explain`, `/users/explain`.
#[derive(Debug, Clone, Default)]
pub struct ExplainPage {
    /// What was asked for, given back in the form; empty on a member's own page.
    pub who: String,
    /// What was found.
    pub found: Option<ExplainedPerson>,
    /// Why nothing was found, or several.
    pub error: Option<Message>,
}

/// One person.
#[derive(Debug, Clone)]
pub struct ExplainedPerson {
    /// What they are called.
    pub name: String,
    /// Their number, if they are a member.
    pub user_id: Option<i64>,
    /// The ways in.
    pub ways: Vec<ExplainedWay>,
}

/// One way in.
#[derive(Debug, Clone)]
pub struct ExplainedWay {
    /// With Plex, or with a password.
    pub plex: bool,
    /// How it ends.
    pub outcome: StepOutcome,
    /// The questions with their answers.
    pub steps: Vec<(StepOutcome, Message)>,
    /// What to do.
    pub advice: Message,
}

/// How a question was answered.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum StepOutcome {
    /// Nothing in the way.
    Ok,
    /// This refuses.
    No,
    /// It can't be told.
    Unknown,
}

impl StepOutcome {
    fn class(self) -> &'static str {
        match self {
            Self::Ok => "step-ok",
            Self::No => "step-no",
            Self::Unknown => "step-unknown",
        }
    }

    fn mark(self) -> &'static str {
        match self {
            Self::Ok => "✓",
            Self::No => "✕",
            Self::Unknown => "?",
        }
    }

    fn word(self) -> String {
        match self {
            Self::Ok => t!("explain-step-ok"),
            Self::No => t!("explain-step-no"),
            Self::Unknown => t!("explain-step-unknown"),
        }
    }

    fn verdict(self) -> String {
        match self {
            Self::Ok => t!("explain-outcome-ok"),
            Self::No => t!("explain-outcome-no"),
            Self::Unknown => t!("explain-outcome-unknown"),
        }
    }
}

pub(super) fn page(_chrome: &Chrome, page: ExplainPage) -> Body {
    let ExplainPage { who, found, error } = page;
    let title = match &found {
        Some(person) => t!("explain-title", name = &person.name),
        None => t!("explain-title-nobody"),
    };
    let back = match found.as_ref().and_then(|person| Some((person.user_id?, &person.name))) {
        Some((id, name)) => (paths::user(id), t!("explain-back", name = name)),
        None => (paths::USERS.to_owned(), t!("explain-people")),
    };
    let wrong = error.is_some().then_some("true");
    let described = if wrong.is_some() {
        "who-hint explain-error"
    } else {
        "who-hint"
    };
    // The page about a member has nothing to ask.
    let asks = found.as_ref().is_none_or(|person| person.user_id.is_none()) || !who.is_empty();
    let main = view! {
        <p class="back">
            <a href=back.0>{back.1}</a>
        </p>
        <h1>{title.clone()}</h1>
        {asks
            .then(|| {
                view! {
                    <form class="card card-flat explain-ask" method="get" action=paths::USERS_EXPLAIN>
                        {form_error("explain-error", error)}
                        <div class="field">
                            <label for="who">{t!("explain-who")}</label>
                            <p class="hint" id="who-hint">
                                {t!("explain-who-hint")}
                            </p>
                            <input
                                id="who"
                                name="who"
                                type="text"
                                value=who
                                autocomplete="off"
                                autocapitalize="none"
                                spellcheck="false"
                                maxlength="200"
                                required
                                aria-describedby=described
                                aria-invalid=wrong
                            />
                        </div>
                        <button class="button button-main" type="submit">
                            {t!("explain-ask")}
                        </button>
                    </form>
                }
            })}
        {found
            .map(|person| {
                view! {
                    <p class="lead">{t!("explain-lead")}</p>
                    {person.ways.into_iter().map(way).collect::<Vec<_>>()}
                }
            })}
    };
    Body {
        title,
        bar: true,
        main: main.into_any(),
        island: false,
        refresh: false,
    }
}

fn way(way: ExplainedWay) -> AnyView {
    let (id, name) = if way.plex {
        ("way-plex", t!("explain-way-plex"))
    } else {
        ("way-password", t!("explain-way-password"))
    };
    let steps = way
        .steps
        .into_iter()
        .map(|(outcome, text)| {
            view! {
                <li class=outcome.class()>
                    <span class="step-mark" aria-hidden="true">
                        {outcome.mark()}
                    </span>
                    <span>
                        <span class="unseen">{outcome.word()} ": "</span>
                        {text.on_page()}
                    </span>
                </li>
            }
        })
        .collect::<Vec<_>>();
    let verdict = format!("tag {}", way.outcome.class());
    view! {
        <section class="card card-flat" id=id aria-labelledby=format!("{id}-heading")>
            <h2 id=format!("{id}-heading")>{name}</h2>
            <p class="tags">
                <span class=verdict>{way.outcome.verdict()}</span>
            </p>
            <ol class="questions">{steps}</ol>
            <h3>{t!("explain-advice")}</h3>
            <p class="advice">{way.advice.on_page()}</p>
        </section>
    }
    .into_any()
}
