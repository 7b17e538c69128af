//! The WASM entry point. `boot.js` calls [`hydrate`] once and then the exported function of every island on the page.

// Without this line nothing refers to `app`, and the linker would drop its islands.
use app as _;
use wasm_bindgen::prelude::wasm_bindgen;

/// Sets up what the islands share. The islands themselves are exported functions that `boot.js` calls by name.
#[wasm_bindgen]
pub fn hydrate() {
    leptos::mount::hydrate_islands();
}
