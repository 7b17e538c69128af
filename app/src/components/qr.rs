//! QR codes as inline SVG.

use std::fmt::Write as _;

use leptos::prelude::*;
use qrcodegen::{QrCode, QrCodeEcc};

/// What the standard wants to stay light on each side.
const QUIET: i32 = 4;

/// A QR code of `text`, dark on white in both themes: many cameras don't read the other way round. Nothing where the
/// text is too long for one. `label`: what it is, for those who can't see it.
#[must_use]
pub fn qr(text: &str, label: impl Into<String>) -> AnyView {
    let label = label.into();
    let Ok(code) = QrCode::encode_text(text, QrCodeEcc::Medium) else {
        return ().into_any();
    };
    let size = code.size() + 2 * QUIET;
    view! {
        <svg class="qr" viewBox=format!("0 0 {size} {size}") role="img" aria-label=label shape-rendering="crispEdges">
            <rect width="100%" height="100%" fill="#fff" />
            <path fill="#000" d=path(&code) />
        </svg>
    }
    .into_any()
}

/// Every run of dark modules in a row as a rectangle.
fn path(code: &QrCode) -> String {
    let mut path = String::new();
    for y in 0..code.size() {
        let mut x = 0;
        while x < code.size() {
            let start = x;
            // Outside of the code everything is light, so this ends.
            while code.get_module(x, y) {
                x += 1;
            }
            let run = x - start;
            if run > 0 {
                // Writing to a String can't fail.
                let _ = write!(path, "M{} {}h{run}v1h-{run}z", start + QUIET, y + QUIET);
            }
            x += 1;
        }
    }
    path
}

#[cfg(test)]
mod tests {
    use super::*;

    fn html(text: &str) -> String {
        let owner = Owner::new();
        owner.with(|| qr(text, "QR code of the sign-in link").to_html())
    }

    fn between<'a>(text: &'a str, before: &str, after: &str) -> &'a str {
        let (_, rest) = text.split_once(before).expect(before);
        rest.split_once(after).expect(after).0
    }

    /// The modules as they would be painted, row by row, the quiet zone included.
    fn painted(html: &str) -> (usize, Vec<bool>) {
        let size: usize = between(html, "viewBox=\"0 0 ", " ").parse().expect("a size");
        let mut modules = vec![false; size * size];
        for run in between(html, " d=\"M", "\"").split('M') {
            let (at, shape) = run.split_once('h').expect("a run");
            let (x, y) = at.split_once(' ').expect("a place");
            let (x, y): (usize, usize) = (x.parse().expect("x"), y.parse().expect("y"));
            let length: usize = between(shape, "", "v").parse().expect("a length");
            modules[y * size + x..][..length].fill(true);
        }
        (size, modules)
    }

    #[test]
    fn a_camera_reads_what_was_put_in() {
        for link in [
            "https://home.example/?token=3f0c6f5e-8c1d-4a52-9b7e-0f4d2b1a7c66",
            "http://192.168.1.20:5056/apps/photos?album=12&loginToken=3f0c6f5e-8c1d-4a52-9b7e-0f4d2b1a7c66",
            "https://home.example/pair/approve?code=WDJB-MJHT",
            "https://münchen.example/grüße",
        ] {
            let (size, modules) = painted(&html(link));
            // Four pixels a module, as a screen would show it.
            let mut picture = rqrr::PreparedImage::prepare_from_greyscale(size * 4, size * 4, |x, y| {
                if modules[y / 4 * size + x / 4] { 0 } else { 255 }
            });
            let grids = picture.detect_grids();
            assert_eq!(grids.len(), 1, "{link}");
            assert_eq!(grids[0].decode().expect("a code").1, link);
        }
    }

    #[test]
    fn the_margin_stays_light() {
        let (size, modules) = painted(&html("https://home.example/"));
        let margin = 4;
        for (at, dark) in modules.iter().enumerate() {
            let (x, y) = (at % size, at / size);
            let outside = x < margin || y < margin || x >= size - margin || y >= size - margin;
            assert!(!(outside && *dark), "{x} {y}");
        }
        assert!(
            modules[margin * size + margin],
            "the first finder pattern starts right after it"
        );
    }

    #[test]
    fn it_has_a_name_and_a_ground_of_its_own() {
        let html = html("https://home.example/");
        assert!(html.contains("role=\"img\"") && html.contains("aria-label=\"QR code of the sign-in link\""));
        assert!(html.contains("fill=\"#fff\"") && html.contains("fill=\"#000\"") && html.matches("<path").count() == 1);
        assert!(!html.contains("style") && !html.contains("home.example"), "{html}");
    }

    #[test]
    fn what_does_not_fit_is_left_out() {
        assert!(!html(&"a".repeat(4_000)).contains("<svg"));
    }
}
