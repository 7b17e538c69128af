//! `/api-docs`: the OpenAPI document as a page. It holds no secret, so everybody may read it.

use std::sync::LazyLock;

use app::pages::{ApiAnswer, ApiDocsPage, ApiGroup, ApiRoute, Page};
use axum::{http::StatusCode, response::Response};
use serde_json::Value;

use crate::web::{openapi, render::View};

/// The same for everybody until the next release.
static PAGE: LazyLock<ApiDocsPage> = LazyLock::new(|| page(&openapi::document()));

pub(super) async fn show(view: View) -> Response {
    view.render(StatusCode::OK, Page::ApiDocs(Box::new(PAGE.clone()))).await
}

fn page(document: &Value) -> ApiDocsPage {
    let components = &document["components"];
    let credentials = fields(&components["securitySchemes"]).map(|(_, scheme)| {
        let name = match scheme["in"].as_str() {
            None => "Authorization".to_owned(),
            Some("cookie") => format!("Cookie: {}", text(&scheme["name"])),
            Some(_) => text(&scheme["name"]),
        };
        (name, text(&scheme["description"]))
    });
    let mut common: Vec<_> = fields(&components["responses"])
        .map(|(_, answer)| {
            let status = &answer["content"]["application/json"]["example"]["status"];
            (status.to_string(), text(&answer["description"]))
        })
        .collect();
    common.sort();
    let groups = document["tags"].as_array().into_iter().flatten().map(|tag| ApiGroup {
        name: text(&tag["name"]),
        about: text(&tag["description"]),
        routes: routes(document, &tag["name"]),
    });
    ApiDocsPage {
        version: text(&document["info"]["version"]),
        about: text(&document["info"]["description"])
            .split("\n\n")
            .map(str::to_owned)
            .collect(),
        credentials: credentials.collect(),
        groups: groups.collect(),
        common,
    }
}

fn routes(document: &Value, tag: &Value) -> Vec<ApiRoute> {
    fields(&document["paths"])
        .flat_map(|(path, operations)| fields(operations).map(move |(method, operation)| (path, method, operation)))
        .filter(|(_, _, operation)| operation["tags"][0] == *tag)
        .map(|(path, method, operation)| route(path, method, operation))
        .collect()
}

fn route(path: &str, method: &str, operation: &Value) -> ApiRoute {
    let parameters = operation["parameters"].as_array().into_iter().flatten();
    let parameters = parameters.map(|parameter| {
        let text = |name: &str| text(&parameter[name]);
        (text("name"), text("in"), text("description"))
    });
    // What any route can answer stands below, once.
    let own = fields(&operation["responses"]).filter(|(_, answer)| answer.get("$ref").is_none());
    let answers = own.map(|(status, answer)| ApiAnswer {
        status: status.clone(),
        about: text(&answer["description"]),
        example: example(answer).filter(|_| status.starts_with('2')),
    });
    ApiRoute {
        id: text(&operation["operationId"]),
        method: method.to_uppercase(),
        path: format!("{}{path}", app::paths::API),
        summary: text(&operation["summary"]),
        about: text(&operation["description"]),
        anyone: operation.get("security").is_some(),
        parameters: parameters.collect(),
        body: operation.get("requestBody").and_then(example),
        answers: answers.collect(),
    }
}

fn example(body: &Value) -> Option<String> {
    let example = body.pointer("/content/application~1json/example")?;
    Some(format!("{example:#}"))
}

fn fields(value: &Value) -> impl Iterator<Item = (&String, &Value)> {
    value.as_object().into_iter().flatten()
}

fn text(value: &Value) -> String {
    value.as_str().unwrap_or_default().to_owned()
}
