//! Profile pictures: a redirect to a host for assets, as the real ones do (§6), and a small generated picture.

use crate::call::Call;
use crate::reply::Reply;
use crate::state::State;
use crate::xml;

const SVG: &str = "image/svg+xml";

/// `GET /users/{uuid}/avatar?c=`: 302, no token needed. \[V\]
pub(crate) fn redirect(state: &State, call: &Call, uuid: &str) -> Result<Reply, Reply> {
    let known = state.world.accounts.iter().any(|account| account.uuid == uuid);
    if !known {
        return Err(Reply::not_found(call));
    }
    Ok(Reply::empty(302).with("location", format!("{}/assets/{uuid}.svg", call.base())))
}

/// `GET /assets/{uuid}.svg`: the initial on a colour made from the uuid.
pub(crate) fn picture(state: &State, call: &Call, file: &str) -> Result<Reply, Reply> {
    let uuid = file.strip_suffix(".svg").unwrap_or(file);
    let account = state.world.accounts.iter().find(|account| account.uuid == uuid);
    let account = account.ok_or_else(|| Reply::not_found(call))?;
    let initial: String = account.title.chars().take(1).flat_map(char::to_uppercase).collect();
    let hue = account.id.rem_euclid(360);
    let svg = format!(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"128\" height=\"128\"><rect width=\"128\" height=\"128\" \
         fill=\"hsl({hue} 50% 40%)\"/><text x=\"64\" y=\"84\" font-family=\"sans-serif\" font-size=\"60\" fill=\"#fff\" \
         text-anchor=\"middle\">{}</text></svg>\n",
        xml::escape(&initial)
    );
    Ok(Reply::new(200, SVG, svg))
}
