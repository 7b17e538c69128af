//! What a browser says about itself, in words: good enough for a person to recognise a device by.

use app::{messages::Message, msg};

/// Words before others that they hold or imitate: every browser claims to be several.
const BROWSERS: [(&str, &str); 12] = [
    ("Edg", "Edge"),
    ("OPR/", "Opera"),
    ("SamsungBrowser", "Samsung Internet"),
    ("Silk/", "Silk"),
    ("Fully", "Fully Kiosk"),
    ("Home Assistant", "Home Assistant"),
    ("FxiOS", "Firefox"),
    ("Firefox", "Firefox"),
    ("CriOS", "Chrome"),
    ("Chrome", "Chrome"),
    ("Safari", "Safari"),
    ("curl", "curl"),
];

const SYSTEMS: [(&str, &str); 10] = [
    ("iPad", "iPad"),
    ("iPhone", "iPhone"),
    ("CrOS", "ChromeOS"),
    ("SmartTV", "TV"),
    ("SMART-TV", "TV"),
    ("Tizen", "Tizen"),
    ("Android", "Android"),
    ("Windows", "Windows"),
    ("Macintosh", "Mac"),
    ("Linux", "Linux"),
];

fn find(table: &[(&str, &'static str)], agent: &str) -> Option<&'static str> {
    table
        .iter()
        .find(|(word, _)| agent.contains(word))
        .map(|(_, name)| *name)
}

/// The browser alone, such as `Safari`.
#[must_use]
pub fn browser(agent: &str) -> Option<&'static str> {
    find(&BROWSERS, agent)
}

/// The system alone, such as `iPad`.
#[must_use]
pub fn system(agent: &str) -> Option<&'static str> {
    find(&SYSTEMS, agent)
}

/// Browser and system, such as `Safari on iPad`.
#[must_use]
pub fn describe(agent: &str) -> Message {
    match (browser(agent), system(agent)) {
        (Some(browser), Some(system)) => msg!("pair-browser-on-system", browser = browser, system = system),
        (Some(one), None) | (None, Some(one)) => one.into(),
        (None, None) => msg!("pair-unknown-browser"),
    }
}

/// The words of programs that fetch a link to show a preview of it, or to index it: nobody sits in front of them.
const FETCHERS: [&str; 22] = [
    "bot",
    "crawler",
    "spider",
    "preview",
    "slurp",
    "facebookexternalhit",
    "facebookcatalog",
    "whatsapp",
    "skypeuri",
    "embedly",
    "vkshare",
    "flipboard",
    "tumblr",
    "nuzzel",
    "outbrain",
    "pinterest",
    "iframely",
    "unfurl",
    "mattermost",
    "nextcloud",
    "google-pagerenderer",
    "viber",
];

/// Whether this is a program that fetches links for previews.
#[must_use]
pub fn fetches_previews(agent: &str) -> bool {
    // A maker of phones.
    let agent = agent.to_ascii_lowercase().replace("cubot", "");
    FETCHERS.iter().any(|word| agent.contains(word))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn devices_are_told_apart() {
        for (agent, words) in [
            (
                "Mozilla/5.0 (iPad; CPU OS 17_5 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/17.5 Mobile/15E148 Safari/604.1",
                "Safari on iPad",
            ),
            (
                "Mozilla/5.0 (iPhone; CPU iPhone OS 18_1 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) CriOS/131.0 Mobile/15E148 Safari/604.1",
                "Chrome on iPhone",
            ),
            (
                "Mozilla/5.0 (Linux; Android 14; SM-X210) AppleWebKit/537.36 (KHTML, like Gecko) SamsungBrowser/26.0 Chrome/122.0.0.0 Safari/537.36",
                "Samsung Internet on Android",
            ),
            (
                "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/131.0.0.0 Safari/537.36 Edg/131.0.0.0",
                "Edge on Windows",
            ),
            (
                "Mozilla/5.0 (X11; Linux x86_64; rv:132.0) Gecko/20100101 Firefox/132.0",
                "Firefox on Linux",
            ),
            (
                "Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/18.1 Safari/605.1.15",
                "Safari on Mac",
            ),
            (
                "Mozilla/5.0 (Linux; Android 9; KFMAWI) AppleWebKit/537.36 (KHTML, like Gecko) Silk/120.1 like Chrome/120.0 Safari/537.36",
                "Silk on Android",
            ),
            ("curl/8.5.0", "curl"),
            (
                "Mozilla/5.0 (Linux; Android 13; CUBOT P80) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/120.0 Mobile Safari/537.36",
                "Chrome on Android",
            ),
            ("", "Unknown browser"),
            ("<script>", "Unknown browser"),
        ] {
            assert_eq!(describe(agent).to_string(), words);
            assert!(!fetches_previews(agent), "{agent}");
        }
    }

    #[test]
    fn previews_are_recognised() {
        for agent in [
            "Slackbot-LinkExpanding 1.0 (+https://api.slack.com/robots)",
            "facebookexternalhit/1.1 (+http://www.facebook.com/externalhit_uatext.php)",
            "Mozilla/5.0 (Macintosh; Intel Mac OS X 10_11_1) AppleWebKit/601.2.4 (KHTML, like Gecko) Version/9.0.1 Safari/601.2.4 facebookexternalhit/1.1 Facebot Twitterbot/1.0",
            "WhatsApp/2.23.20.0",
            "TelegramBot (like TwitterBot)",
            "Mozilla/5.0 (compatible; Discordbot/2.0; +https://discordapp.com)",
            "Mozilla/5.0 (Windows NT 6.1; WOW64) SkypeUriPreview Preview/0.5",
            "LinkedInBot/1.0",
            "Mozilla/5.0 (compatible; Googlebot/2.1)",
            "Mattermost-Bot/1.1",
        ] {
            assert!(fetches_previews(agent), "{agent}");
        }
    }
}
