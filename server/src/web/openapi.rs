//! The OpenAPI document. What is a route's own stands beside its handler, what is a type's own beside the type; here is
//! what all have in common: credentials, the error body, the answers that any route can give, headers, and examples made
//! of the fields' examples. Nothing here knows a single route.
//!
//! The committed copy is `docs/openapi.json`, written by `latchkey openapi`; a test compares the two.

use serde_json::{Map, Value, json};
use utoipa::{OpenApi, ToSchema};

use super::router::{Described, DescribedGateway, GATEWAY_ROUTES};
use app::api::error::{ErrorBody, FieldError};

const ABOUT: &str = "The front door of a Plex household. Paths, bodies and status codes follow Seerr's sign-in API, so \
that programs written for it can sign in here.\n\n\
Paths match in any case and with one slash too many. Bodies are JSON of at most 64 KiB, unless another limit is configured; unknown fields are ignored. An \
address that does not take a method answers 405 with `Allow`. Requests that change something are refused with 403 when a \
browser sends them from another site. Times are RFC 3339 in UTC.\n\n\
Every error has the same body. `message` is for people, `error` repeats it, `errors` names the fields.";

/// The tags in their order, each with what it is about.
const TAGS: [(&str, &str); 9] = [
    ("Public", "What anyone may read."),
    (
        "Signing in",
        "With Plex, a password or a login token; from a program or a browser.",
    ),
    ("Members", "Who is in the household, and what they may do there."),
    (
        "Passwords, Plex accounts, signed-in devices",
        "Of oneself, or with MANAGE_USERS of others: not the owner's, nor an administrator's without being one. A login \
         token sees but changes nothing.",
    ),
    (
        "Login tokens",
        "A member's secret for a device. The value is in the answer that makes it and nowhere else.",
    ),
    (
        "Gateway",
        "Apps behind a reverse proxy, and what the proxy asks. Settings: ADMIN.",
    ),
    ("Settings", "ADMIN."),
    ("Set-up", "Once, on a new install."),
    ("Activity", "What happened. MANAGE_USERS."),
];

const METHODS: [&str; 5] = ["get", "put", "post", "delete", "patch"];

/// The whole document.
#[must_use]
pub fn document() -> Value {
    let mut described = Described::openapi();
    described.merge(DescribedGateway::openapi());
    let mut document = serde_json::to_value(described).unwrap_or_default();
    document["info"] = json!({
        "title": "Latchkey",
        "description": ABOUT,
        "version": env!("CARGO_PKG_VERSION"),
        "license": { "name": "MIT OR Apache-2.0", "identifier": "MIT OR Apache-2.0" },
    });
    document["servers"] = json!([{ "url": app::paths::API, "description": "This server" }]);
    document["security"] = json!([{ "session": [] }, { "loginToken": [] }, { "bearer": [] }, { "apiKey": [] }]);
    let tags = TAGS.map(|(name, description)| json!({ "name": name, "description": description }));
    document["tags"] = tags.into_iter().collect();
    let mut components = document["components"].take();
    for (name, schema) in [
        (ErrorBody::name(), schema_of::<ErrorBody>()),
        (FieldError::name(), schema_of::<FieldError>()),
    ] {
        components["schemas"][&*name] = schema;
    }
    components["securitySchemes"] = credentials();
    components["headers"] = headers();
    components["responses"] = COMMON
        .iter()
        .map(|common| (common.name.to_owned(), common.answer()))
        .collect();
    bounds(&mut components["schemas"]);
    bounds(&mut document["paths"]);
    let schemas = components["schemas"].clone();
    document["components"] = components;
    for (path, operations) in document["paths"].as_object_mut().into_iter().flatten() {
        for (method, operation) in operations.as_object_mut().into_iter().flatten() {
            if let Some(operation) = operation.as_object_mut().filter(|_| METHODS.contains(&method.as_str())) {
                finish(path, method, operation, &schemas);
            }
        }
    }
    document
}

/// The whole document for people and for `docs/openapi.json`.
#[must_use]
pub fn pretty() -> String {
    format!("{:#}\n", document())
}

fn schema_of<T: ToSchema>() -> Value {
    serde_json::to_value(T::schema()).unwrap_or_default()
}

fn credentials() -> Value {
    json!({
        "session": {
            "type": "apiKey", "in": "cookie", "name": "latchkey.sid",
            "description": "Who signed in. Named `connect.sid` where the setting `seerrCookieName` is on.",
        },
        "loginToken": {
            "type": "apiKey", "in": "header", "name": "X-Login-Token",
            "description": "Whose login token it is. Such a call manages nobody and makes no login tokens: 403.",
        },
        "bearer": {
            "type": "http", "scheme": "bearer",
            "description": "The same in the standard spelling: `Authorization: Bearer <login token>`.",
        },
        "apiKey": {
            "type": "apiKey", "in": "header", "name": "X-Api-Key",
            "description": "The owner, or the member whose number stands in the header `X-Api-User`.",
        },
    })
}

fn headers() -> Value {
    let text = |description: &str, example: &str| json!({ "description": description, "required": true, "schema": { "type": "string", "examples": [example] } });
    let seconds = |required: bool| {
        json!({
            "description": "Seconds to wait", "required": required,
            "schema": { "type": "integer", "minimum": 0, "examples": [5] },
        })
    };
    json!({
        "X-Request-Id": text("Under this number the log knows the request", "4f2a9c1e7b2d4806"),
        "Cache-Control": text("`no-store`, but for this document", "no-store"),
        "Allow": text("The methods that the address takes", "GET,HEAD,POST"),
        "Retry-After": seconds(true),
        "Retry-After-If-Known": seconds(false),
    })
}

/// An answer that many routes give.
struct Common {
    status: u16,
    name: &'static str,
    about: &'static str,
}

impl Common {
    const fn new(status: u16, name: &'static str, about: &'static str) -> Self {
        Self { status, name, about }
    }

    fn answer(&self) -> Value {
        let mut answer = json!({ "description": self.about });
        error_body(&mut answer, self.status, self.about);
        answer["headers"] = always();
        more_headers(&mut answer, self.status);
        answer
    }
}

const COMMON: [Common; 11] = [
    Common::new(
        400,
        "BadRequest",
        "The body is not JSON, ends too early, or a field is missing or has the wrong type",
    ),
    Common::new(401, "NotSignedIn", "Nobody is signed in"),
    Common::new(
        403,
        "NotAllowed",
        "Too few rights, a credential that is worth nothing, or a request from another site",
    ),
    Common::new(404, "NotFound", "There is nothing of that number"),
    Common::new(405, "MethodNotAllowed", "The address does not take that method"),
    Common::new(
        413,
        "TooLarge",
        "The body is too large: over 64 KiB, unless another limit is configured",
    ),
    Common::new(415, "NotJson", "The body is not announced as JSON"),
    Common::new(
        429,
        "TooManyTries",
        "Too many tries, such as login tokens that open nothing",
    ),
    Common::new(500, "OurFault", "Our fault; the log says more"),
    Common::new(
        503,
        "NotReady",
        "Latchkey is not set up yet, or something that it needs is not answering",
    ),
    Common::new(
        504,
        "TooSlow",
        "The request took too long: over 60 seconds, unless another limit is configured",
    ),
];

/// The headers of every answer.
fn always() -> Value {
    json!({
        "X-Request-Id": { "$ref": "#/components/headers/X-Request-Id" },
        "Cache-Control": { "$ref": "#/components/headers/Cache-Control" },
    })
}

/// Those that belong to a status.
fn more_headers(answer: &mut Value, status: u16) {
    let (name, component) = match status {
        405 => ("Allow", "Allow"),
        429 => ("Retry-After", "Retry-After"),
        503 => ("Retry-After", "Retry-After-If-Known"),
        _ => return,
    };
    answer["headers"][name] = json!({ "$ref": format!("#/components/headers/{component}") });
}

/// The one error body, with that sentence.
fn error_body(answer: &mut Value, status: u16, sentence: &str) {
    let sentence = format!("{sentence}.");
    answer["content"] = json!({ "application/json": {
        "schema": { "$ref": format!("#/components/schemas/{}", ErrorBody::name()) },
        "example": { "status": status, "message": sentence, "error": sentence, "errors": [] },
    } });
}

/// A format is only a hint; these are what a number of that kind can hold.
fn bounds(value: &mut Value) {
    let (least, most) = match value.get("format").and_then(Value::as_str) {
        Some("int64") => (i64::MIN, i64::MAX),
        Some("int32") => (i32::MIN.into(), i32::MAX.into()),
        _ => (0, 0),
    };
    match value {
        Value::Object(fields) => {
            if most > 0 {
                fields.entry("minimum").or_insert(least.into());
                fields.entry("maximum").or_insert(most.into());
            }
            fields.values_mut().for_each(bounds);
        }
        Value::Array(items) => items.iter_mut().for_each(bounds),
        _ => {}
    }
}

/// Adds to an operation what follows from what it says of itself.
fn finish(path: &str, method: &str, operation: &mut Map<String, Value>, schemas: &Value) {
    operation.insert("operationId".to_owned(), operation_id(path, method).into());
    let anyone = operation.contains_key("security");
    if anyone {
        operation.insert("security".to_owned(), json!([]));
    }
    if let Some(body) = operation.get_mut("requestBody") {
        // A body that may be left out is not one that may be null.
        let schema = body.pointer_mut("/content/application~1json/schema");
        if let Some(schema) = schema
            && let Some(first) = schema.pointer("/oneOf/0").cloned()
        {
            *schema = first;
        }
        add_example(body, schemas);
    }
    let takes_body = operation.contains_key("requestBody");
    let changes = method != "get";
    // The gateway stands in front of all that gives other answers what they have in common.
    let in_front = GATEWAY_ROUTES.contains(&path);
    let Some(answers) = operation.get_mut("responses").and_then(Value::as_object_mut) else {
        return;
    };
    for (status, answer) in answers.iter_mut() {
        let status: u16 = status.parse().unwrap_or_default();
        if status >= 400 {
            let sentence = answer["description"].as_str().unwrap_or_default().to_owned();
            error_body(answer, status, &sentence);
        } else {
            add_example(answer, schemas);
        }
        if !in_front {
            for (name, header) in always().as_object_mut().into_iter().flatten() {
                answer["headers"][name] = header.take();
            }
        } else if status == 403 {
            answer["content"]["text/html"] = json!({ "schema": { "type": "string" } });
        }
        more_headers(answer, status);
    }
    if in_front {
        return;
    }
    for common in &COMMON {
        let possible = match common.status {
            400 | 413 | 415 => takes_body,
            401 | 429 => !anyone,
            403 => changes || !anyone,
            404 => path.contains("/{"),
            405 => false,
            _ => true,
        };
        if possible {
            let answer = json!({ "$ref": format!("#/components/responses/{}", common.name) });
            answers.entry(common.status.to_string()).or_insert(answer);
        }
    }
}

/// `deleteUserByIdSessions`: unlike the handlers' names, these are all different.
fn operation_id(path: &str, method: &str) -> String {
    let mut id = method.to_owned();
    for part in path.split('/').filter(|part| !part.is_empty()) {
        let (before, part) = match part.strip_prefix('{') {
            Some(name) => ("By", name.trim_end_matches('}')),
            None => ("", part),
        };
        id.push_str(before);
        for word in part.split(['-', '_', '.']) {
            let mut letters = word.chars();
            id.extend(letters.next().map(|first| first.to_ascii_uppercase()));
            id.push_str(letters.as_str());
        }
    }
    id
}

fn add_example(body: &mut Value, schemas: &Value) {
    let content = body.get_mut("content").and_then(Value::as_object_mut);
    for (_, media) in content.into_iter().flatten() {
        if media.get("example").is_none() {
            media["example"] = example(&media["schema"], schemas);
        }
    }
}

/// An example made of the fields' examples.
fn example(schema: &Value, schemas: &Value) -> Value {
    if let Some(given) = schema["examples"].get(0).or_else(|| schema.get("example")) {
        return given.clone();
    }
    if let Some(name) = schema["$ref"].as_str().and_then(|link| link.rsplit('/').next()) {
        return example(&schemas[name], schemas);
    }
    if let Some(first) = schema["enum"].get(0) {
        return first.clone();
    }
    if let Some(parts) = schema["allOf"].as_array() {
        let parts = parts.iter().map(|part| example(part, schemas));
        let fields = parts.filter_map(|part| part.as_object().cloned()).flatten();
        return Value::Object(fields.collect());
    }
    if let Some(ways) = schema["oneOf"].as_array() {
        let way = ways.iter().find(|way| way["type"] != "null");
        return way.map_or(Value::Null, |way| example(way, schemas));
    }
    if schema["maxItems"] == 0 {
        return json!([]);
    }
    if let Some(items) = schema.get("items") {
        return json!([example(items, schemas)]);
    }
    if let Some(fields) = schema["properties"].as_object() {
        let fields = fields
            .iter()
            .map(|(name, field)| (name.clone(), example(field, schemas)));
        return Value::Object(fields.collect());
    }
    // A test wants an example at every text and number.
    match schema["type"].as_str().or_else(|| schema["type"][0].as_str()) {
        Some("boolean") => false.into(),
        _ => Value::Null,
    }
}
