//! Window, document and events.

use std::rc::Rc;

use js_sys::Reflect;
use wasm_bindgen::{JsCast, JsValue, closure::Closure};
use wasm_bindgen_futures::JsFuture;
use web_sys::{Document, Event, EventTarget, HtmlElement, HtmlInputElement, Window};

/// The window. An island never runs without one.
#[must_use]
pub fn window() -> Window {
    // `web_sys::window()` can be None only in a worker.
    js_sys::global().unchecked_into()
}

/// A field of a JavaScript object; `undefined` where there is none.
#[must_use]
pub fn field(object: &JsValue, name: &str) -> JsValue {
    Reflect::get(object, &JsValue::from_str(name)).unwrap_or(JsValue::UNDEFINED)
}

/// Reads `data-` attributes of the first element that matches; empty where there is none.
pub fn data_of(selector: &str) -> impl Fn(&str) -> String {
    let element = window()
        .document()
        .and_then(|document| document.query_selector(selector).ok().flatten());
    let data = element.map_or(JsValue::UNDEFINED, |element| {
        element.unchecked_into::<HtmlElement>().dataset().into()
    });
    move |name| field(&data, name).as_string().unwrap_or_default()
}

/// Listens for as long as the page lives.
pub fn listen(target: &EventTarget, name: &str, handler: impl Fn(Event) + 'static) {
    let handler = Closure::<dyn Fn(Event)>::new(handler);
    // Browsers without this event simply never send it.
    let _ = target.add_event_listener_with_callback(name, handler.as_ref().unchecked_ref());
    handler.forget();
}

/// Somebody looks at the page again, or the network is back. `handler` is told whether the page was frozen meanwhile.
pub fn on_return(handler: Box<dyn Fn(bool)>) {
    let handler: Rc<dyn Fn(bool)> = handler.into();
    let window = window();
    let document = window.document();
    for (target, name) in [
        (Some(window.as_ref()), "focus"),
        (Some(window.as_ref()), "online"),
        (Some(window.as_ref()), "pageshow"),
        (document.as_ref().map(AsRef::<EventTarget>::as_ref), "visibilitychange"),
    ] {
        let (handler, page) = (handler.clone(), document.clone());
        if let Some(target) = target {
            listen(target, name, move |event| {
                let frozen = field(&event, "persisted").is_truthy();
                // Going out of sight sends the last of them, too.
                if frozen || !page.as_ref().is_some_and(Document::hidden) {
                    handler(frozen);
                }
            });
        }
    }
}

/// Milliseconds since the page was opened, by a clock that nobody sets.
#[must_use]
pub fn now() -> u64 {
    #[expect(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "milliseconds, never negative"
    )]
    window().performance().map_or(0, |clock| clock.now() as u64)
}

/// Whether this media query holds.
#[must_use]
pub fn media(query: &str) -> bool {
    window()
        .match_media(query)
        .ok()
        .flatten()
        .is_some_and(|list| list.matches())
}

/// The input or text area of this id: what is used of the one, the other has under the same names.
#[must_use]
pub fn input(id: &str) -> Option<HtmlInputElement> {
    let element = window().document()?.get_element_by_id(id)?;
    Some(element.unchecked_into())
}

/// Puts `text` on the clipboard. False where the browser has none for us (plain http on a home network) or refuses.
pub async fn copy(text: &str) -> bool {
    let navigator = window().navigator();
    if field(&navigator, "clipboard").is_undefined() {
        return false;
    }
    JsFuture::from(navigator.clipboard().write_text(text)).await.is_ok()
}

/// This tab goes there.
pub fn go(url: &str) {
    let _ = window().location().assign(url);
}

/// Opens a window on `about:blank` and writes `text` into it, by DOM: `document.write` would end its initial state,
/// and with it our hold on it once Plex's page is there. `None`: the browser did not let us.
#[must_use]
pub fn open_window(features: &str, text: &str) -> Option<Window> {
    let opened = window()
        .open_with_url_and_target_and_features("about:blank", "_blank", features)
        .ok()
        .flatten()?;
    if let Some(document) = opened.document() {
        document.set_title(text);
        if let Some(body) = document.body() {
            body.set_text_content(Some(text));
            // Through the object model: the content security policy forbids style attributes, not this.
            let style = field(&body, "style");
            let css = "color-scheme:light dark;font:1.125rem system-ui,sans-serif;margin:0;display:grid;\
                       place-items:center;min-height:100vh";
            let _ = Reflect::set(&style, &JsValue::from_str("cssText"), &JsValue::from_str(css));
        }
    }
    Some(opened)
}
