//! The two plex.tv URLs of a sign-in: where a PIN is made and where it is approved.

use super::{device::Device, event::Pin};

/// What Plex is told about this site.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct App {
    /// The client identifier.
    pub client_identifier: String,
    /// `X-Plex-Product`.
    pub product: String,
    /// `X-Plex-Version`.
    pub version: String,
}

/// Makes a PIN there (`POST`). Everything is in the query: without headers of our own the browser asks no preflight.
#[must_use]
pub fn make_pin(host: &str, app: &App, device: Device) -> String {
    let mut url = [host, "/api/v2/pins?strong=true"].concat();
    for (name, value) in [
        ("&X-Plex-Client-Identifier=", app.client_identifier.as_str()),
        ("&X-Plex-Product=", &app.product),
        ("&X-Plex-Version=", &app.version),
        ("&X-Plex-Device-Name=", &device_name(app, device)),
        ("&X-Plex-Device=", device.system),
        ("&X-Plex-Platform=", device.browser),
        ("&X-Plex-Model=", "Web"),
    ] {
        url.push_str(name);
        encode(value, &mut url);
    }
    url
}

/// The approval page. Its pairs are in the fragment, so they reach no server's log.
///
/// `forward_url`: where Plex sends the tab once the PIN is approved; empty for the Plex window, which stays on Plex's
/// page until we close it. If it came back here, our own opener policy would cut our hold on it.
#[must_use]
pub fn approve(app_url: &str, app: &App, device: Device, pin: &Pin, forward_url: &str) -> String {
    let mut url = [app_url, "/auth#?clientID="].concat();
    encode(&app.client_identifier, &mut url);
    for (name, value) in [
        ("&code=", pin.code.as_str()),
        ("&context%5Bdevice%5D%5Bproduct%5D=", &app.product),
        ("&context%5Bdevice%5D%5BdeviceName%5D=", &device_name(app, device)),
        ("&context%5Bdevice%5D%5Bversion%5D=", &app.version),
        ("&context%5Bdevice%5D%5Bplatform%5D=", device.browser),
        ("&context%5Bdevice%5D%5Bdevice%5D=", device.system),
        ("&context%5Bdevice%5D%5Blayout%5D=", "desktop"),
        ("&forwardUrl=", forward_url),
    ] {
        if !value.is_empty() {
            url.push_str(name);
            encode(value, &mut url);
        }
    }
    url
}

/// The headline in Plex's list of devices: `Chrome (Latchkey)`.
fn device_name(app: &App, device: Device) -> String {
    [device.browser, " (", &app.product, ")"].concat()
}

/// Percent-encodes all but RFC 3986's unreserved characters; a space becomes `%20`, as Plex wants it.
fn encode(value: &str, into: &mut String) {
    const HEX: &[u8; 16] = b"0123456789ABCDEF";
    for byte in value.bytes() {
        if byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'.' | b'_' | b'~') {
            into.push(char::from(byte));
        } else {
            into.push('%');
            into.push(char::from(HEX[usize::from(byte >> 4)]));
            into.push(char::from(HEX[usize::from(byte & 15)]));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const DEVICE: Device = Device {
        browser: "Chrome",
        system: "Linux",
    };

    fn app() -> App {
        App {
            client_identifier: "0b7c-1".into(),
            product: "The Attic & Söhne".into(),
            version: "0.1.0".into(),
        }
    }

    #[test]
    fn a_pin_is_made_with_query_parameters_only() {
        assert_eq!(
            make_pin("https://clients.plex.tv", &app(), DEVICE),
            "https://clients.plex.tv/api/v2/pins?strong=true&X-Plex-Client-Identifier=0b7c-1\
             &X-Plex-Product=The%20Attic%20%26%20S%C3%B6hne&X-Plex-Version=0.1.0\
             &X-Plex-Device-Name=Chrome%20%28The%20Attic%20%26%20S%C3%B6hne%29&X-Plex-Device=Linux\
             &X-Plex-Platform=Chrome&X-Plex-Model=Web"
        );
    }

    #[test]
    fn the_approval_page_has_everything_in_its_fragment() {
        let pin = Pin {
            id: 7,
            code: "k3v9".into(),
        };
        let url = approve(
            "https://app.plex.tv",
            &app(),
            DEVICE,
            &pin,
            "https://home.example/login/plex/return",
        );
        let (page, fragment) = url.split_once('#').expect("a fragment");
        assert_eq!(page, "https://app.plex.tv/auth");
        assert!(
            fragment.starts_with("?clientID=0b7c-1&code=k3v9&context%5Bdevice%5D%5Bproduct%5D=The%20Attic%20%26%20")
        );
        assert!(fragment.ends_with("&forwardUrl=https%3A%2F%2Fhome.example%2Flogin%2Fplex%2Freturn"));
        assert!(!approve("https://app.plex.tv", &app(), DEVICE, &pin, "").contains("forwardUrl"));
        assert!(!url.contains('+') && !url.contains(' ') && !url.contains("731"));
    }
}
