//! `kill -9` at any moment while a crowd works, again and again on one data folder.

use std::time::Duration;

use super::{
    Seed,
    crowd::{Crowd, command},
    facts::{Facts, last_words_heard, lines_written},
};
use crate::{
    process::{
        home::{Home, Process},
        http::Browser,
    },
    support::{on_both, say, setting},
};

/// How many, unless `LATCHKEY_FAULTS_KILLS` says otherwise.
const KILLS: usize = 200;
/// When the program dies after everybody has begun, in milliseconds.
const MOMENT: std::ops::RangeInclusive<u64> = 20..=150;
/// How often the chores get the time to write what nobody waits for.
const PATIENT: usize = 50;
/// How often it is tried from outside, too, what opens and what does not; the database is looked at each time.
const BY_HAND: usize = 5;

on_both! {
    async fn nothing_is_lost_and_nothing_is_half_done(engine) {
        let seed = Seed::new();
        let mut chance = seed.chance();
        let kills = setting("LATCHKEY_FAULTS_KILLS").map_or(KILLS, |text| text.parse().expect("a number"));
        let home = Home::new(engine).await;
        let mut process = Process::start(command(&home)).await;
        let mut owner = Browser::new(process.address);
        home.finish_set_up(&mut owner).await;
        let mut crowd = Crowd::gather(&mut owner, process.address, &mut chance).await;
        let mut facts = Facts::read(&home).await;
        crowd.check(&facts);

        for kill in 1..=kills {
            let signed_in = crowd.sign_ins();
            let written = facts.all_lines("signed-in");
            crowd.work_until_cut_off();
            crowd.answered(6).await;
            let moment = Duration::from_millis(chance.u64(MOMENT));
            tokio::time::sleep(moment).await;
            if kill % PATIENT == 0 {
                // Some of the sign-ins of this life are written, and are there after the kill.
                lines_written(&home, "signed-in", written + 1).await;
            }
            process.kill();
            crowd.ended().await;
            last_words_heard(&home).await;
            process = Process::start(command(&home)).await;
            facts = Facts::read(&home).await;
            let now = facts.all_lines("signed-in");
            assert!(now >= written, "lines are lost: {written}, {now}");
            assert!(now > written || kill % PATIENT != 0, "{signed_in} sign-ins before, {written} lines, and now {now}");
            crowd.check(&facts);
            crowd.moved_to(process.address);
            if kill % BY_HAND == 0 || kill == kills {
                crowd.try_doors(&process, kill == kills).await;
            }
        }
        say("kills survived", &format!("{engine:?}"), kills);
        eprintln!("{kills} kills: {}", crowd.weight());
    }
}
