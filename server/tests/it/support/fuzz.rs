//! Fuzzing: a rule is tried on every hostile example of `server/tests/corpus/<target>`, and on many inputs made of them by
//! chance. What breaks the rule is made as small as possible and kept in that folder, from where every later run takes it.
//!
//! `LATCHKEY_FUZZ_CASES` says how many inputs (`make fuzz`). The files of this folder are also part of the unit tests, for
//! what only they can reach.

use std::{fs, path::PathBuf};

use proptest::{
    prelude::*,
    sample::{Index, select},
    test_runner::{Config, TestError, TestRunner},
};

use super::said::{say, setting};

/// Inputs, unless told.
const CASES: u32 = 8_000;
/// What has opened something somewhere.
const PIECES: &[&[u8]] = &[
    b"/",
    b"//",
    b"\\",
    b"..",
    b"/../",
    b"/./",
    b"%2f",
    b"%2F",
    b"%5c",
    b"%2e%2e",
    b"%25",
    b"%252f",
    b"%00",
    b"%0d%0a",
    b"%",
    b"%3f",
    b"%23",
    b"%3B",
    b";",
    b"?",
    b"#",
    b"&",
    b"=",
    b"@",
    b":",
    b",",
    b" ",
    b"\t",
    b"\n",
    b"\r\n",
    b"\0",
    b"\x7f",
    b"\"",
    b"'",
    b"<",
    b">",
    b"{",
    b"}",
    b"[",
    b"]",
    b"null",
    b"true",
    b"-1",
    b"0",
    b"1e999",
    b"9223372036854775808",
    b"token",
    b"%74oken",
    b"tok%65n",
    b"+",
    b"evil.test",
    b"[::1]",
    b"::ffff:10.0.0.1",
    b"10.0.0.1",
    b"xn--",
    b"\xc3\xa9",
    b"\xe2\x80\xae",
    b"\xff",
    b"\xc0\xaf",
    b"&#0;",
    b"&lt;",
    b"<!--",
    b"<![CDATA[",
    b"</",
    b"/>",
    b"\\u0000",
    b"\\ud800",
];

/// One change of an input.
#[derive(Debug, Clone)]
enum Change {
    Insert(Index, &'static [u8]),
    Byte(Index, u8),
    Remove(Index, usize),
    Repeat(Index, usize),
    /// As `%XX`, with small or large letters.
    Encode(Index, bool),
    Case(Index),
    /// A part of another example.
    Splice(Index, Index, Index, usize),
}

fn change() -> impl Strategy<Value = Change> {
    prop_oneof![
        4 => (any::<Index>(), select(PIECES)).prop_map(|(at, piece)| Change::Insert(at, piece)),
        1 => (any::<Index>(), any::<u8>()).prop_map(|(at, byte)| Change::Byte(at, byte)),
        2 => (any::<Index>(), 1..12_usize).prop_map(|(at, length)| Change::Remove(at, length)),
        1 => (any::<Index>(), 1..24_usize).prop_map(|(at, length)| Change::Repeat(at, length)),
        2 => (any::<Index>(), any::<bool>()).prop_map(|(at, large)| Change::Encode(at, large)),
        1 => any::<Index>().prop_map(Change::Case),
        2 => (any::<Index>(), any::<Index>(), any::<Index>(), 1..40_usize)
            .prop_map(|(other, from, at, length)| Change::Splice(other, from, at, length)),
    ]
}

fn apply(input: &mut Vec<u8>, change: &Change, seeds: &[Vec<u8>]) {
    let place = |at: &Index, input: &[u8]| at.index(input.len() + 1);
    let part = |at: usize, length: usize, of: &[u8]| at..(at + length).min(of.len());
    match change {
        Change::Insert(at, piece) => {
            let at = place(at, input);
            input.splice(at..at, piece.iter().copied());
        }
        Change::Splice(other, from, at, length) => {
            let other = &seeds[other.index(seeds.len())];
            let cut = other[part(place(from, other), *length, other)].to_vec();
            let at = place(at, input);
            input.splice(at..at, cut);
        }
        _ if input.is_empty() => {}
        Change::Byte(at, byte) => {
            let at = at.index(input.len());
            input[at] = *byte;
        }
        Change::Remove(at, length) => {
            let cut = part(at.index(input.len()), *length, input);
            input.drain(cut);
        }
        Change::Repeat(at, length) => {
            let cut = part(at.index(input.len()), *length, input);
            let again = input[cut.clone()].to_vec();
            input.splice(cut.end..cut.end, again);
        }
        Change::Encode(at, large) => {
            let at = at.index(input.len());
            let byte = input[at];
            let code = if *large {
                format!("%{byte:02X}")
            } else {
                format!("%{byte:02x}")
            };
            input.splice(at..=at, code.into_bytes());
        }
        Change::Case(at) => {
            let at = at.index(input.len());
            input[at] ^= if input[at].is_ascii_alphabetic() { 0x20 } else { 0 };
        }
    }
}

fn folder(target: &str) -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR"))
        .join("tests/corpus")
        .join(target)
}

/// Each line of `lines.txt`, and every other file as a whole.
fn corpus(target: &str) -> Vec<Vec<u8>> {
    let mut files: Vec<PathBuf> = fs::read_dir(folder(target))
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .collect();
    files.sort();
    let mut seeds = Vec::new();
    for file in files {
        let bytes = fs::read(&file).unwrap();
        if file.ends_with("lines.txt") {
            seeds.extend(bytes.split(|byte| *byte == b'\n').map(<[u8]>::to_vec));
        } else {
            seeds.push(bytes);
        }
    }
    assert!(seeds.len() > 1, "no examples for {target}");
    seeds
}

/// Says which example it was.
struct Trying<'a>(&'a str, &'a [u8]);

impl Drop for Trying<'_> {
    fn drop(&mut self) {
        if std::thread::panicking() {
            eprintln!(
                "an example of {} breaks the rule: {:?}",
                self.0,
                String::from_utf8_lossy(self.1)
            );
        }
    }
}

/// Tries `rule`, which panics when it is broken. One input in so many is tried where each takes long (`cost`).
pub(crate) fn fuzz(target: &str, cost: u32, more: &[Vec<u8>], rule: impl Fn(&[u8])) {
    let mut seeds = corpus(target);
    seeds.extend_from_slice(more);
    for seed in &seeds {
        let trying = Trying(target, seed);
        rule(seed);
        drop(trying);
    }
    let cases =
        setting("LATCHKEY_FUZZ_CASES").map_or(CASES, |text| text.parse().expect("LATCHKEY_FUZZ_CASES is a number"));
    let cases = (cases / cost).max(1);
    let made = (any::<Index>(), prop::collection::vec(change(), 1..7)).prop_map({
        let seeds = seeds.clone();
        move |(seed, changes)| {
            let mut input = seeds[seed.index(seeds.len())].clone();
            for change in &changes {
                apply(&mut input, change, &seeds);
            }
            input
        }
    });
    let mut runner = TestRunner::new(Config {
        cases,
        failure_persistence: None,
        ..Config::default()
    });
    let found = runner.run(&made, |input| {
        rule(&input);
        Ok(())
    });
    if let Err(TestError::Fail(why, input)) = &found {
        let sum = input
            .iter()
            .fold(0_u32, |sum, byte| sum.wrapping_mul(31).wrapping_add(u32::from(*byte)));
        let file = folder(target).join(format!("found-{sum:08x}"));
        fs::write(&file, input).unwrap();
        panic!(
            "{target}: {why}\nby {:?}\nkept in {}",
            String::from_utf8_lossy(input),
            file.display()
        );
    }
    found.unwrap();
    say("fuzz executions", target, seeds.len() + cases as usize);
}
