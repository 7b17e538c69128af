//! `[plex]`: where Plex is. Other than the real addresses only in tests, with the stand-in.

use super::loader::Said;
use super::public_url::origin;

/// Plex's addresses, each an origin without a slash at its end: `https://plex.tv`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PlexUrls {
    /// Where browsers make PINs: tried in this order, never empty.
    pub pin_urls: Vec<String>,
    /// Where the server asks.
    pub api_url: String,
    /// Where people approve a sign-in.
    pub app_url: String,
}

impl PlexUrls {
    /// Those over plain http to another machine: whoever listens there reads people's Plex tokens.
    pub(super) fn unsafe_urls(&self) -> impl Iterator<Item = &String> {
        let local = |url: &str| {
            ["http://127.", "http://localhost", "http://[::1]"]
                .iter()
                .any(|start| url.starts_with(start))
        };
        let all = self.pin_urls.iter().chain([&self.api_url, &self.app_url]);
        all.filter(move |url| url.starts_with("http:") && !local(url))
    }
}

/// The value of `plex.pin_urls`.
pub(super) fn pin_urls(items: &[String]) -> Result<Vec<String>, Said> {
    if items.is_empty() {
        return Err("at least one URL is needed".to_owned());
    }
    items.iter().map(|item| origin(item)).collect()
}

#[cfg(test)]
mod tests {
    use super::pin_urls;

    #[test]
    fn every_pin_url_is_an_origin() {
        let items = ["https://clients.plex.tv/".to_owned(), "http://127.0.0.1:9".to_owned()];
        assert_eq!(
            pin_urls(&items).unwrap(),
            ["https://clients.plex.tv", "http://127.0.0.1:9"]
        );
        assert!(pin_urls(&[]).unwrap_err().contains("at least one"));
        assert!(
            pin_urls(&["https://plex.tv/api".to_owned()])
                .unwrap_err()
                .contains("without a path")
        );
    }
}
