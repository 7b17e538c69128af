//! What stands for an app: its character or two, or the first letter of its name.

use leptos::prelude::*;

/// The picture beside the name.
#[must_use]
pub fn app_icon(name: &str, icon: &str) -> AnyView {
    let shown = if icon.is_empty() {
        let first = name.chars().find(|c| c.is_alphanumeric());
        first.into_iter().flat_map(char::to_uppercase).collect()
    } else {
        icon.to_owned()
    };
    view! {
        <span class="app-icon" aria-hidden="true">
            <span class="initials">{shown}</span>
        </span>
    }
    .into_any()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_icon_or_the_first_letter() {
        let owner = Owner::new();
        owner.with(|| {
            for (name, icon, shown) in [("sonarr", "", ">S<"), ("«Wiki»", "", ">W<"), ("Wiki", "📚", ">📚<")] {
                assert!(app_icon(name, icon).to_html().contains(shown), "{name} {icon}");
            }
        });
    }
}
