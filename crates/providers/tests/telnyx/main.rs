//! Telnyx: the client against a stand-in for the API, names against Telnyx's description of it, signatures
//! against vectors made with its libraries.

#![allow(clippy::unwrap_used, clippy::panic, reason = "a test fails by panicking")]

mod carrier;
mod client;
mod description;
mod records;
mod signature;
