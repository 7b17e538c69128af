//! `/api-docs`: the REST API for people to read, made of the OpenAPI document. What stands in the document is English, as are
//! its errors' names; what is around it is in the reader's language.

use leptos::prelude::*;

use super::{Chrome, document::Body};
use crate::{paths, t};

/// `/api-docs`.
#[derive(Debug, Clone, Default)]
pub struct ApiDocsPage {
    /// The API's version.
    pub version: String,
    /// What it is, in paragraphs.
    pub about: Vec<String>,
    /// What proves who is calling: where it is sent, and what it says.
    pub credentials: Vec<(String, String)>,
    /// The routes by subject.
    pub groups: Vec<ApiGroup>,
    /// The answers that any route can give.
    pub common: Vec<ApiAnswer>,
    /// What bodies are made of.
    pub shapes: Vec<ApiShape>,
}

/// The routes of one subject.
#[derive(Debug, Clone, Default)]
pub struct ApiGroup {
    /// The subject.
    pub name: String,
    /// What it is about.
    pub about: String,
    /// Its routes.
    pub routes: Vec<ApiRoute>,
}

/// One route.
#[derive(Debug, Clone, Default)]
pub struct ApiRoute {
    /// The operation's own name.
    pub id: String,
    /// `GET`.
    pub method: String,
    /// With `/api/v1`.
    pub path: String,
    /// What it does.
    pub summary: String,
    /// More about that; may be empty.
    pub about: String,
    /// Whether anyone may ask.
    pub anyone: bool,
    /// What the address and the headers hold: name, place, meaning.
    pub parameters: Vec<(String, String, String)>,
    /// The body, if it takes one.
    pub body: Option<ApiBody>,
    /// The answers.
    pub answers: Vec<ApiAnswer>,
}

/// One answer.
#[derive(Debug, Clone, Default)]
pub struct ApiAnswer {
    /// `200`.
    pub status: String,
    /// What it means.
    pub about: String,
    /// Headers that are its own: name and meaning.
    pub headers: Vec<(String, String)>,
    /// Its body, if it has one.
    pub body: Option<ApiBody>,
}

/// A body.
#[derive(Debug, Clone, Default)]
pub struct ApiBody {
    /// What it is, as [`ApiField::kind`].
    pub kind: String,
    /// One.
    pub example: String,
}

/// What a body, or a part of one, is made of.
#[derive(Debug, Clone, Default)]
pub struct ApiShape {
    /// Its name.
    pub name: String,
    /// What it is; may be empty.
    pub about: String,
    /// What it is instead of having fields, or beside that: as [`ApiField::kind`]; may be empty.
    pub kind: String,
    /// Its fields.
    pub fields: Vec<ApiField>,
}

/// A field.
#[derive(Debug, Clone, Default)]
pub struct ApiField {
    /// Its name.
    pub name: String,
    /// What it holds, such as "string or null", with names of shapes between backticks.
    pub kind: String,
    /// What it means; may be empty.
    pub about: String,
}

pub(super) fn page(_chrome: &Chrome, page: ApiDocsPage) -> Body {
    let title = t!("api-docs-title");
    let about = page
        .about
        .iter()
        .map(|text| marked(text))
        .map(|text| view! { <p>{text}</p> });
    let main = view! {
        <h1>{title.clone()}</h1>
        <p class="lead">{t!("api-docs-lead", version = &page.version)}</p>
        <p>
            <a href=paths::API_DOCUMENT>{t!("api-docs-document")}</a>
        </p>
        <section class="card card-flat" lang="en">
            {about.collect::<Vec<_>>()}
        </section>
        <section class="card card-flat" aria-labelledby="credentials">
            <h2 id="credentials">{t!("api-docs-credentials")}</h2>
            {pairs(page.credentials)}
        </section>
        {page.groups.into_iter().map(group).collect::<Vec<_>>()}
        <section class="card card-flat" aria-labelledby="common">
            <h2 id="common">{t!("api-docs-common")}</h2>
            <dl class="api-list" lang="en">
                {page.common.into_iter().map(answer).collect::<Vec<_>>()}
            </dl>
        </section>
        <section class="card card-flat" aria-labelledby="shapes">
            <h2 id="shapes">{t!("api-docs-shapes")}</h2>
            <div lang="en">{page.shapes.into_iter().map(shape).collect::<Vec<_>>()}</div>
        </section>
    };
    Body {
        title,
        bar: true,
        main: main.into_any(),
        island: false,
        refresh: false,
    }
}

/// A list of words in `code` with what each means.
fn pairs(pairs: Vec<(String, String)>) -> AnyView {
    let pairs = pairs.into_iter().map(|(name, about)| {
        view! {
            <dt>
                <code>{name}</code>
            </dt>
            <dd>{marked(&about)}</dd>
        }
    });
    view! {
        <dl class="api-list" lang="en">
            {pairs.collect::<Vec<_>>()}
        </dl>
    }
    .into_any()
}

/// A text of the document: what stands between backticks is code.
fn marked(text: &str) -> Vec<AnyView> {
    let parts = text.split('`').enumerate().map(|(number, part)| {
        let part = part.to_owned();
        if number % 2 == 1 {
            view! { <code>{part}</code> }.into_any()
        } else {
            part.into_any()
        }
    });
    parts.collect()
}

fn group(group: ApiGroup) -> AnyView {
    let id = group
        .routes
        .first()
        .map(|route| format!("about-{}", route.id))
        .unwrap_or_default();
    let labelled = id.clone();
    view! {
        <section class="card card-flat" aria-labelledby=labelled lang="en">
            <h2 id=id>{group.name}</h2>
            <p>{marked(&group.about)}</p>
            {group.routes.into_iter().map(route).collect::<Vec<_>>()}
        </section>
    }
    .into_any()
}

fn route(route: ApiRoute) -> AnyView {
    let parameters = route.parameters.into_iter();
    let parameters = parameters.map(|(name, place, about)| (name, format!("{place}. {about}")));
    let parameters: Vec<_> = parameters.collect();
    let answers = route.answers.into_iter().map(answer);
    // The words around are the reader's.
    let language = crate::messages::Language::of_page().tag();
    let heading = move |text: String| view! { <h3 lang=language>{text}</h3> };
    view! {
        <details class="api-route" id=route.id>
            <summary>
                <code class="api-method">{route.method}</code>
                <code>{route.path}</code>
                <span>{marked(&route.summary)}</span>
            </summary>
            {(!route.about.is_empty()).then(|| view! { <p>{marked(&route.about)}</p> })}
            <p class="hint" lang=language>
                {if route.anyone { t!("api-docs-anyone") } else { t!("api-docs-signed-in") }}
            </p>
            {(!parameters.is_empty())
                .then(|| view! { {heading(t!("api-docs-parameters"))} {pairs(parameters)} })}
            {route.body.map(|body| view! { {heading(t!("api-docs-body"))} {self::body(body)} })}
            {heading(t!("api-docs-answers"))}
            <dl class="api-list">{answers.collect::<Vec<_>>()}</dl>
        </details>
    }
    .into_any()
}

fn answer(answer: ApiAnswer) -> AnyView {
    view! {
        <dt>
            <code>{answer.status}</code>
        </dt>
        <dd>
            {marked(&answer.about)}
            {(!answer.headers.is_empty()).then(|| pairs(answer.headers))}
            {answer.body.map(body)}
        </dd>
    }
    .into_any()
}

fn body(body: ApiBody) -> AnyView {
    view! {
        <p class="hint">{linked(&body.kind)}</p>
        {example(body.example)}
    }
    .into_any()
}

fn shape(shape: ApiShape) -> AnyView {
    let fields = shape.fields.into_iter().map(|field| {
        view! {
            <dt>
                <code>{field.name}</code>
            </dt>
            <dd>
                <span class="hint">{linked(&field.kind)}</span>
                {(!field.about.is_empty()).then(|| view! { <br /> {marked(&field.about)} })}
            </dd>
        }
    });
    let fields: Vec<_> = fields.collect();
    let address = address_of(&shape.name);
    view! {
        <h3 id=address>
            <code>{shape.name}</code>
        </h3>
        {(!shape.about.is_empty()).then(|| view! { <p>{marked(&shape.about)}</p> })}
        {(!shape.kind.is_empty()).then(|| view! { <p class="hint">{linked(&shape.kind)}</p> })}
        {(!fields.is_empty()).then(|| view! { <dl class="api-list">{fields}</dl> })}
    }
    .into_any()
}

fn address_of(shape: &str) -> String {
    format!("shape-{shape}")
}

/// As [`marked`], where what stands between backticks are shapes.
fn linked(kind: &str) -> Vec<AnyView> {
    let parts = kind.split('`').enumerate().map(|(number, part)| {
        let part = part.to_owned();
        if number % 2 == 1 {
            let address = format!("#{}", address_of(&part));
            view! {
                <a href=address>
                    <code>{part}</code>
                </a>
            }
            .into_any()
        } else {
            part.into_any()
        }
    });
    parts.collect()
}

/// Long lines scroll, by keyboard too.
fn example(text: String) -> AnyView {
    view! {
        <pre class="api-example" tabindex="0">
            <code>{text}</code>
        </pre>
    }
    .into_any()
}
