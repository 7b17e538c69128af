//! What this browser calls itself at Plex: cosmetic, seen on the approval page and in "Authorized devices".

/// Browser and operating system.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Device {
    /// Such as `Firefox`.
    pub browser: &'static str,
    /// Such as `Android`.
    pub system: &'static str,
}

/// Reads the user agent. The order matters: most browsers claim to be others too.
#[must_use]
pub fn from_user_agent(agent: &str) -> Device {
    let first = |names: &[(&str, &'static str)], other| {
        names
            .iter()
            .find(|(sign, _)| agent.contains(sign))
            .map_or(other, |(_, name)| *name)
    };
    Device {
        browser: first(
            &[
                ("Edg", "Edge"),
                ("OPR/", "Opera"),
                ("Firefox/", "Firefox"),
                ("FxiOS", "Firefox"),
                ("Chrome/", "Chrome"),
                ("CriOS", "Chrome"),
                ("Safari/", "Safari"),
            ],
            "Browser",
        ),
        system: first(
            &[
                ("Android", "Android"),
                ("iPhone", "iPhone"),
                ("iPad", "iPad"),
                ("Windows", "Windows"),
                ("Macintosh", "Mac"),
                ("CrOS", "ChromeOS"),
                ("Linux", "Linux"),
            ],
            "Web",
        ),
    }
}

#[cfg(test)]
mod tests {
    use super::from_user_agent;

    #[test]
    fn browsers_are_told_apart() {
        for (agent, browser, system) in [
            (
                "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 Chrome/140.0 Safari/537.36",
                "Chrome",
                "Linux",
            ),
            (
                "Mozilla/5.0 (Windows NT 10.0) AppleWebKit/537.36 Chrome/140.0 Safari/537.36 Edg/140.0",
                "Edge",
                "Windows",
            ),
            (
                "Mozilla/5.0 (iPhone; CPU iPhone OS 18_0) Version/18.0 Mobile/15E148 Safari/604.1",
                "Safari",
                "iPhone",
            ),
            (
                "Mozilla/5.0 (Linux; Android 15) Chrome/140.0 Mobile Safari/537.36",
                "Chrome",
                "Android",
            ),
            (
                "Mozilla/5.0 (Macintosh; Intel Mac OS X 10.15; rv:130.0) Gecko/20100101 Firefox/130.0",
                "Firefox",
                "Mac",
            ),
            ("", "Browser", "Web"),
        ] {
            let device = from_user_agent(agent);
            assert_eq!((device.browser, device.system), (browser, system), "{agent}");
        }
    }
}
