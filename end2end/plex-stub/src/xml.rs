//! From the JSON face to the XML face: scalars become attributes, objects and lists become child elements.

use serde_json::Value;
use std::fmt::Write as _;

/// A whole document with `root` as its element.
pub(crate) fn document(root: &str, value: &Value) -> String {
    let mut out = String::from("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n");
    element(&mut out, root, value);
    out.push('\n');
    out
}

/// Booleans are 0/1 and null is "". \[V\] A list's children carry its name without the final `s`; a list of plain
/// values becomes `<feature id="…"/>` as in accounts. \[V\]
fn element(out: &mut String, name: &str, value: &Value) {
    let mut children = String::new();
    let _ = write!(out, "<{name}");
    match value {
        Value::Object(fields) => {
            for (field, value) in fields {
                match value {
                    // v1 has no element around a list: `<MediaContainer><User/><User/></MediaContainer>`. [V]
                    Value::Array(items) if field.starts_with(char::is_uppercase) => {
                        items.iter().for_each(|item| element(&mut children, field, item));
                    }
                    Value::Object(_) | Value::Array(_) => element(&mut children, field, value),
                    scalar => attribute(out, field, scalar),
                }
            }
        }
        Value::Array(items) => {
            let child = name.strip_suffix('s').unwrap_or(name);
            items.iter().for_each(|item| element(&mut children, child, item));
        }
        scalar => attribute(out, "id", scalar),
    }
    if children.is_empty() {
        out.push_str("/>");
    } else {
        let _ = write!(out, ">{children}</{name}>");
    }
}

fn attribute(out: &mut String, name: &str, value: &Value) {
    let text = match value {
        Value::Null => String::new(),
        Value::Bool(flag) => u8::from(*flag).to_string(),
        Value::String(text) => escape(text),
        other => other.to_string(),
    };
    let _ = write!(out, " {name}=\"{text}\"");
}

/// Text made safe for attributes and element content.
pub(crate) fn escape(text: &str) -> String {
    text.replace('&', "&amp;")
        .replace('<', "&lt;")
        .replace('>', "&gt;")
        .replace('"', "&quot;")
}
