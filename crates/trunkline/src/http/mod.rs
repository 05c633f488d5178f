//! The floor under every route: errors as problem documents, bounded JSON, cursors, and access levels.
//!
//! It promises that no route exists without an access level ([`access::ApiRoutes`] has no other door) and
//! that no error tells a client about our insides. It must not know any feature, and not how a session is
//! checked: `accounts` hands that in.

pub(crate) mod access;
pub(crate) mod cursor;
pub(crate) mod extract;
pub(crate) mod limit;
pub(crate) mod origin;
pub(crate) mod problem;
pub(crate) mod search;

pub(crate) use access::{Access, ApiRoutes};
pub(crate) use cursor::Cursor;
pub(crate) use extract::{Json, Path, Query};
pub(crate) use problem::{ApiResult, Problem};
