//! Access levels: every API route is registered under one, so none can be open by oversight.

use axum::Router;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use utoipa::openapi::OpenApi;
use utoipa_axum::router::{OpenApiRouter, UtoipaMethodRouter};

/// What someone may do, from most to least.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "lowercase")]
pub(crate) enum Role {
    /// Reads.
    Viewer,
    /// Answers customers.
    Agent,
    /// Manages the team and the installation.
    Admin,
    /// Everything, also who else may.
    Owner,
}

impl Role {
    /// The word used in API and database.
    pub(crate) const fn as_str(self) -> &'static str {
        match self {
            Role::Viewer => "viewer",
            Role::Agent => "agent",
            Role::Admin => "admin",
            Role::Owner => "owner",
        }
    }
}

impl std::str::FromStr for Role {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        [Role::Viewer, Role::Agent, Role::Admin, Role::Owner]
            .into_iter()
            .find(|role| role.as_str() == text)
            .ok_or_else(|| format!("'{text}' is not a role; use owner, admin, agent or viewer"))
    }
}

/// Who may call a route.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Access {
    /// Anyone, signed in or not.
    Public,
    /// Whoever is signed in with at least this role.
    AtLeast(Role),
}

/// The API routes of a feature, each under its access level. There is no way to add one without.
pub(crate) struct ApiRoutes<S = ()> {
    groups: Vec<(Access, OpenApiRouter<S>)>,
}

impl<S: Clone + Send + Sync + 'static> ApiRoutes<S> {
    pub(crate) fn new() -> Self {
        ApiRoutes { groups: Vec::new() }
    }

    /// Adds routes that whoever has `access` may call.
    pub(crate) fn with(mut self, access: Access, routes: UtoipaMethodRouter<S>) -> Self {
        self.groups.push((access, OpenApiRouter::new().routes(routes)));
        self
    }

    pub(crate) fn public(self, routes: UtoipaMethodRouter<S>) -> Self {
        self.with(Access::Public, routes)
    }

    pub(crate) fn viewer(self, routes: UtoipaMethodRouter<S>) -> Self {
        self.with(Access::AtLeast(Role::Viewer), routes)
    }

    pub(crate) fn agent(self, routes: UtoipaMethodRouter<S>) -> Self {
        self.with(Access::AtLeast(Role::Agent), routes)
    }

    pub(crate) fn admin(self, routes: UtoipaMethodRouter<S>) -> Self {
        self.with(Access::AtLeast(Role::Admin), routes)
    }

    /// Joins other routes, each under its own access level.
    pub(crate) fn merge(mut self, other: ApiRoutes<S>) -> Self {
        self.groups.extend(other.groups);
        self
    }

    /// The description of the routes.
    pub(crate) fn describe(self) -> OpenApi {
        let mut api = OpenApi::default();
        for (_, mut group) in self.groups {
            api.merge(std::mem::take(group.get_openapi_mut()));
        }
        api
    }

    /// Gives the handlers their state.
    pub(crate) fn with_state(self, state: S) -> ApiRoutes {
        let groups = self.groups.into_iter();
        ApiRoutes {
            groups: groups.map(|(access, router)| (access, router.with_state(state.clone()))).collect(),
        }
    }
}

impl ApiRoutes {
    /// One router, each group behind the guard that `guard` builds for its access level, and its description.
    pub(crate) fn build(self, guard: impl Fn(Access, Router) -> Router) -> (Router, OpenApi) {
        let mut api = OpenApi::default();
        let mut all = Router::new();
        for (access, group) in self.groups {
            let (router, described) = group.split_for_parts();
            api.merge(described);
            all = all.merge(guard(access, router));
        }
        (all, api)
    }
}
