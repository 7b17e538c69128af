//! Bad input that the server survives.
