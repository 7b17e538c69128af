//! The OpenAPI document: it speaks of every route and of no other, it is the committed one, and nothing in it is empty.

use std::{collections::BTreeSet, path::Path};

use axum::http::Method;
use latchkey::web::{self, GATEWAY_ROUTES, REST_ROUTES};
use serde_json::Value;

use crate::support::{Engine, TestApp};

const METHODS: [&str; 5] = ["get", "put", "post", "delete", "patch"];

/// Path, method and operation of each.
fn operations(document: &Value) -> Vec<(&str, &str, &Value)> {
    let paths = document["paths"].as_object().unwrap();
    paths
        .iter()
        .flat_map(|(path, item)| {
            let operations = item.as_object().unwrap().iter();
            operations.map(move |(method, operation)| (path.as_str(), method.as_str(), operation))
        })
        .filter(|(_, method, _)| METHODS.contains(method))
        .collect()
}

#[test]
fn it_speaks_of_every_route_and_of_no_other() {
    let document = web::document();
    let described: BTreeSet<_> = operations(&document)
        .into_iter()
        .map(|(path, method, _)| (path, method))
        .collect();
    let routes: BTreeSet<_> = REST_ROUTES
        .iter()
        .flat_map(|(path, methods)| methods.iter().map(move |method| (*path, *method)))
        .chain(GATEWAY_ROUTES.iter().map(|path| (*path, "get")))
        .collect();
    let missing: Vec<_> = routes.difference(&described).collect();
    assert!(missing.is_empty(), "not described: {missing:?}");
    let gone: Vec<_> = described.difference(&routes).collect();
    assert!(gone.is_empty(), "no such route: {gone:?}");
}

#[test]
fn the_committed_copy_is_this_one() {
    let file = Path::new(env!("CARGO_MANIFEST_DIR")).join("../docs/openapi.json");
    let committed = std::fs::read_to_string(&file).unwrap_or_default();
    assert!(
        committed == web::pretty(),
        "docs/openapi.json is not what the handlers say: run `cargo run -p latchkey -- openapi > docs/openapi.json`"
    );
}

#[test]
fn every_operation_has_a_summary_a_tag_a_name_of_its_own_and_a_good_answer() {
    let document = web::document();
    let tags: BTreeSet<_> = document["tags"]
        .as_array()
        .unwrap()
        .iter()
        .map(|tag| tag["name"].as_str().unwrap())
        .collect();
    let mut names = BTreeSet::new();
    for (path, method, operation) in operations(&document) {
        let name = operation["operationId"].as_str().unwrap();
        assert!(names.insert(name), "{name} is there twice");
        assert!(operation["summary"].as_str().unwrap().len() > 8, "{method} {path}");
        let own: Vec<_> = operation["tags"].as_array().unwrap().iter().collect();
        assert!(
            own.len() == 1 && tags.contains(own[0].as_str().unwrap()),
            "{method} {path}: {own:?}"
        );
        let answers = operation["responses"].as_object().unwrap();
        assert!(answers.keys().any(|status| status.starts_with('2')), "{method} {path}");
        assert!(
            answers.contains_key("500") && answers.contains_key("503"),
            "{method} {path}"
        );
    }
}

/// Calls for each schema below this one, with where it is.
fn walk<'a>(schema: &'a Value, at: &str, found: &mut Vec<(String, &'a Value)>) {
    found.push((at.to_owned(), schema));
    for (name, field) in schema["properties"].as_object().into_iter().flatten() {
        walk(field, &format!("{at}.{name}"), found);
    }
    let given = schema.get("examples").or_else(|| schema.get("example")).is_some();
    for several in ["allOf", "oneOf"].into_iter().filter(|_| !given) {
        for part in schema[several].as_array().into_iter().flatten() {
            walk(part, at, found);
        }
    }
    if let Some(items) = schema.get("items").filter(|_| schema.get("examples").is_none()) {
        walk(items, &format!("{at}[]"), found);
    }
}

#[test]
fn every_text_and_number_has_an_example_and_every_body() {
    let document = web::document();
    let mut schemas = Vec::new();
    for (name, schema) in document["components"]["schemas"].as_object().unwrap() {
        walk(schema, name, &mut schemas);
    }
    let mut without = Vec::new();
    for (at, schema) in schemas {
        let kind = schema["type"].as_str().or_else(|| schema["type"][0].as_str());
        let plain = matches!(kind, Some("string" | "integer" | "number"));
        if plain && schema.get("examples").is_none() && schema.get("enum").is_none() {
            without.push(at);
        }
    }
    for (path, method, operation) in operations(&document) {
        let mut bodies: Vec<_> = operation.get("requestBody").into_iter().collect();
        bodies.extend(operation["responses"].as_object().unwrap().values());
        for media in bodies.iter().filter_map(|body| body.get("content")) {
            let example = &media["application/json"]["example"];
            if !example.is_object() && !example.is_array() {
                without.push(format!("{method} {path}"));
            }
        }
        for parameter in operation["parameters"].as_array().into_iter().flatten() {
            let optional_header = parameter["in"] == "header";
            if !optional_header && parameter.get("example").is_none() {
                without.push(format!("{method} {path} {}", parameter["name"]));
            }
        }
    }
    assert!(without.is_empty(), "without an example: {without:#?}");
}

#[test]
fn only_examples_are_null() {
    fn nulls(value: &Value, at: &str, found: &mut Vec<String>) {
        match value {
            Value::Null => found.push(at.to_owned()),
            Value::Object(fields) => {
                let fields = fields.iter().filter(|(name, _)| !name.starts_with("example"));
                fields.for_each(|(name, field)| nulls(field, &format!("{at}/{name}"), found));
            }
            Value::Array(items) => items.iter().for_each(|item| nulls(item, at, found)),
            _ => {}
        }
    }
    let mut found = Vec::new();
    nulls(&web::document(), "", &mut found);
    assert!(found.is_empty(), "{found:#?}");
}

#[test]
fn every_link_in_it_leads_somewhere() {
    fn links<'a>(value: &'a Value, found: &mut Vec<&'a str>) {
        match value {
            Value::Object(fields) => {
                found.extend(fields.get("$ref").and_then(Value::as_str));
                fields.values().for_each(|field| links(field, found));
            }
            Value::Array(items) => items.iter().for_each(|item| links(item, found)),
            _ => {}
        }
    }
    let document = web::document();
    let mut found = Vec::new();
    links(&document, &mut found);
    assert!(found.len() > 500, "only {} links", found.len());
    for link in found {
        let target = document.pointer(link.strip_prefix('#').unwrap());
        assert!(target.is_some(), "{link} leads nowhere");
    }
}

#[tokio::test]
async fn anybody_reads_it_before_and_after_the_set_up_and_not_twice() {
    let app = TestApp::start(Engine::Sqlite).await;
    let before = app.anon().get("/api/v1/openapi.json").await.expect(200);
    assert_eq!(before.json(), web::document());
    assert_eq!(before.header("content-type"), "application/json");
    assert_eq!(before.header("cache-control"), "no-cache");
    app.set_up_local().await;
    let tag = before.header("etag");
    for tags in [tag.to_owned(), format!("W/{tag}"), format!("\"other\", {tag}")] {
        let asked = app.anon();
        let again = asked
            .ask(Method::GET, "/API/V1/OpenApi.json/")
            .header("if-none-match", &tags);
        let again = again.send().await.expect(304);
        assert!(again.body.is_empty());
        assert_eq!(again.header("etag"), tag);
    }
    let asked = app.anon();
    let other = asked
        .ask(Method::GET, "/api/v1/openapi.json")
        .header("if-none-match", "\"other\"");
    other.send().await.expect(200);
}
