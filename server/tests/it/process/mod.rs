//! The built program as a process of its own: started, stopped, killed, misused.

mod commands;
mod connections;
mod data_folder;
mod doctor;
mod explain;
mod faults;
mod full_disk;
mod home;
pub(crate) mod http;
mod killed;
mod metrics;
mod moving;
mod people_commands;
mod silent_database;
mod starting;
mod stopping;
