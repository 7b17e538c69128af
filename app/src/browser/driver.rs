//! Carries out what the sign-in machine asks for, and tells it what came of it.

use std::{cell::RefCell, rc::Rc};

use gloo_timers::callback::Timeout;
use leptos::prelude::*;
use wasm_bindgen::JsValue;
use web_sys::{HtmlFormElement, Window};

use super::{dom, http};
use crate::{
    flow::{
        device::{self, Device},
        event::{Effect, Event, Fault, Pin},
        machine::Machine,
        phase::Manner,
        plex_url,
        shown::{self, Shown},
        texts, wire,
    },
    islands::{face::Anchors, setup::Setup},
    paths,
};

/// The machine with its hands.
#[derive(Clone)]
pub struct Driver(Rc<Inner>);

struct Inner {
    machine: RefCell<Machine>,
    shown: RwSignal<Shown>,
    role: Role,
    popup: RefCell<Option<Window>>,
}

enum Role {
    /// The sign-in button.
    Button {
        setup: Setup,
        manner: Manner,
        device: Device,
        anchors: Anchors,
    },
    /// The return page.
    Returned,
}

impl Driver {
    /// For the sign-in button.
    #[must_use]
    pub fn button(setup: &Setup, shown: RwSignal<Shown>, anchors: Anchors) -> Self {
        let manner = manner();
        let device = device::from_user_agent(&dom::window().navigator().user_agent().unwrap_or_default());
        let machine = Machine::new(manner, setup.pin_urls.split_whitespace().count());
        let driver = Self::new(
            machine,
            shown,
            Role::Button {
                setup: setup.clone(),
                manner,
                device,
                anchors,
            },
        );
        driver.listen();
        driver
    }

    /// For the return page: asks at once.
    pub fn returned(shown: RwSignal<Shown>) {
        let driver = Self::new(Machine::returned(dom::now()), shown, Role::Returned);
        driver.listen();
        let effects = driver.0.machine.borrow_mut().poll(dom::now());
        driver.apply(effects);
    }

    fn new(machine: Machine, shown: RwSignal<Shown>, role: Role) -> Self {
        let popup = RefCell::new(None);
        Self(Rc::new(Inner {
            machine: RefCell::new(machine),
            shown,
            role,
            popup,
        }))
    }

    /// Something happened now.
    pub fn send(&self, event: Event) {
        let effects = self.0.machine.borrow_mut().handle(event, dom::now());
        self.apply(effects);
    }

    /// Something came of an earlier effect.
    fn later(&self, run: u32, event: Event) {
        let effects = self.0.machine.borrow_mut().later(run, event, dom::now());
        self.apply(effects);
    }

    fn apply(&self, effects: Vec<Effect>) {
        let run = self.0.machine.borrow().run();
        for effect in effects {
            self.carry_out(run, effect);
        }
        self.show();
    }

    fn listen(&self) {
        let driver = self.clone();
        dom::on_return(Box::new(move |frozen| {
            driver.send(if frozen { Event::Restored } else { Event::Wake });
        }));
    }

    fn carry_out(&self, run: u32, effect: Effect) {
        match effect {
            Effect::OpenWindow => self.open_window(),
            Effect::CloseWindow => {
                if let Some(popup) = self.0.popup.borrow_mut().take() {
                    let _ = popup.close();
                }
            }
            Effect::ShowPlex(pin) => {
                if let Some(popup) = self.0.popup.borrow().as_ref() {
                    let _ = popup.location().set_href(&self.approval(&pin, false));
                }
            }
            Effect::GoToPlex(pin) => dom::go(&self.approval(&pin, true)),
            Effect::Later(wait, event) => {
                let driver = self.clone();
                Timeout::new(wait, move || driver.later(run, event)).forget();
            }
            Effect::SubmitForm => submit_form(),
            Effect::Enter(to) => dom::go(&to),
            Effect::MakePin(_) | Effect::StartAttempt(_) | Effect::Poll(_) | Effect::CancelAttempt(_) => {
                let driver = self.clone();
                wasm_bindgen_futures::spawn_local(async move {
                    if let Some(event) = driver.request(effect).await {
                        driver.later(run, event);
                    }
                });
            }
        }
    }

    /// The effects that wait for an answer.
    async fn request(&self, effect: Effect) -> Option<Event> {
        match effect {
            Effect::MakePin(host) => Some(self.make_pin(host).await),
            Effect::StartAttempt(pin) => {
                let Role::Button { setup, .. } = &self.0.role else {
                    return None;
                };
                let fields = [
                    ("pinId", number(pin.id)),
                    ("code", JsValue::from_str(&pin.code)),
                    ("returnTo", JsValue::from_str(&setup.return_to)),
                ];
                Some(match http::ask("POST", paths::API_ATTEMPTS, &fields).await {
                    Ok(body) => Event::AttemptStarted(wire::expires_in(&body)),
                    Err(fault) => Event::AttemptFailed(fault),
                })
            }
            Effect::Poll(id) => Some(
                match http::ask("POST", paths::API_ATTEMPTS_POLL, &pin_field(id)).await {
                    Ok(body) => wire::answer(&body).map_or(Event::PollFailed(Fault::Broken(None)), Event::Answered),
                    Err(fault) => Event::PollFailed(fault),
                },
            ),
            Effect::CancelAttempt(id) => {
                let _ = http::ask("DELETE", paths::API_ATTEMPTS, &pin_field(Some(id))).await;
                None
            }
            _ => None,
        }
    }

    async fn make_pin(&self, host: usize) -> Event {
        let Role::Button { setup, device, .. } = &self.0.role else {
            return Event::PinRefused;
        };
        let Some(base) = setup.pin_urls.split_whitespace().nth(host) else {
            return Event::PinHostDown(host);
        };
        match http::post_abroad(&plex_url::make_pin(base, &setup.app, *device)).await {
            None => Event::PinHostDown(host),
            Some(answer) if answer.status >= 500 => Event::PinHostDown(host),
            Some(answer) => match wire::pin(&answer.body).filter(|_| answer.status < 300) {
                Some((pin, seconds)) => Event::PinMade(pin, seconds),
                None => Event::PinRefused,
            },
        }
    }

    fn open_window(&self) {
        let Role::Button { manner, .. } = &self.0.role else {
            return;
        };
        let features = if *manner == Manner::Popup {
            "popup,width=520,height=760"
        } else {
            ""
        };
        match dom::open_window(features, &texts::OPENING.say()) {
            Some(popup) => *self.0.popup.borrow_mut() = Some(popup),
            None => self.send(Event::WindowBlocked),
        }
    }

    /// The approval page. `back`: whether Plex shall send that tab back to us.
    fn approval(&self, pin: &Pin, back: bool) -> String {
        let Role::Button { setup, device, .. } = &self.0.role else {
            return String::new();
        };
        let origin = dom::window().location().origin().unwrap_or_default();
        // The attempt's cookie belongs to the origin that is in use; on a LAN address another one would not have it.
        let forward = if !back {
            String::new()
        } else if setup.forward_url.starts_with(&[&origin, "/"].concat()) {
            setup.forward_url.clone()
        } else {
            [&origin, paths::LOGIN_PLEX_RETURN].concat()
        };
        plex_url::approve(&setup.app_url, &setup.app, *device, pin, &forward)
    }

    fn show(&self) {
        let machine = self.0.machine.borrow();
        let before = self.0.shown.with_untracked(|shown| (shown.busy(), shown.state));
        let next = match &self.0.role {
            Role::Button { setup, .. } => shown::button(&machine, setup.label(), |pin| self.approval(pin, true)),
            Role::Returned => shown::return_page(&machine),
        };
        let (busy, start) = (next.busy(), next.start.is_some());
        if self.0.shown.with_untracked(|shown| *shown == next) {
            return;
        }
        self.0.shown.set(next);
        if let (true, Role::Button { anchors, .. }) = (before.0 != busy, &self.0.role) {
            focus_later(*anchors, start);
        }
    }
}

/// The focus must not stay on a button that is hidden now. After the page has changed.
fn focus_later(anchors: Anchors, start: bool) {
    Timeout::new(0, move || {
        let moved = if start {
            anchors.start.get_untracked().map(|button| button.focus())
        } else {
            anchors.status.get_untracked().map(|status| status.focus())
        };
        // Nothing to focus is nothing to worry about.
        drop(moved);
    })
    .forget();
}

/// A window on laptops; this tab on phones and tablets, where Plex's own sign-in hangs in windows; a new tab where the
/// site is installed as an app, because a redirect would come back in the browser and not in the app.
fn manner() -> Manner {
    let standalone =
        dom::media("(display-mode: standalone)") || dom::field(&dom::window().navigator(), "standalone").is_truthy();
    if standalone {
        Manner::NewTab
    } else if dom::media("(hover: none) and (pointer: coarse)") {
        Manner::SameTab
    } else {
        Manner::Popup
    }
}

fn submit_form() {
    let form = dom::window()
        .document()
        .and_then(|page| page.query_selector("form[data-plex-sign-in]").ok().flatten());
    if let Some(form) = form {
        // `submit()` asks no submit handler, so this one does not land in the island again.
        let _ = wasm_bindgen::JsCast::unchecked_into::<HtmlFormElement>(form).submit();
    }
}

fn pin_field(id: Option<i64>) -> Vec<(&'static str, JsValue)> {
    id.map(|id| ("pinId", number(id))).into_iter().collect()
}

fn number(id: i64) -> JsValue {
    #[expect(clippy::cast_precision_loss, reason = "it came from a JSON number and has 31 bits")]
    JsValue::from_f64(id as f64)
}
