//! The build tool: turns cargo's WASM, the style sheets and the public files into the site that the server serves.
//!
//! It runs on the developer's machine only and may read files and start `wasm-opt`; it must not know anything about
//! the server. `scripts/build` calls it.
#![expect(clippy::print_stdout, reason = "a build tool says what it does")]

mod compress;
mod css;
mod site;
mod stamp;

use std::path::PathBuf;
use std::process::ExitCode;

/// What went wrong, as a sentence that names the file.
type Error = String;

/// `cargo run -p xtask -- site …` explained.
const USAGE: &str = "\
xtask site --wasm FILE --wasm-opt FILE --esbuild FILE [--root DIR] [--out DIR]
  --wasm      the module that cargo built (frontend.wasm)
  --wasm-opt  Binaryen's wasm-opt; a script of node is started through node
  --esbuild   esbuild, likewise
  --root      where frontend/, style/ and xtask/ lie (default: the current folder)
  --out       the site to write (default: target/site below --root)";

fn main() -> ExitCode {
    let words: Vec<String> = std::env::args().skip(1).collect();
    match run(&words) {
        Ok(said) => {
            println!("{said}");
            ExitCode::SUCCESS
        }
        Err(why) => {
            println!("xtask: {why}");
            ExitCode::FAILURE
        }
    }
}

/// Reads the command line and does what it says; answers the line to print.
fn run(words: &[String]) -> Result<String, Error> {
    let (Some("site"), options) = (words.first().map(String::as_str), words.get(1..).unwrap_or_default()) else {
        return Err(format!("nothing to do\n{USAGE}"));
    };
    let (mut wasm, mut wasm_opt, mut esbuild, mut root, mut out) = (None, None, None, PathBuf::from("."), None);
    for pair in options.chunks(2) {
        let [name, value] = pair else {
            return Err(format!("{} needs a value\n{USAGE}", pair.concat()));
        };
        let value = PathBuf::from(value);
        match name.as_str() {
            "--wasm" => wasm = Some(value),
            "--wasm-opt" => wasm_opt = Some(value),
            "--esbuild" => esbuild = Some(value),
            "--root" => root = value,
            "--out" => out = Some(value),
            other => return Err(format!("{other} is not an option\n{USAGE}")),
        }
    }
    let inputs = site::Inputs {
        wasm: wasm.ok_or_else(|| format!("--wasm is missing\n{USAGE}"))?,
        wasm_opt: wasm_opt.ok_or_else(|| format!("--wasm-opt is missing\n{USAGE}"))?,
        esbuild: esbuild.ok_or_else(|| format!("--esbuild is missing\n{USAGE}"))?,
        out: out.unwrap_or_else(|| root.join("target/site")),
        root,
    };
    site::build(&inputs)
}
