//! Signing in with Plex without a browser: the state machine, what is shown in each state, and every sentence.
//!
//! Nothing here touches the DOM, the network or a clock, so all of it is tested natively. The islands feed events in
//! and carry the effects out.

pub mod outcome;
pub mod texts;
