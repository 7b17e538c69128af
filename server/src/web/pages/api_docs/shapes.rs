//! What bodies are made of, in words: the schemas of the document.

use app::pages::{ApiField, ApiShape};
use serde_json::Value;

use super::{fields, text};

/// All of them, by name.
pub(super) fn all(schemas: &Value) -> Vec<ApiShape> {
    fields(schemas)
        .map(|(name, schema)| ApiShape {
            name: name.clone(),
            about: text(&schema["description"]),
            kind: if schema.get("properties").is_some() {
                String::new()
            } else {
                kind(schema)
            },
            fields: own_fields(schema),
        })
        .collect()
}

/// Its fields: those of all its parts, where it has parts.
fn own_fields(schema: &Value) -> Vec<ApiField> {
    let own = fields(&schema["properties"]).map(|(name, field)| {
        let required = schema["required"]
            .as_array()
            .is_some_and(|all| all.contains(&name.as_str().into()));
        ApiField {
            name: name.clone(),
            kind: kind(field) + if required { ", required" } else { "" },
            about: text(&field["description"]),
        }
    });
    let parts = ["allOf", "oneOf"]
        .into_iter()
        .filter_map(|name| schema[name].as_array())
        .flatten();
    own.chain(parts.flat_map(own_fields)).collect()
}

/// What it holds, with names of shapes between backticks.
pub(super) fn kind(schema: &Value) -> String {
    if let Some(name) = schema["$ref"].as_str().and_then(|at| at.rsplit('/').next()) {
        return format!("`{name}`");
    }
    let several = |parts: &[Value]| parts.iter().map(kind).collect::<Vec<_>>().join(" or ");
    if let Some(parts) = schema["oneOf"].as_array() {
        return several(parts);
    }
    if let Some(parts) = schema["allOf"].as_array() {
        // The fields of the others are told one by one.
        let (others, _): (Vec<Value>, Vec<Value>) = parts.iter().cloned().partition(|part| part.get("$ref").is_some());
        return format!("as {}, and more", several(&others));
    }
    if let Some(values) = schema["enum"].as_array() {
        return values.iter().map(Value::to_string).collect::<Vec<_>>().join(" or ");
    }
    let types: Vec<&str> = match &schema["type"] {
        Value::String(one) => vec![one],
        Value::Array(several) => several.iter().filter_map(Value::as_str).collect(),
        _ => return "anything".to_owned(),
    };
    let words = types.into_iter().map(|name| match (name, schema["format"].as_str()) {
        ("array", _) => format!("list of {}", kind(&schema["items"])),
        // How many bits a number has is said by its bounds, where it matters.
        ("string", Some(format)) => format!("string ({format})"),
        _ => name.to_owned(),
    });
    words.collect::<Vec<_>>().join(" or ")
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn a_schema_in_words() {
        for (schema, words) in [
            (json!({ "$ref": "#/components/schemas/User" }), "`User`"),
            (
                json!({ "type": "array", "items": { "$ref": "#/components/schemas/User" } }),
                "list of `User`",
            ),
            (
                json!({ "type": ["string", "null"], "format": "date-time" }),
                "string (date-time) or null",
            ),
            (json!({ "type": "integer", "format": "int64" }), "integer"),
            (
                json!({ "oneOf": [{ "$ref": "#/components/schemas/App" }, { "type": "null" }] }),
                "`App` or null",
            ),
            (json!({ "type": "string", "enum": ["pending"] }), "\"pending\""),
            (json!({}), "anything"),
        ] {
            assert_eq!(kind(&schema), words);
        }
    }

    #[test]
    fn a_shape_has_the_fields_of_its_parts() {
        let schemas = json!({ "Made": { "allOf": [
            { "$ref": "#/components/schemas/Token" },
            { "type": "object", "required": ["value"], "properties": { "value": { "type": "string", "description": "Once." } } },
        ] } });
        let [made] = all(&schemas).try_into().unwrap();
        assert_eq!(made.kind, "as `Token`, and more");
        let [value] = made.fields.try_into().unwrap();
        assert_eq!(
            (&*value.name, &*value.kind, &*value.about),
            ("value", "string, required", "Once.")
        );
    }
}
