//! The endpoints, one file a subject. To add one: write `fn(&State or &mut State, &Call) -> Result<Reply, Reply>`
//! (`Err` is a refusal) and give it a line in `router::route`.

pub(crate) mod account;
pub(crate) mod avatar;
pub(crate) mod home;
pub(crate) mod page;
pub(crate) mod pins;
pub(crate) mod resources;
pub(crate) mod sharing;
