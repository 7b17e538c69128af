//! The pacing in made-up time.

use std::collections::{BTreeMap, BTreeSet};

use tokio::time::Instant;

use crate::plex::pacing::Pacing;

use super::*;

const MS: Duration = Duration::from_millis(1);
const SECOND: Duration = Duration::from_secs(1);

/// Small numbers that look random and are the same every time.
struct Dice(u64);

impl Dice {
    fn up_to(&mut self, most: u64) -> u64 {
        self.0 = self
            .0
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 33) % (most + 1)
    }
}

/// How somebody who was told to come later behaves.
#[derive(Clone, Copy)]
enum Manner {
    /// Comes when told, late by at most these milliseconds.
    Told(u64),
    /// Comes every so many milliseconds whatever is said.
    Stubborn(u64),
    /// Comes once and never again.
    Gone,
}

struct Outcome {
    /// When reads were granted, and to whom.
    grants: Vec<(Duration, i64)>,
    /// Somebody came as told and was sent away again.
    broken_promises: usize,
}

impl Outcome {
    fn of(&self, pin: i64) -> usize {
        self.grants.iter().filter(|(_, id)| *id == pin).count()
    }
}

/// Lets people with these manners, numbered from 1 and each at an address of their own, come and go for a while.
fn simulate(limits: PacingLimits, manners: &[Manner], length: Duration, seed: u64) -> Outcome {
    let people: Vec<Person> = (1..)
        .zip(manners)
        .map(|(address, manner)| (address, Duration::ZERO, *manner))
        .collect();
    simulate_people(limits, &people, length, seed)
}

/// At which address, when they first come, and how they behave.
type Person = (u32, Duration, Manner);

fn simulate_people(limits: PacingLimits, people: &[Person], length: Duration, seed: u64) -> Outcome {
    let start = Instant::now();
    let pacing = Pacing::new(limits, start);
    let mut dice = Dice(seed);
    let mut coming: BTreeSet<(Duration, i64)> = (1..).zip(people).map(|(pin, (_, first, _))| (*first, pin)).collect();
    let mut told: BTreeMap<i64, Duration> = BTreeMap::new();
    let mut outcome = Outcome {
        grants: Vec::new(),
        broken_promises: 0,
    };
    while let Some((now, pin)) = coming.pop_first().filter(|(now, _)| *now <= length) {
        let (address, first, manner) = people[usize::try_from(pin).unwrap() - 1];
        let asker = address.to_string();
        let promise = told.remove(&pin);
        let wait = match pacing.try_read(pin, &asker, start + now) {
            Ok(_permit) => {
                outcome.grants.push((now, pin));
                if dice.up_to(4) == 0 {
                    pacing.count_lightly(start + now);
                }
                limits.per_pin
            }
            Err(wait) => {
                let punctual = promise.is_some_and(|promise| now >= promise && now < promise + limits.every);
                outcome.broken_promises += usize::from(punctual && now >= first + limits.per_pin);
                told.insert(pin, now + wait);
                wait
            }
        };
        let next = match manner {
            Manner::Told(late) => wait + MS * u32::try_from(dice.up_to(late)).unwrap(),
            Manner::Stubborn(every) => Duration::from_millis(every),
            Manner::Gone => continue,
        };
        coming.insert((now + next, pin));
    }
    outcome
}

/// No stretch of time holds more reads than the bucket and its filling allow.
fn assert_cap(limits: PacingLimits, outcome: &Outcome) {
    for (first, (from, _)) in outcome.grants.iter().enumerate() {
        for (count, (to, _)) in outcome.grants[first..].iter().enumerate() {
            let allowed = f64::from(limits.burst) + (*to - *from).as_secs_f64() / limits.every.as_secs_f64();
            assert!(
                (count + 1) as f64 <= allowed + 1e-6,
                "{} reads in {:?}",
                count + 1,
                *to - *from
            );
        }
    }
}

fn assert_spacing(limits: PacingLimits, outcome: &Outcome) {
    let mut last = BTreeMap::new();
    for (now, pin) in &outcome.grants {
        if let Some(before) = last.insert(pin, *now) {
            assert!(*now - before >= limits.per_pin);
        }
    }
}

#[test]
fn fifty_at_once_are_all_served_and_the_cap_holds() {
    let limits = PacingLimits::default();
    for late in [0, 150, 900] {
        let outcome = simulate(limits, &[Manner::Told(late); 50], SECOND * 300, late);
        assert_cap(limits, &outcome);
        assert_spacing(limits, &outcome);
        let reads: Vec<usize> = (1..=50).map(|pin| outcome.of(pin)).collect();
        let (least, most) = (*reads.iter().min().unwrap(), *reads.iter().max().unwrap());
        assert!(least >= 5 && most - least <= 2, "late {late}: {reads:?}");
        assert_eq!(outcome.broken_promises, 0, "late {late}");
        assert!(
            outcome.grants.len() >= 250,
            "late {late}: only {}",
            outcome.grants.len()
        );
    }
}

#[test]
fn promises_are_kept_whoever_else_comes() {
    let limits = PacingLimits::default();
    for seed in 0..20 {
        let mut manners = vec![Manner::Told(200); 12];
        manners.extend([Manner::Told(8000); 6]);
        manners.extend([Manner::Gone; 6]);
        let outcome = simulate(limits, &manners, SECOND * 200, seed);
        assert_cap(limits, &outcome);
        assert_eq!(outcome.broken_promises, 0, "seed {seed}");
        assert!((1..=18).all(|pin| outcome.of(pin) >= 3), "seed {seed}");
    }
}

#[test]
fn who_does_not_listen_is_served_too_but_not_more() {
    let limits = PacingLimits::default();
    let mut manners = vec![Manner::Told(100); 10];
    manners.extend([Manner::Stubborn(300); 5]);
    manners.extend([Manner::Stubborn(2000); 5]);
    manners.extend([Manner::Stubborn(5000); 5]);
    let outcome = simulate(limits, &manners, SECOND * 300, 7);
    assert_cap(limits, &outcome);
    let reads: Vec<usize> = (1..=25).map(|pin| outcome.of(pin)).collect();
    assert!(reads.iter().all(|count| (6..=18).contains(count)), "{reads:?}");
}

#[test]
fn one_person_alone_never_waits() {
    let outcome = simulate(PacingLimits::default(), &[Manner::Stubborn(2000)], SECOND * 100, 1);
    assert_eq!(outcome.grants.len(), 51);
}

#[test]
fn one_pin_is_read_by_one_at_a_time() {
    let start = Instant::now();
    let pacing = Pacing::new(PacingLimits::default(), start);
    let first = pacing.try_read(1, HOME, start).unwrap();
    assert_eq!(pacing.try_read(1, HOME, start).err(), Some(SECOND * 2));
    // Slow answer: still under way when the spacing is over.
    assert_eq!(pacing.try_read(1, HOME, start + SECOND * 5).err(), Some(SECOND));
    assert!(pacing.try_read(2, HOME, start + SECOND * 5).is_ok());
    drop(first);
    assert!(pacing.try_read(1, HOME, start + SECOND * 5).is_ok());
}

#[test]
fn the_pause_after_429_doubles_to_its_limit_and_a_success_ends_that() {
    let mut now = Instant::now();
    let pacing = Pacing::new(PacingLimits::default(), now);
    for expected in [2, 4, 8, 15, 15] {
        assert_eq!(pacing.note_limited(now), SECOND * expected);
        // Others asked at the same time and hear the same: it counts once.
        assert_eq!(pacing.note_limited(now + MS), SECOND * expected - MS);
        pacing.note_success(now + MS);
        assert_eq!(pacing.try_read(1, HOME, now + MS).err(), Some(SECOND * expected - MS));
        now += SECOND * expected;
        assert!(pacing.try_read(1, HOME, now).is_ok(), "one read when the pause is over");
        assert!(pacing.try_read(2, HOME, now).is_err(), "and only one");
        now += SECOND * 40;
    }
    pacing.note_success(now);
    assert_eq!(pacing.note_limited(now), SECOND * 2);
}

#[test]
fn a_pause_moves_everybodys_turn_and_keeps_the_order() {
    let limits = PacingLimits::default();
    let start = Instant::now();
    let pacing = Pacing::new(limits, start);
    for pin in 1..=4 {
        assert!(pacing.try_read(pin, HOME, start).is_ok());
    }
    let turns: Vec<Duration> = (5..=8)
        .map(|pin| pacing.try_read(pin, HOME, start).err().unwrap())
        .collect();
    assert_eq!(turns, [SECOND, SECOND * 2, SECOND * 3, SECOND * 4]);
    pacing.note_limited(start + MS * 500);
    for (pin, turn) in (5..=8).zip(turns) {
        assert_eq!(
            pacing.try_read(pin, HOME, start + turn).err(),
            Some(SECOND * 2),
            "pin {pin}"
        );
        assert!(
            pacing.try_read(pin, HOME, start + turn + SECOND * 2).is_ok(),
            "pin {pin}"
        );
    }
}

#[test]
fn memory_stays_small() {
    let start = Instant::now();
    let pacing = Pacing::new(PacingLimits::default(), start);
    for pin in 0..20_000 {
        assert!(
            pacing
                .try_read(pin, &pin.to_string(), start + MS * u32::try_from(pin / 100).unwrap())
                .is_ok()
                == (pin < 4)
        );
    }
    let (pins, places) = pacing.remembered();
    assert!(pins <= 700 && places <= 600, "{pins} {places}");
    for hour in 1..20 {
        drop(pacing.try_read(1, HOME, start + SECOND * 3600 * hour));
        drop(pacing.try_read(2, HOME, start + SECOND * 3600 * hour));
    }
    let (pins, places) = pacing.remembered();
    assert!(pins <= 62 && places == 0, "{pins} {places}");
}

/// The longest time between two reads of one PIN, and before its first and after its last.
fn longest_gap(outcome: &Outcome, pin: i64, from: Duration, to: Duration) -> Duration {
    let reads = outcome.grants.iter().filter(|(_, id)| *id == pin).map(|(now, _)| *now);
    let moments: Vec<Duration> = [from].into_iter().chain(reads).chain([to]).collect();
    moments.windows(2).map(|pair| pair[1] - pair[0]).max().unwrap()
}

#[test]
fn sixty_pins_of_one_asker_are_one_asker() {
    let limits = PacingLimits::default();
    let hogs = [
        Manner::Told(0),
        Manner::Told(700),
        Manner::Stubborn(100),
        Manner::Stubborn(1000),
        Manner::Gone,
    ];
    for (hog, late, seed) in hogs
        .iter()
        .flat_map(|hog| [(hog, 0, 1), (hog, 0, 2), (hog, 100, 3), (hog, 100, 4)])
    {
        let late_thrice = Duration::from_millis(3 * late);
        for offset in [0, 1, 333, 999, 20_500] {
            let from = MS * offset;
            let mut people: Vec<Person> = vec![(1, Duration::ZERO, *hog); 60];
            people.push((2, from, Manner::Told(late)));
            let outcome = simulate_people(limits, &people, SECOND * 60, seed);
            assert_cap(limits, &outcome);
            assert_spacing(limits, &outcome);
            let first = outcome.grants.iter().find(|(_, pin)| *pin == 61).unwrap().0 - from;
            assert!(first <= SECOND * 2 + late_thrice, "{first:?} until the first read");
            let gap = longest_gap(&outcome, 61, from, SECOND * 60);
            assert!(gap <= SECOND * 3 + late_thrice, "{gap:?} without a read");
        }
    }
}

#[test]
fn a_household_at_one_address_is_quick_and_shares_fairly() {
    let limits = PacingLimits::default();
    let three: Vec<Person> = vec![(1, SECOND, Manner::Told(50)); 3];
    let outcome = simulate_people(limits, &three, SECOND * 60, 1);
    assert!((0..3).all(|read| outcome.grants[read].0 == SECOND), "all three at once");
    for pin in 1..=3 {
        let gap = longest_gap(&outcome, pin, SECOND, SECOND * 60);
        assert!(gap <= SECOND * 4, "{pin}: {gap:?}");
    }
    assert_eq!(outcome.broken_promises, 0);
    // Everybody behind a proxy that nobody told us of: nobody starves.
    let crowd: Vec<Person> = vec![(1, Duration::ZERO, Manner::Told(50)); 8];
    let outcome = simulate_people(limits, &crowd, SECOND * 60, 1);
    for pin in 1..=8 {
        let gap = longest_gap(&outcome, pin, Duration::ZERO, SECOND * 60);
        assert!(gap <= SECOND * 9, "{pin}: {gap:?}");
    }
}

#[test]
fn each_asker_gets_the_same_however_many_pins() {
    let limits = PacingLimits::default();
    let mut people = Vec::new();
    for (address, pins) in [(1, 60), (2, 20), (3, 3), (4, 1), (5, 1)] {
        people.extend(vec![(address, Duration::ZERO, Manner::Told(100)); pins]);
    }
    let outcome = simulate_people(limits, &people, SECOND * 300, 5);
    assert_cap(limits, &outcome);
    let mut reads = BTreeMap::new();
    for (_, pin) in &outcome.grants {
        *reads.entry(people[usize::try_from(*pin).unwrap() - 1].0).or_insert(0) += 1;
    }
    assert!(reads.values().all(|count| (45..=80).contains(count)), "{reads:?}");
}

#[test]
fn asking_whether_takes_nothing_and_keeps_a_place() {
    let start = Instant::now();
    let pacing = Pacing::new(PacingLimits::default(), start);
    for _ in 0..10 {
        assert_eq!(pacing.may_read(1, HOME, start), Ok(()));
    }
    for pin in 1..=4 {
        drop(pacing.try_read(pin, HOME, start).unwrap());
    }
    assert_eq!(pacing.may_read(5, HOME, start), Err(SECOND));
    assert_eq!(pacing.may_read(5, HOME, start), Err(SECOND));
    assert_eq!(pacing.try_read(6, HOME, start).err(), Some(SECOND * 2));
    assert_eq!(pacing.may_read(5, HOME, start + SECOND), Ok(()));
    assert!(pacing.try_read(5, HOME, start + SECOND).is_ok());
}

#[test]
fn one_asker_fills_no_memory() {
    let start = Instant::now();
    let pacing = Pacing::new(PacingLimits::default(), start);
    for second in 0..120 {
        for pin in 0..2000 {
            drop(pacing.try_read(pin, HOME, start + SECOND * second));
        }
        let (reads, places) = pacing.remembered();
        assert!(reads <= 61 + 4 && places <= 8, "{reads} {places}");
    }
}
