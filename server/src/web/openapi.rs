//! The OpenAPI document. What is a route's own stands beside its handler, what is a type's own beside the type; here is
//! what all have in common: credentials, the error body, the answers that any route can give, headers, and examples: those
//! of bodies are made of the fields' examples, those of errors of the sentences that are really said. Nothing here knows a
//! single route.
//!
//! The committed copy is `docs/openapi.json`, written by `latchkey openapi`; a test compares the two.

use std::sync::LazyLock;

use app::{
    api::error::{ErrorBody, FieldError},
    messages::{Language, Message},
    msg,
};
use serde_json::{Map, Value, json};
use utoipa::{
    OpenApi, ToResponse, ToSchema,
    openapi::{RefOr, Response},
};

use super::{
    error::Problem,
    router::{Described, DescribedGateway, GATEWAY_ROUTES},
};

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
    components["parameters"] = parameters();
    components["responses"] = COMMON
        .iter()
        .map(|common| (common.name.to_owned(), common.answer()))
        .collect();
    bounds(&mut components["schemas"]);
    bounds(&mut document["paths"]);
    let schemas = components["schemas"].clone();
    document["components"] = components;
    for (path, item) in document["paths"].as_object_mut().into_iter().flatten() {
        let mut with_key = false;
        for (method, operation) in item.as_object_mut().into_iter().flatten() {
            if let Some(operation) = operation.as_object_mut().filter(|_| METHODS.contains(&method.as_str())) {
                finish(path, method, operation, &schemas);
                with_key |= !operation.contains_key("security");
            }
        }
        // Once for all methods of a path: a test looks that none of them is for anyone where others are not.
        if with_key {
            item["parameters"] = json!([{ "$ref": "#/components/parameters/X-Api-User" }]);
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

fn parameters() -> Value {
    json!({
        "X-Api-User": {
            "name": "X-Api-User", "in": "header", "required": false,
            "description": "With the API key: the number of the member as whom it acts. Without it: the owner",
            // Any text: beside another credential it is not looked at, whatever it holds.
            "schema": { "type": "string" }, "example": "4",
        },
    })
}

/// What an error says, for an example: as [`Problem`] writes it, but for the status, which [`finish`] knows.
pub(super) fn said(message: impl Into<Message>) -> ErrorBody {
    Problem::bad_request(message).body(Language::English)
}

/// The same where it is a field that is wrong.
pub(super) fn said_of(path: &str, message: Message) -> ErrorBody {
    said_with(message.clone(), path, message)
}

/// The same where more is said of the field than of the whole, or less.
pub(super) fn said_with(message: Message, path: &str, of_field: impl Into<Message>) -> ErrorBody {
    let problem = Problem {
        errors: vec![(path.to_owned(), of_field.into())],
        ..Problem::bad_request(message)
    };
    problem.body(Language::English)
}

/// An answer that many routes give.
struct Common {
    status: u16,
    name: &'static str,
    about: &'static str,
    said: ErrorBody,
}

impl Common {
    fn new(status: u16, name: &'static str, about: &'static str, said: ErrorBody) -> Self {
        Self {
            status,
            name,
            about,
            said,
        }
    }

    fn answer(&self) -> Value {
        let mut answer = json!({ "description": self.about });
        error_body(&mut answer, self.status, Some(json!(self.said)));
        add_headers(&mut answer, ALWAYS);
        more_headers(&mut answer, self.status);
        answer
    }
}

static COMMON: LazyLock<[Common; 12]> = LazyLock::new(|| {
    [
        Common::new(
            400,
            "BadRequest",
            "The body is not JSON, ends too early, or a field is missing or has the wrong type",
            said_of("", msg!("errors-body", what = msg!("errors-body-too-short"))),
        ),
        Common::new(
            401,
            "NotSignedIn",
            "Nobody is signed in",
            said(msg!("errors-not-signed-in")),
        ),
        Common::new(
            403,
            "NotAllowed",
            "Too few rights, a credential that is worth nothing, or a request from another site",
            said(msg!("tokens-refused")),
        ),
        Common::new(
            403,
            "OtherSite",
            "A request from another site",
            said(msg!("errors-other-site")),
        ),
        Common::new(
            404,
            "NotFound",
            "There is nothing of that number",
            said(msg!("errors-no-member")),
        ),
        Common::new(
            405,
            "MethodNotAllowed",
            "The address does not take that method",
            said(msg!("errors-method")),
        ),
        Common::new(
            413,
            "TooLarge",
            "The body is too large: over 64 KiB, unless another limit is configured",
            said(msg!("errors-body-too-large", most = 64)),
        ),
        Common::new(
            415,
            "NotJson",
            "The body is not announced as JSON",
            said(msg!("errors-json-wanted")),
        ),
        Common::new(
            429,
            "TooManyTries",
            "Too many tries, such as login tokens that open nothing",
            said(msg!("errors-too-many-tries", seconds = 5)),
        ),
        Common::new(
            500,
            "OurFault",
            "Our fault; the log says more",
            said(msg!("errors-internal")),
        ),
        Common::new(
            503,
            "NotReady",
            "Latchkey is not set up yet, or something that it needs is not answering",
            said(msg!("errors-store-unavailable")),
        ),
        Common::new(
            504,
            "TooSlow",
            "The request took too long: over 60 seconds, unless another limit is configured",
            said(msg!("errors-too-slow")),
        ),
    ]
});

/// One of them, for a route that anyone may ask and that looks at who it is all the same: it says
/// `(status = 429, response = TooManyTries)`.
pub(super) struct TooManyTries;

/// The same for `(status = 403, response = NotAllowed)`.
pub(super) struct NotAllowed;

impl<'r> ToResponse<'r> for TooManyTries {
    fn response() -> (&'r str, RefOr<Response>) {
        ("TooManyTries", RefOr::T(Response::default()))
    }
}

impl<'r> ToResponse<'r> for NotAllowed {
    fn response() -> (&'r str, RefOr<Response>) {
        ("NotAllowed", RefOr::T(Response::default()))
    }
}

/// What is said with a status where the route brings no example of its own. For others there is no usual sentence: a test
/// wants an example of the route.
fn usual(status: u16) -> Option<ErrorBody> {
    match status {
        // What a route itself says about these is that it waited for Plex.
        502 | 504 => Some(said(msg!("errors-plex-not-answering"))),
        401 | 429 | 500 | 503 => {
            let common = COMMON.iter().find(|common| common.status == status);
            common.map(|common| common.said.clone())
        }
        _ => None,
    }
}

/// The headers of every answer.
pub(super) const ALWAYS: &[&str] = &["X-Request-Id", "Cache-Control"];

/// Those of the answers of the gateway, which stands in front of what gives others theirs.
fn at_the_gateway(status: u16) -> &'static [&'static str] {
    match status {
        // An answer from memory has none.
        200 => &[],
        302 | 303 | 400 | 401 | 403 | 429 | 503 => ALWAYS,
        // A panic and the time limit are said without a word about caches.
        _ => &["X-Request-Id"],
    }
}

fn add_headers(answer: &mut Value, names: &[&str]) {
    for name in names {
        answer["headers"][*name] = json!({ "$ref": format!("#/components/headers/{name}") });
    }
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

/// The one error body, with what is said in it.
fn error_body(answer: &mut Value, status: u16, example: Option<Value>) {
    let schema = format!("#/components/schemas/{}", ErrorBody::name());
    answer["content"] = json!({ "application/json": { "schema": { "$ref": schema } } });
    if let Some(mut example) = example {
        example["status"] = status.into();
        answer["content"]["application/json"]["example"] = example;
    }
}

/// The page of those who may not pass, without its style.
fn refusal() -> String {
    let heading = msg!("gateway-heading");
    let why = msg!("gateway-not-yours", app = "Sonarr");
    format!(
        "<!DOCTYPE html><html lang=\"en\"><head><title>{heading} · Latchkey</title></head>\
         <body><main><h1>{heading}</h1><p>{why}</p></main></body></html>"
    )
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
    // The gateway stands in front of most of what gives other answers what they have in common, and takes any method.
    let in_front = GATEWAY_ROUTES.contains(&path);
    let Some(answers) = operation.get_mut("responses").and_then(Value::as_object_mut) else {
        return;
    };
    // Those that are one of the common ones are complete.
    for (status, answer) in answers.iter_mut().filter(|(_, answer)| answer.get("$ref").is_none()) {
        let status: u16 = status.parse().unwrap_or_default();
        if status >= 400 {
            let own = answer.pointer_mut("/content/application~1json/example");
            let example = own.map(Value::take).or_else(|| usual(status).map(|said| json!(said)));
            error_body(answer, status, example);
        } else {
            add_example(answer, schemas);
        }
        add_headers(answer, if in_front { at_the_gateway(status) } else { ALWAYS });
        if in_front && status == 403 {
            answer["content"]["text/html"] = json!({ "schema": { "type": "string" }, "example": refusal() });
        }
        more_headers(answer, status);
    }
    if in_front {
        return;
    }
    for common in COMMON.iter() {
        let possible = match common.name {
            "BadRequest" | "TooLarge" | "NotJson" => takes_body,
            "NotSignedIn" | "NotAllowed" | "TooManyTries" => !anyone,
            "OtherSite" => anyone && changes,
            "NotFound" => path.contains("/{"),
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
