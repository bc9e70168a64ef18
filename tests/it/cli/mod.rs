//! The program as people and scripts meet it: what it prints, where, and how it ends. One file per command, named as the
//! command (`completions` has `man` too), and one for each thing that crosses commands.

mod bad_files;
mod bad_server;
mod bad_state;
mod blame;
mod bytes;
mod check;
mod completions;
mod crash;
mod demo;
mod diff;
mod doctor;
mod git_bases;
mod hook;
mod init;
mod log;
mod names;
mod new;
mod path;
mod promote;
mod pull;
mod push;
mod resolve;
mod restore;
mod schema;
mod selection;
mod serve;
mod settings;
mod show;
mod status;
mod streams;
mod summary;
mod sync;
mod undo;
mod watch;
mod world;
