//! The team and its sessions through HTTP, on every engine there is.

mod credentials;
mod guards;
mod invitations;
mod limits;
mod sessions;
mod site;
mod users;
