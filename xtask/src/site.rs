//! Builds `target/site`: what the browser loads, with content hashes in the names and compressed copies beside.
//!
//! Order matters. The WASM and its JavaScript come first, because the boot script names both and is hashed after
//! their names were put in. The finished folder replaces the old one in one step, so a server that starts meanwhile
//! never sees half a site.

use std::collections::BTreeMap;
use std::fs;
use std::io::{Read as _, Write as _};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use wasm_bindgen_cli_support::Bindgen;

use crate::stamp::{Stamp, hashed_name};
use crate::{Error, compress, css};

/// Where everything comes from and goes to.
pub(crate) struct Inputs {
    /// The module that cargo built.
    pub(crate) wasm: PathBuf,
    /// Binaryen's `wasm-opt`, a program or a script of node.
    pub(crate) wasm_opt: PathBuf,
    /// esbuild, used as a JavaScript minifier.
    pub(crate) esbuild: PathBuf,
    /// The workspace.
    pub(crate) root: PathBuf,
    /// The site to write.
    pub(crate) out: PathBuf,
}

/// What rustc's wasm32 target uses by default; wasm-opt refuses a module with a feature that it was not told of.
const WASM_FEATURES: [&str; 7] = [
    "--enable-bulk-memory",
    "--enable-bulk-memory-opt",
    "--enable-multivalue",
    "--enable-mutable-globals",
    "--enable-nontrapping-float-to-int",
    "--enable-reference-types",
    "--enable-sign-ext",
];

/// Builds the site, unless nothing that goes into it has changed. Answers a line that says which.
pub(crate) fn build(inputs: &Inputs) -> Result<String, Error> {
    let stamp = stamp(inputs)?;
    let stamp_file = with_suffix(&inputs.out, ".stamp");
    if fs::read_to_string(&stamp_file).is_ok_and(|old| old == stamp) && inputs.out.join("manifest.json").is_file() {
        return Ok(format!("site: nothing changed, {} is kept", inputs.out.display()));
    }

    let new = with_suffix(&inputs.out, ".new");
    remove(&new)?;
    let mut site = Site {
        pkg: new.join("pkg"),
        sizes: BTreeMap::new(),
        manifest: BTreeMap::new(),
    };
    fs::create_dir_all(&site.pkg).map_err(|e| format!("{} could not be made: {e}", site.pkg.display()))?;

    let (wasm, js) = bindgen(inputs)?;
    let wasm = optimise(&wasm, &inputs.wasm_opt, &new)?;
    let wasm_name = site.add("wasm", "latchkey", "wasm", &wasm)?;
    let js_name = site.add("js", "latchkey", "js", &minify_js(js.as_bytes(), &inputs.esbuild)?)?;
    let boot = boot_script(&read_text(&inputs.root.join("frontend/boot.js"))?, &js_name, &wasm_name)?;
    site.add("boot", "boot", "js", &minify_js(boot.as_bytes(), &inputs.esbuild)?)?;
    site.add(
        "css",
        "main",
        "css",
        css::bundle(&inputs.root.join("style/main.css"))?.as_bytes(),
    )?;
    site.add_public(&inputs.root.join("style/public"), &new)?;

    let manifest = site.manifest_json();
    fs::write(new.join("manifest.json"), manifest).map_err(|e| format!("manifest.json could not be written: {e}"))?;
    replace(&new, &inputs.out)?;
    fs::write(&stamp_file, stamp).map_err(|e| format!("{} could not be written: {e}", stamp_file.display()))?;
    let sizes: Vec<String> = site
        .sizes
        .iter()
        .map(|(what, bytes)| format!("{what} {bytes}"))
        .collect();
    Ok(format!(
        "site: {} written; bytes in brotli: {}",
        inputs.out.display(),
        sizes.join(", ")
    ))
}

/// The folder being built.
struct Site {
    pkg: PathBuf,
    /// Brotli bytes by manifest key.
    sizes: BTreeMap<&'static str, usize>,
    /// URL by manifest key.
    manifest: BTreeMap<&'static str, String>,
}

impl Site {
    /// Writes one file under a hashed name with its compressed copies; answers the name.
    fn add(&mut self, key: &'static str, stem: &str, extension: &str, bytes: &[u8]) -> Result<String, Error> {
        let name = hashed_name(stem, bytes, extension);
        let size = compress::write_with_copies(&self.pkg.join(&name), bytes)?;
        self.sizes.insert(key, size);
        self.manifest.insert(key, format!("/pkg/{name}"));
        Ok(name)
    }

    /// `icon.svg` gets a hashed name; other public files keep theirs (a browser asks for them by name) at the top.
    fn add_public(&mut self, public: &Path, top: &Path) -> Result<(), Error> {
        for path in files_below(public)? {
            let bytes = fs::read(&path).map_err(|e| format!("{} could not be read: {e}", path.display()))?;
            let name = path.strip_prefix(public).unwrap_or(&path);
            if name == Path::new("icon.svg") {
                self.add("icon", "icon", "svg", &bytes)?;
                continue;
            }
            let target = top.join(name);
            if let Some(folder) = target.parent() {
                fs::create_dir_all(folder).map_err(|e| format!("{} could not be made: {e}", folder.display()))?;
            }
            compress::write_with_copies(&target, &bytes)?;
        }
        Ok(())
    }

    /// The manifest. Keys and names are plain ASCII without quotes, so nothing needs escaping.
    fn manifest_json(&self) -> String {
        let lines: Vec<String> = self
            .manifest
            .iter()
            .map(|(key, url)| format!("  \"{key}\": \"{url}\""))
            .collect();
        format!("{{\n{}\n}}\n", lines.join(",\n"))
    }
}

/// One hash over everything that the site is made of, this program included.
fn stamp(inputs: &Inputs) -> Result<String, Error> {
    let mut stamp = Stamp::default();
    stamp.add_file(&inputs.wasm)?;
    stamp.add_file(&inputs.root.join("frontend/boot.js"))?;
    for file in files_below(&inputs.root.join("style"))? {
        stamp.add_file(&file)?;
    }
    // The versions of wasm-opt, esbuild and wasm-bindgen, and this program.
    stamp.add_file(&inputs.root.join("xtask/package-lock.json"))?;
    stamp.add_file(&inputs.root.join("Cargo.lock"))?;
    for file in files_below(&inputs.root.join("xtask/src"))? {
        stamp.add_file(&file)?;
    }
    Ok(stamp.finish())
}

/// wasm-bindgen for `<script type=module>`: the module's bytes and its JavaScript.
fn bindgen(inputs: &Inputs) -> Result<(Vec<u8>, String), Error> {
    let mut output = Bindgen::new()
        .input_path(&inputs.wasm)
        .out_name("latchkey")
        .web(true)
        .map(|bindgen| {
            bindgen
                .typescript(false)
                .remove_name_section(true)
                .remove_producers_section(true)
                // The boot script passes the hashed URL; the default would name a file that does not exist.
                .omit_default_module_path(true)
        })
        .and_then(Bindgen::generate_output)
        .map_err(|e| format!("wasm-bindgen on {}: {e:#}", inputs.wasm.display()))?;
    if output.js().contains("./snippets/") {
        return Err(
            "a crate brings JavaScript of its own (a wasm-bindgen snippet); the site has no place for it".into(),
        );
    }
    let js = output.js().to_owned();
    Ok((output.wasm_mut().emit_wasm(), js))
}

/// `wasm-opt -Oz`, with the files in `folder` in between.
fn optimise(wasm: &[u8], wasm_opt: &Path, folder: &Path) -> Result<Vec<u8>, Error> {
    let (before, after) = (folder.join("before.wasm"), folder.join("after.wasm"));
    fs::write(&before, wasm).map_err(|e| format!("{} could not be written: {e}", before.display()))?;
    let status = command(wasm_opt)
        .arg("-Oz")
        .args(WASM_FEATURES)
        .args(["--strip-debug", "--strip-producers", "--strip-target-features", "-o"])
        .args([&after, &before])
        .status()
        .map_err(|e| format!("{} could not be started: {e}", wasm_opt.display()))?;
    if !status.success() {
        return Err(format!("wasm-opt failed ({status})"));
    }
    let small = fs::read(&after).map_err(|e| format!("{} could not be read: {e}", after.display()))?;
    for file in [before, after] {
        fs::remove_file(&file).map_err(|e| format!("{} could not be removed: {e}", file.display()))?;
    }
    Ok(small)
}

/// The same script without comments and long names; a quarter of its compressed size goes.
fn minify_js(text: &[u8], esbuild: &Path) -> Result<Vec<u8>, Error> {
    let failed = |e: std::io::Error| format!("{}: {e}", esbuild.display());
    let mut child = command(esbuild)
        .args(["--minify", "--format=esm", "--target=es2022", "--log-level=warning"])
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .map_err(failed)?;
    // Closed at the end of the statement: esbuild reads until then, and writes only afterwards.
    child
        .stdin
        .take()
        .ok_or("esbuild has no input")?
        .write_all(text)
        .map_err(failed)?;
    let output = child.wait_with_output().map_err(failed)?;
    if output.status.success() {
        Ok(output.stdout)
    } else {
        Err(format!("esbuild failed ({})", output.status))
    }
}

/// npm's programs may be scripts; naming node spares the execute bit and their `env node` line.
fn command(program: &Path) -> Command {
    let mut start = [0; 2];
    let script = fs::File::open(program)
        .and_then(|mut file| file.read_exact(&mut start))
        .is_ok()
        && &start == b"#!";
    if script {
        let mut command = Command::new("node");
        command.arg(program);
        command
    } else {
        Command::new(program)
    }
}

/// Puts the hashed names into the boot script. A missing placeholder would ship a page whose islands never wake.
fn boot_script(text: &str, js_name: &str, wasm_name: &str) -> Result<String, Error> {
    let mut text = text.to_owned();
    for (placeholder, name) in [("__JS__", js_name), ("__WASM__", wasm_name)] {
        if !text.contains(placeholder) {
            return Err(format!("frontend/boot.js does not contain {placeholder}"));
        }
        text = text.replace(placeholder, name);
    }
    Ok(text)
}

/// Every file below `folder`, sorted; none if the folder is not there.
fn files_below(folder: &Path) -> Result<Vec<PathBuf>, Error> {
    let mut found = Vec::new();
    if !folder.is_dir() {
        return Ok(found);
    }
    let entries = fs::read_dir(folder).map_err(|e| format!("{} could not be listed: {e}", folder.display()))?;
    for entry in entries {
        let path = entry
            .map_err(|e| format!("{} could not be listed: {e}", folder.display()))?
            .path();
        if path.is_dir() {
            found.extend(files_below(&path)?);
        } else {
            found.push(path);
        }
    }
    found.sort();
    Ok(found)
}

/// Puts the new folder where the old one is.
fn replace(new: &Path, out: &Path) -> Result<(), Error> {
    let old = with_suffix(out, ".old");
    remove(&old)?;
    if out.exists() {
        fs::rename(out, &old).map_err(|e| format!("{} could not be moved aside: {e}", out.display()))?;
    }
    fs::rename(new, out).map_err(|e| format!("{} could not be put in place: {e}", out.display()))?;
    remove(&old)
}

fn remove(folder: &Path) -> Result<(), Error> {
    match fs::remove_dir_all(folder) {
        Err(e) if e.kind() != std::io::ErrorKind::NotFound => {
            Err(format!("{} could not be removed: {e}", folder.display()))
        }
        _ => Ok(()),
    }
}

fn with_suffix(path: &Path, suffix: &str) -> PathBuf {
    let mut name = path.as_os_str().to_owned();
    name.push(suffix);
    PathBuf::from(name)
}

fn read_text(path: &Path) -> Result<String, Error> {
    fs::read_to_string(path).map_err(|e| format!("{} could not be read: {e}", path.display()))
}

#[cfg(test)]
mod tests {
    use super::boot_script;

    #[test]
    fn boot_names_both_files() {
        let boot = boot_script("import init from './__JS__'; init('./__WASM__')", "a.1.js", "a.2.wasm").unwrap();
        assert_eq!(boot, "import init from './a.1.js'; init('./a.2.wasm')");
        let why = boot_script("import './__JS__'", "a", "b").unwrap_err();
        assert!(why.contains("__WASM__"), "{why}");
    }
}
