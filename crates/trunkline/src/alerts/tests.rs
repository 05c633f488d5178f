//! Somebody is told, once, and told when it is over (D4, C9).

mod notices;
mod watch;
