//! The OpenAPI document: it speaks of every route and of no other, it is the committed one, nothing in it is empty, and its
//! errors say what is really said.

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
        let contents = bodies.iter().filter_map(|body| body["content"].as_object());
        for (kind, media) in contents.flatten() {
            let example = &media["example"];
            let fits = match kind.as_str() {
                "application/json" => example.is_object() || example.is_array(),
                _ => example.as_str().is_some_and(|text| !text.is_empty()),
            };
            if !fits {
                without.push(format!("{method} {path}: {kind} {}", media["schema"]));
            }
        }
        for parameter in operation["parameters"].as_array().into_iter().flatten() {
            if parameter.get("example").is_none() {
                without.push(format!("{method} {path} {}", parameter["name"]));
            }
        }
    }
    for (name, parameter) in document["components"]["parameters"].as_object().unwrap() {
        if parameter.get("example").is_none() {
            without.push(name.clone());
        }
    }
    assert!(without.is_empty(), "without an example: {without:#?}");
}

/// The answer itself, where it is said to be one of the common ones.
fn resolved<'a>(document: &'a Value, answer: &'a Value) -> &'a Value {
    match answer["$ref"].as_str() {
        Some(link) => document.pointer(link.strip_prefix('#').unwrap()).unwrap(),
        None => answer,
    }
}

#[test]
fn every_path_tells_that_it_takes_no_other_method() {
    let document = web::document();
    for (path, method, operation) in operations(&document) {
        let answer = operation["responses"].get("405");
        // The gateway is asked with the method of the visitor's request.
        if GATEWAY_ROUTES.contains(&path) {
            assert!(answer.is_none(), "{method} {path}");
            continue;
        }
        let answer = resolved(&document, answer.unwrap_or_else(|| panic!("{method} {path}")));
        assert!(answer["headers"].get("Allow").is_some(), "{method} {path}");
        assert_eq!(answer["content"]["application/json"]["example"]["status"], 405);
    }
}

#[test]
fn where_the_api_key_counts_it_may_say_as_whom() {
    let document = web::document();
    for (path, method, operation) in operations(&document) {
        let shared = &document["paths"][path]["parameters"][0]["$ref"];
        let named = shared.as_str() == Some("#/components/parameters/X-Api-User");
        assert_eq!(named, operation.get("security").is_none(), "{method} {path}");
    }
}

#[test]
fn answers_name_the_headers_that_matter() {
    let document = web::document();
    let forward = "/gateway/forward-auth";
    for (method, path, status, header) in [
        ("get", "/openapi.json", "200", "ETag"),
        ("get", "/openapi.json", "304", "ETag"),
        ("post", "/setup/owner", "201", "Set-Cookie"),
        ("post", "/auth/local", "200", "Set-Cookie"),
        ("post", "/auth/token", "200", "Set-Cookie"),
        ("post", "/auth/plex", "200", "Set-Cookie"),
        ("post", "/auth/plex/attempts", "201", "Set-Cookie"),
        ("post", "/auth/plex/attempts/poll", "200", "Set-Cookie"),
        ("post", "/pair/poll", "200", "Set-Cookie"),
        ("post", "/pair/poll", "429", "Retry-After"),
        ("post", "/auth/logout", "200", "Set-Cookie"),
        ("get", forward, "302", "Set-Cookie"),
        ("get", forward, "303", "Set-Cookie"),
        ("get", forward, "302", "Cache-Control"),
        ("get", forward, "401", "Cache-Control"),
        ("get", forward, "403", "Cache-Control"),
        ("get", forward, "504", "X-Request-Id"),
        ("get", "/gateway/auth-request", "401", "Set-Cookie"),
    ] {
        let answer = resolved(&document, &document["paths"][path][method]["responses"][status]);
        assert!(
            answer["headers"].get(header).is_some(),
            "{method} {path} {status}: no {header}"
        );
    }
}

/// What stands in the English messages, a sentence each, as the words between what is filled in. Of a plural each form is one.
fn sentences() -> Vec<Vec<String>> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../app/messages/en");
    let mut found = Vec::new();
    for file in std::fs::read_dir(folder).unwrap() {
        let text = std::fs::read_to_string(file.unwrap().path()).unwrap();
        for line in text.lines().filter(|line| !line.starts_with('#')) {
            let Some((_, words)) = line.split_once(" = ").or_else(|| line.split_once("] ")) else {
                continue;
            };
            let plain = words.replace("<b>", "").replace("</b>", "");
            let mut parts = Vec::new();
            for (number, part) in plain.split("{ ").enumerate() {
                let filled_in = part.split_once(" }").filter(|_| number > 0);
                parts.push(filled_in.map_or(part, |(_, words)| words).to_owned());
            }
            // With hardly a word of its own it would stand for everything.
            if !plain.contains("->") && parts.iter().map(String::len).sum::<usize>() > 12 {
                found.push(parts);
            }
        }
    }
    assert!(found.len() > 500, "only {} sentences", found.len());
    found
}

/// Whether that is this sentence, filled in.
fn is(said: &str, sentence: &[String]) -> bool {
    let (first, others) = sentence.split_first().unwrap();
    let Some(mut rest) = said.strip_prefix(first.as_str()) else {
        return false;
    };
    let Some((last, between)) = others.split_last() else {
        return rest.is_empty();
    };
    for words in between {
        let Some((_, after)) = rest.split_once(words.as_str()) else {
            return false;
        };
        rest = after;
    }
    rest.ends_with(last.as_str())
}

#[test]
fn every_error_says_what_is_really_said() {
    let sentences = sentences();
    let known = |said: &Value| {
        let said = said.as_str().unwrap_or_default();
        sentences.iter().any(|sentence| is(said, sentence))
    };
    assert!(known(&"Too many tries. Wait 7 seconds.".into()));
    assert!(known(&"It was true and is false now.".into()));
    assert!(!known(&"Nobody is signed in.".into()) && !known(&"Too many tries.  Wait.".into()));

    let document = web::document();
    let common = document["components"]["responses"].as_object().unwrap().iter();
    let mut answers: Vec<_> = common.map(|(name, answer)| (name.clone(), answer)).collect();
    for (path, method, operation) in operations(&document) {
        let own = operation["responses"].as_object().unwrap().iter();
        let own = own.filter(|(status, answer)| status.as_str() >= "400" && answer.get("$ref").is_none());
        answers.extend(own.map(|(status, answer)| (format!("{method} {path} {status}"), answer)));
    }
    assert!(answers.len() > 100, "only {} answers", answers.len());
    for (at, answer) in answers {
        let example = &answer["content"]["application/json"]["example"];
        assert!(known(&example["message"]), "{at}: nobody says {}", example["message"]);
        assert_eq!(example["error"], example["message"], "{at}");
        if let Some((_, status)) = at.rsplit_once(' ') {
            assert_eq!(example["status"].to_string(), status, "{at}");
        }
        for error in example["errors"].as_array().unwrap() {
            // Seerr's programs look for this word.
            let word = error["message"] == "USER_EXISTS";
            assert!(word || known(&error["message"]), "{at}: nobody says {error}");
            assert!(error["path"].is_string(), "{at}: {error}");
        }
    }
}

/// Backticks are how descriptions write code; nothing that is sent has them.
#[test]
fn no_example_is_a_description() {
    fn marked(value: &Value, example: bool, at: &str, found: &mut Vec<String>) {
        match value {
            Value::String(text) if example && text.contains('`') => found.push(format!("{at}: {text}")),
            Value::Object(fields) => fields.iter().for_each(|(name, field)| {
                let example = example || name == "example" || name == "examples";
                marked(field, example, &format!("{at}/{name}"), found);
            }),
            Value::Array(items) => items.iter().for_each(|item| marked(item, example, at, found)),
            _ => {}
        }
    }
    let mut found = Vec::new();
    marked(&web::document(), false, "", &mut found);
    assert!(found.is_empty(), "{found:#?}");
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
