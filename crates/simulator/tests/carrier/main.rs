//! The simulated carrier, seen over real HTTP the way a client and a web server see the real one.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)] // What tests share is test code too.

mod callbacks;
mod control;
mod faults;
mod inbound;
mod messages;
mod numbers;
mod restart;
mod rig;
mod scheduled;
mod signature;
mod spec;
mod telnyx;
mod validation;
