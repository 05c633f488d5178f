//! Who may do what (E1): the table of the design, against every route there is.

use std::collections::BTreeMap;

use axum::http::Method;

use super::{NOTHING, Operation, operations};
use crate::http::Access;
use crate::http::access::Role;
use crate::test_support::{Client, TestSetup, on_both_engines};

on_both_engines![each_role_may_do_what_it_should_and_nothing_else, the_simulators_phones_are_for_agents];

/// Every operation and who may do it.
fn table() -> BTreeMap<&'static str, Access> {
    use Access::{AtLeast, Public};
    let (viewer, agent, admin) = (AtLeast(Role::Viewer), AtLeast(Role::Agent), AtLeast(Role::Admin));
    BTreeMap::from([
        // Whoever wants to come in, or out.
        ("GET /api/session", Public),
        ("POST /api/auth/sign-up", Public),
        ("POST /api/auth/sign-in", Public),
        ("POST /api/auth/sign-out", Public),
        ("GET /api/invitations/{id}", Public),
        // One's own account.
        ("POST /api/auth/password", viewer),
        ("GET /api/sessions", viewer),
        ("DELETE /api/sessions/{id}", viewer),
        // Reading.
        ("GET /api/events", viewer),
        ("GET /api/lines", viewer),
        ("GET /api/users", viewer),
        ("GET /api/contacts", viewer),
        ("GET /api/contacts/{id}", viewer),
        ("GET /api/conversations", viewer),
        ("GET /api/conversations/{id}", viewer),
        ("GET /api/conversations/{id}/ways", viewer),
        ("GET /api/messages", viewer),
        ("GET /api/messages/{id}", viewer),
        ("GET /api/messages/{id}/email", viewer),
        ("GET /api/messages/{id}/html", viewer),
        ("POST /api/messages/check", viewer),
        ("GET /api/scheduled", viewer),
        ("GET /api/dead-letters", viewer),
        ("GET /api/dead-letters/groups", viewer),
        ("GET /api/contacts/{id}/consent", viewer),
        ("GET /api/compliance/settings", viewer),
        ("GET /api/reviews", viewer),
        ("GET /api/queue", viewer),
        ("GET /api/alerts", viewer),
        ("GET /api/queue/history", viewer),
        ("GET /api/contacts/{id}/best-time", viewer),
        ("GET /api/templates", viewer),
        ("GET /api/templates/{id}", viewer),
        ("GET /api/templates/{id}/versions", viewer),
        ("GET /api/templates/{id}/results", viewer),
        ("POST /api/templates/preview", viewer),
        ("GET /api/personas", viewer),
        ("GET /api/conversations/{id}/persona", viewer),
        ("GET /api/contacts/{id}/facts", viewer),
        ("GET /api/media/{id}", viewer),
        ("GET /api/media/{id}/thumbnail", viewer),
        // Answering customers.
        ("PUT /api/conversations/{id}/persona", agent),
        ("DELETE /api/facts/{id}", agent),
        ("POST /api/personas/{slug}/dry-run", agent),
        ("POST /api/media", agent),
        ("POST /api/media/{id}/fetch", agent),
        ("POST /api/contacts", agent),
        ("PATCH /api/contacts/{id}", agent),
        ("POST /api/conversations", agent),
        ("PATCH /api/conversations/{id}", agent),
        ("POST /api/conversations/{id}/read", agent),
        ("POST /api/conversations/{id}/unread", agent),
        ("POST /api/messages", agent),
        ("POST /api/messages/batch", agent),
        // And whoever shows the cron secret.
        ("POST /api/scheduled", agent),
        ("PATCH /api/messages/{id}", agent),
        ("POST /api/messages/{id}/send-now", agent),
        ("POST /api/dead-letters/retry", agent),
        ("POST /api/dead-letters/drop", agent),
        ("POST /api/dead-letters/undo", agent),
        ("POST /api/contacts/{id}/consent", agent),
        ("PUT /api/contacts/{id}/block", agent),
        ("DELETE /api/contacts/{id}/block", agent),
        ("POST /api/reviews/{id}", agent),
        ("GET /api/content-templates", viewer),
        ("POST /api/content-templates", agent),
        ("POST /api/content-templates/sync", agent),
        ("POST /api/templates", agent),
        ("PATCH /api/templates/{id}", agent),
        ("DELETE /api/templates/{id}", agent),
        ("POST /api/templates/{id}/restore", agent),
        ("POST /api/messages/{id}/retry", agent),
        ("POST /api/messages/{id}/cancel", agent),
        // Managing the team and the installation.
        ("PUT /api/compliance/settings", admin),
        ("POST /api/lines/{id}/breaker", admin),
        ("GET /api/line-providers", admin),
        ("GET /api/line-settings", admin),
        ("POST /api/line-settings", admin),
        ("GET /api/line-settings/{id}", admin),
        ("PATCH /api/line-settings/{id}", admin),
        ("DELETE /api/line-settings/{id}", admin),
        ("POST /api/line-settings/{id}/restore", admin),
        ("POST /api/line-settings/{id}/credentials", admin),
        ("DELETE /api/line-settings/{id}/credentials/former", admin),
        ("POST /api/line-settings/check", admin),
        ("POST /api/line-settings/{id}/check", admin),
        ("GET /api/line-settings/{id}/signatures", admin),
        ("GET /api/line-settings/{id}/webhooks", admin),
        ("POST /api/line-settings/{id}/webhooks", admin),
        ("POST /api/line-settings/{id}/webhooks/undo", admin),
        ("GET /api/invitations", admin),
        ("POST /api/invitations", admin),
        ("DELETE /api/invitations/{id}", admin),
        ("PATCH /api/users/{id}", admin),
        ("POST /api/alerts/{id}/mute", admin),
        ("POST /api/alerts/test", admin),
        ("POST /api/doctor", admin),
        // Requests as they came.
        ("GET /api/errors", admin),
        ("GET /api/errors/rate", admin),
        ("GET /api/journal", admin),
        ("GET /api/journal/{id}", admin),
        ("POST /api/journal/replay", admin),
        ("POST /api/journal/{id}/replay", admin),
    ])
}

async fn each_role_may_do_what_it_should_and_nothing_else(setup: TestSetup) {
    let app = setup.start().await;
    let (operations, table) = (operations(), table());
    let named: Vec<_> = operations.iter().map(Operation::name).collect();
    for name in table.keys() {
        assert!(named.iter().any(|known| known == name), "{name} is in the table, but not in the API");
    }
    let owner = app.sign_up_owner().await;
    let mut people = vec![(None, app.visitor())];
    for role in [Role::Viewer, Role::Agent, Role::Admin] {
        people.push((Some(role), app.member(&owner, role.as_str()).await));
    }
    people.push((Some(Role::Owner), owner));
    for operation in &operations {
        let name = operation.name();
        let access =
            table.get(name.as_str()).unwrap_or_else(|| panic!("who may do {name}? Add it to the table"));
        for (role, client) in &people {
            let expected = match (access, role) {
                (Access::Public, _) => None,
                (Access::AtLeast(_), None) => Some(401),
                (Access::AtLeast(least), Some(role)) => (role < least).then_some(403),
            };
            let status = status(client, operation).await;
            let refused = Some(status).filter(|status| [401, 403].contains(status));
            assert_eq!(refused, expected, "{name} by {role:?}: {status}");
        }
    }
}

/// The answer to a request that says as little as possible.
async fn status(client: &Client, operation: &Operation) -> u16 {
    let body = (operation.method != Method::GET).then(|| "{}".into());
    client.open(operation.method.clone(), &operation.with(NOTHING), &[], body).await.status().as_u16()
}

async fn the_simulators_phones_are_for_agents(setup: TestSetup) {
    let app = setup.start().await;
    let owner = app.sign_up_owner().await;
    app.visitor().get("/simulator/state").await.problem(401, "unauthenticated");
    app.member(&owner, "viewer").await.get("/simulator/state").await.problem(403, "forbidden");
    let agent = app.member(&owner, "agent").await;
    let state = agent.get("/simulator/state").await.expect(200);
    assert!(!state.to_string().contains(crate::test_support::TOKEN), "{state}");
}
