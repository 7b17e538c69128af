//! Carries out what a waiting device asks for, and tells it what came of it.

use std::{cell::RefCell, rc::Rc};

use gloo_timers::callback::Timeout;
use leptos::prelude::*;

use super::{dom, http};
use crate::{
    flow::{
        event::Fault,
        pair::{Effect, Pairing},
        shown::Shown,
        wire,
    },
    islands::setup::PairSetup,
    paths,
};

/// Waits for as long as the page lives.
pub fn wait(setup: PairSetup, shown: RwSignal<Shown>) {
    let waiter = Waiter {
        pairing: Rc::new(RefCell::new(Pairing::new(setup.again, setup.seconds, dom::now()))),
        shown,
    };
    waiter.tell(|pairing| Some(pairing.start()));
    dom::on_return(Box::new(move |frozen| {
        waiter.tell(|pairing| pairing.woken(frozen, dom::now()));
    }));
}

#[derive(Clone)]
struct Waiter {
    pairing: Rc<RefCell<Pairing>>,
    shown: RwSignal<Shown>,
}

impl Waiter {
    fn tell(&self, news: impl FnOnce(&mut Pairing) -> Option<Effect>) {
        let effect = news(&mut self.pairing.borrow_mut());
        self.show();
        if let Some(effect) = effect {
            self.carry_out(effect);
        }
    }

    fn show(&self) {
        let pairing = self.pairing.borrow();
        let next = pairing.shown();
        if self.shown.with_untracked(|shown| shown != next) {
            self.shown.set(next.clone());
        }
    }

    fn carry_out(&self, effect: Effect) {
        let waiter = self.clone();
        match effect {
            Effect::Go(to) => dom::go(&to),
            Effect::Later(wait, timer) => {
                Timeout::new(wait, move || waiter.tell(|pairing| pairing.due(timer, dom::now()))).forget();
            }
            Effect::Poll => wasm_bindgen_futures::spawn_local(async move {
                let answer = http::ask("POST", paths::API_PAIR_POLL, &[])
                    .await
                    .and_then(|body| wire::pair_answer(&body).ok_or(Fault::Broken(None)));
                waiter.tell(|pairing| pairing.answered(answer, dom::now()));
            }),
        }
    }
}
