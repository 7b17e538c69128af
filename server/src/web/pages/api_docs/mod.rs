//! `/api-docs`: the OpenAPI document as a page. It holds no secret, so everybody may read it.

mod shapes;

use std::sync::LazyLock;

use app::pages::{ApiAnswer, ApiBody, ApiDocsPage, ApiGroup, ApiRoute, Page};
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
        .map(|(_, common)| {
            let status = &common["content"]["application/json"]["example"]["status"];
            answer(document, &status.to_string(), common)
        })
        .collect();
    common.sort_by(|a, b| a.status.cmp(&b.status));
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
        shapes: shapes::all(&components["schemas"]),
    }
}

fn routes(document: &Value, tag: &Value) -> Vec<ApiRoute> {
    fields(&document["paths"])
        .flat_map(|(path, operations)| fields(operations).map(move |(method, operation)| (path, method, operation)))
        .filter(|(_, _, operation)| operation["tags"][0] == *tag)
        .map(|(path, method, operation)| route(document, path, method, operation))
        .collect()
}

fn route(document: &Value, path: &str, method: &str, operation: &Value) -> ApiRoute {
    let parameters = operation["parameters"].as_array().into_iter().flatten();
    let parameters = parameters.map(|parameter| {
        let text = |name: &str| text(&parameter[name]);
        (text("name"), text("in"), text("description"))
    });
    // What any route can answer stands below, once.
    let own = fields(&operation["responses"]).filter(|(_, answer)| answer.get("$ref").is_none());
    let answers = own.map(|(status, own)| answer(document, status, own));
    ApiRoute {
        id: text(&operation["operationId"]),
        method: method.to_uppercase(),
        path: format!("{}{path}", app::paths::API),
        summary: text(&operation["summary"]),
        about: text(&operation["description"]),
        anyone: operation.get("security").is_some(),
        parameters: parameters.collect(),
        body: operation.get("requestBody").and_then(body),
        answers: answers.collect(),
    }
}

fn answer(document: &Value, status: &str, answer: &Value) -> ApiAnswer {
    // Those that every answer has are told at the top.
    let own = fields(&answer["headers"]).filter(|(name, _)| !openapi::ALWAYS.contains(&name.as_str()));
    let headers = own.map(|(name, header)| {
        let told = header["$ref"]
            .as_str()
            .and_then(|at| document.pointer(at.trim_start_matches('#')));
        (name.clone(), text(&told.unwrap_or(header)["description"]))
    });
    ApiAnswer {
        status: status.to_owned(),
        about: text(&answer["description"]),
        headers: headers.collect(),
        body: body(answer),
    }
}

fn body(body: &Value) -> Option<ApiBody> {
    let json = body.pointer("/content/application~1json")?;
    Some(ApiBody {
        kind: shapes::kind(&json["schema"]),
        example: format!("{:#}", json["example"]),
    })
}

fn fields(value: &Value) -> impl Iterator<Item = (&String, &Value)> {
    value.as_object().into_iter().flatten()
}

fn text(value: &Value) -> String {
    value.as_str().unwrap_or_default().to_owned()
}
