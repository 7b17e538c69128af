//! The built program as a process of its own.
