// Loads the WASM and starts the islands of this page. The build replaces the two names below with hashed ones.
//
// A click on the Plex button before the islands are there is kept and given to the island. Where the WASM can't be
// had at all, the form is submitted as it stands: then the server makes the PIN.

const FORM = "form[data-plex-sign-in]";
// How long a click waits for the islands before the form goes its own way.
const PATIENCE = 8000;

let clicked = null;
let given_up = false;

function keep(event) {
  const form = event.target;
  if (given_up || !form.matches(FORM)) return;
  event.preventDefault();
  if (clicked) return;
  clicked = form;
  form.dataset.clicked = "";
  setTimeout(give_up, PATIENCE);
}
document.addEventListener("submit", keep);

// From now on the form is an ordinary form.
function give_up() {
  if (given_up) return;
  given_up = true;
  document.removeEventListener("submit", keep);
  clicked?.submit();
}

// As leptos' own island_script.js does, without waiting for an idle moment: outer islands before inner ones.
function start_islands(module) {
  for (const element of document.querySelectorAll("leptos-island")) {
    const id = element.dataset.component ?? "";
    // The number behind the name is a hash that another compiler may make differently.
    const name = id.replace(/\d+$/, "");
    const start = module[id] ?? module[Object.keys(module).find((key) => key.replace(/\d+$/, "") === name)];
    start?.(element);
  }
}

try {
  const module = await import(new URL("__JS__", import.meta.url).href);
  await module.default({ module_or_path: new URL("__WASM__", import.meta.url) });
  // After giving up the page is on its way to somewhere else.
  if (!given_up) {
    module.hydrate();
    start_islands(module);
    document.removeEventListener("submit", keep);
    given_up = true;
    if (clicked) {
      delete clicked.dataset.clicked;
      clicked.querySelector("button").click();
    }
  }
} catch (error) {
  console.error(error);
  give_up();
}
