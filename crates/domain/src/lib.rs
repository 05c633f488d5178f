//! The words and rules of messaging, without any input or output.
//!
//! Everything here is a value or a function of values: the clock, chance and the network are passed in
//! or stay outside. That is what lets a test run a week of retries in a second and replay a whole day
//! of traffic from one seed.
//!
//! This crate must not know databases, HTTP, providers' wire formats or the async runtime.

pub mod alert;
pub mod ambient;
pub mod backoff;
pub mod best_time;
pub mod breaker;
pub mod channel;
pub mod email;
pub mod error_class;
pub mod hand_over;
pub mod ids;
pub mod keywords;
pub mod lanes;
pub mod media;
pub mod message;
pub mod phone;
pub mod placeholders;
pub mod public_address;
pub mod quiet_hours;
pub mod rate;
pub mod schedule;
pub mod segments;
pub mod template;
pub mod time;
pub mod variants;
pub mod window;
pub mod zones;
