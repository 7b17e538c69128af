// Who is who in the stand-in's world: end2end/plex-stub/household.toml.

/** The machine identifier of the household's media server. */
export const ATTIC = "5f3a9c1e7b2d4806a1c3e5f79b0d2468ace01357";

/** The local owner of servers with `setUp: "local"`. */
export const OWNER_EMAIL = "robin@attic.test";
export const OWNER_PASSWORD = "correct horse battery";

/** What the approval page may ask for: the keys of its accounts. */
export type Account =
  | "attic-owner"
  | "marlow"
  | "kid"
  | "anna"
  | "bea"
  | "paul"
  | "rita"
  | "twin-owner"
  | "otto"
  | "stranger"
  | "pia"
  | "mallory"
  | "victor";
