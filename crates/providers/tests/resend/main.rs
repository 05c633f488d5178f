//! Resend: signatures against vectors made with Svix's libraries, the client against a stand-in for the API.

#![allow(clippy::unwrap_used, clippy::panic, reason = "a test fails by panicking")]

mod client;
mod signature;
