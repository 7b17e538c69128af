//! Values that come from files: what is read, what is refused, what is warned about.

use std::ffi::OsString;
use std::fs;
use std::os::unix::ffi::OsStringExt as _;
use std::os::unix::fs::PermissionsExt as _;
use std::path::Path;

use super::*;

pub(super) fn secret_file(folder: &Path, name: &str, content: &[u8]) -> String {
    let path = folder.join(name);
    fs::write(&path, content).unwrap();
    fs::set_permissions(&path, fs::Permissions::from_mode(0o600)).unwrap();
    path.to_str().unwrap().to_owned()
}

#[test]
fn a_secret_and_its_file_together_are_a_mistake() {
    let home = tempfile::tempdir().unwrap();
    let path = secret_file(home.path(), "code", b"hunter2hunter2");
    let told = errors(
        &[
            ("LATCHKEY_SETUP_CODE", "hunter2hunter2"),
            ("LATCHKEY_SETUP_CODE_FILE", &path),
        ],
        "",
    );
    assert!(
        told.contains("LATCHKEY_SETUP_CODE_FILE is set as well: keep one of the two"),
        "{told}"
    );
    assert!(!told.contains("hunter2"), "{told}");
}

#[test]
fn secret_files() {
    let home = tempfile::tempdir().unwrap();
    let key = |content: String| secret_file(home.path(), "key", content.as_bytes());
    for content in [KEY.to_owned(), format!("{KEY}\n"), format!("{KEY}\r\n")] {
        let config = loaded(&[("LATCHKEY_ENCRYPTION_KEY_FILE", &key(content))], "");
        assert_eq!(config.encryption_key.unwrap().to_hex(), KEY);
    }
    let told_for = |path: &str| errors(&[("LATCHKEY_ENCRYPTION_KEY_FILE", path)], "");
    let told = told_for(&key(format!("{KEY}\n\n")));
    assert!(
        told.contains("it has 65 characters") && told.contains("(LATCHKEY_ENCRYPTION_KEY_FILE):"),
        "{told}"
    );
    assert!(
        told.contains("Example: LATCHKEY_ENCRYPTION_KEY_FILE=/run/secrets/encryption_key"),
        "{told}"
    );
    assert!(told_for(&key("\n".to_owned())).contains("is empty"));
    assert!(told_for(home.path().to_str().unwrap()).contains("is a folder, not a file"));
    assert!(told_for("/nowhere/key").contains("there is no file /nowhere/key"));
    assert!(told_for("/dev/zero").contains("is longer than 256 KiB"));
    assert!(told_for(&secret_file(home.path(), "bytes", b"\xff\xfe")).contains("is not UTF-8 text"));
}

#[test]
fn secrets_that_everybody_can_read_are_warned_about() {
    let home = tempfile::tempdir().unwrap();
    let key = secret_file(home.path(), "key", KEY.as_bytes());
    let toml = secret_file(home.path(), "door.toml", b"[secrets]\nsetup_code = 'hunter2hunter2'\n");
    let pairs = [("LATCHKEY_ENCRYPTION_KEY_FILE", &*key), ("LATCHKEY_CONFIG", &toml)];
    let warnings = || Config::load(Sources::from_pairs(pairs)).unwrap().warnings.join("\n");
    assert_eq!(warnings(), "");
    for path in [&key, &toml] {
        fs::set_permissions(path, fs::Permissions::from_mode(0o644)).unwrap();
    }
    let said = warnings();
    assert!(
        said.contains("LATCHKEY_ENCRYPTION_KEY_FILE: every user of this machine can read "),
        "{said}"
    );
    assert!(
        said.contains("the configuration file holds a secret: every user"),
        "{said}"
    );
    assert!(said.contains("`chmod o-r ") && !said.contains("hunter2"), "{said}");
}

#[test]
fn values_that_are_not_utf_8_are_told() {
    for name in [
        "LATCHKEY_LISTEN",
        "LATCHKEY_SETUP_CODE",
        "LATCHKEY_SETUP_CODE_FILE",
        "LATCHKEY_CONFIG",
    ] {
        let sources = Sources::from_pairs([(name, OsString::from_vec(b"hunter2\xff".to_vec()))]);
        let told = Config::load(sources).unwrap_err().to_string();
        assert!(
            told.contains(&format!("the value of {name} is not UTF-8 text")),
            "{told}"
        );
        assert!(!told.contains("hunter2"), "{told}");
    }
}

#[test]
fn a_named_file_has_to_be_there() {
    let home = tempfile::tempdir().unwrap();
    let told = errors(
        &[("LATCHKEY_CONFIG", "/nowhere/door.toml"), ("LATCHKEY_LISTEN", "x")],
        "",
    );
    assert!(
        told.contains("LATCHKEY_CONFIG, from the environment:\n    there is no file /nowhere/door.toml"),
        "{told}"
    );
    assert!(
        told.contains("LATCHKEY_LISTEN"),
        "the rest is checked all the same: {told}"
    );
    let path = secret_file(home.path(), "door.toml", b"[server]\nlisten = '127.0.0.1:3'\n");
    let config = loaded(&[("LATCHKEY_CONFIG", &path)], "[server]\nlisten = '127.0.0.1:4'\n");
    assert_eq!(
        (config.listen.port(), config.file.as_deref()),
        (3, Some(Path::new(&path)))
    );
}

#[test]
fn the_file_of_the_current_folder_is_optional() {
    let home = tempfile::tempdir().unwrap();
    let path = home.path().join("latchkey.toml");
    let sources = || Sources {
        file: source::FileSource::IfThere(path.clone()),
        ..Sources::default()
    };
    assert_eq!(Config::load(sources()).unwrap().config.file, None);
    fs::write(&path, "[server]\nlisten = '127.0.0.1:3'\n").unwrap();
    assert_eq!(Config::load(sources()).unwrap().config.listen.port(), 3);
}
