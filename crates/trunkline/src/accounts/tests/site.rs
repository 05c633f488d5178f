//! A whole site for a test: the routes behind their guard, a clock to turn, and browsers.

use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use axum::body::{Body, to_bytes};
use axum::extract::ConnectInfo;
use axum::http::{HeaderMap, Method, Request, StatusCode, header};
use axum::middleware::from_fn_with_state;
use axum::{Json, Router, routing};
use serde_json::{Value, json};
use tower::ServiceExt;
use trunkline_domain::ambient::{Ambient, ManualClock, SeededEntropy};
use trunkline_domain::phone::CountryCode;
use trunkline_domain::time::Timestamp;
use trunkline_store::{Engine, Store};

use crate::accounts::{Accounts, AccountsSettings, Actor, guard, routes};
use crate::config;
use crate::http::origin::{Origins, TrustedProxies, identify};
use crate::test_support::Database;

pub(super) const PASSWORD: &str = "correct horse battery";

/// A database of one test.
pub(super) struct TestStore {
    pub(super) store: Store,
    _database: Database,
}

/// An empty database on each engine.
pub(super) async fn test_stores() -> Vec<TestStore> {
    let mut stores = Vec::new();
    for engine in [Engine::Sqlite, Engine::Postgres] {
        let database = Database::clean(engine).await;
        stores.push(TestStore { store: database.open().await, _database: database });
    }
    stores
}

#[derive(Clone)]
pub(super) struct Site {
    app: Router,
    pub(super) accounts: Accounts,
    pub(super) clock: Arc<ManualClock>,
    _store: Arc<TestStore>,
}

/// A fresh site on each engine.
pub(super) async fn sites() -> Vec<Site> {
    sites_with(config::Limits { auth_per_minute: 1_000, writes_per_minute: 1_000, reads_per_minute: 1_000 })
        .await
}

pub(super) async fn sites_with(limits: config::Limits) -> Vec<Site> {
    test_stores().await.into_iter().map(|store| site(store, limits.clone())).collect()
}

fn site(store: TestStore, limits: config::Limits) -> Site {
    // Shown with the failure of a test, so that one sees on which engine it was.
    println!("on {:?}", store.store.engine());
    let clock = Arc::new(ManualClock::new(Timestamp::from_secs(1_750_000_000)));
    let ambient = Ambient::new(clock.clone(), Arc::new(SeededEntropy::new(1)));
    let settings = AccountsSettings {
        installation_name: "Test".to_owned(),
        simulator: true,
        default_country: CountryCode::US,
        version: "0.0.1",
        limits,
    };
    let accounts = Accounts::new(store.store.clone(), ambient, settings);
    let origins = Origins { proxies: TrustedProxies(vec!["10.0.0.0/8".parse().unwrap()]), base_url: None };
    let (router, _) = routes().with_state(accounts.clone()).build(guard(&accounts));
    let echo = async |actor: Option<Actor>| Json(json!({ "actor": actor.map(|actor| actor.email) }));
    let echo = Router::new().route("/echo", routing::get(echo));
    let app = router
        .merge(guard(&accounts)(crate::http::Access::Public, echo))
        .layer(from_fn_with_state(Arc::new(origins), identify));
    Site { app, accounts, clock, _store: Arc::new(store) }
}

impl Site {
    pub(super) fn browser(&self) -> Browser {
        Browser { site: self.clone(), cookie: None, peer: "192.0.2.1".to_owned(), headers: Vec::new() }
    }

    pub(super) fn later(&self, by: Duration) {
        self.clock.advance(by);
    }

    /// A browser in which the first user, the owner, is signed in.
    pub(super) async fn owner(&self) -> Browser {
        let mut browser = self.browser();
        browser.sign_up("owner@example.com", None).await.expect(201);
        browser
    }

    /// A browser in which a new user with this role is signed in, and the id of the user.
    pub(super) async fn member(&self, owner: &mut Browser, role: &str) -> (Browser, String) {
        let email = format!("{role}@example.com");
        let invited =
            owner.post("/api/invitations", json!({ "email": email, "role": role })).await.expect(201);
        let token = invited["url"].as_str().unwrap().rsplit('/').next().unwrap().to_owned();
        let mut browser = self.browser();
        let body = browser.sign_up(&email, Some(&token)).await.expect(201);
        (browser, body["user"]["id"].as_str().unwrap().to_owned())
    }
}

/// What came back.
#[derive(Debug)]
pub(super) struct Answer {
    pub(super) status: StatusCode,
    pub(super) headers: HeaderMap,
    pub(super) body: Value,
}

impl Answer {
    #[track_caller]
    pub(super) fn expect(self, status: u16) -> Value {
        assert_eq!(self.status, status, "{}", self.body);
        self.body
    }

    /// Expects a problem document with this code and gives it.
    #[track_caller]
    pub(super) fn problem(self, status: u16, code: &str) -> Value {
        assert_eq!((self.status.as_u16(), self.body["code"].as_str()), (status, Some(code)), "{}", self.body);
        assert_eq!(self.headers[header::CONTENT_TYPE], "application/problem+json");
        assert!(!self.body["detail"].as_str().unwrap().is_empty());
        self.body
    }
}

/// Keeps its cookie like a browser.
#[derive(Clone)]
pub(super) struct Browser {
    pub(super) site: Site,
    pub(super) cookie: Option<String>,
    pub(super) peer: String,
    pub(super) headers: Vec<(&'static str, String)>,
}

impl Browser {
    pub(super) fn with(mut self, name: &'static str, value: &str) -> Self {
        self.headers.push((name, value.to_owned()));
        self
    }

    pub(super) fn at(mut self, peer: &str) -> Self {
        self.peer = peer.to_owned();
        self
    }

    pub(super) async fn get(&mut self, path: &str) -> Answer {
        self.ask(Method::GET, path, None).await
    }

    pub(super) async fn post(&mut self, path: &str, body: Value) -> Answer {
        self.ask(Method::POST, path, Some(body.to_string())).await
    }

    pub(super) async fn patch(&mut self, path: &str, body: Value) -> Answer {
        self.ask(Method::PATCH, path, Some(body.to_string())).await
    }

    pub(super) async fn delete(&mut self, path: &str) -> Answer {
        self.ask(Method::DELETE, path, None).await
    }

    pub(super) async fn sign_up(&mut self, email: &str, invitation: Option<&str>) -> Answer {
        let body = json!({ "name": "Ada", "email": email, "password": PASSWORD, "invitation": invitation });
        self.post("/api/auth/sign-up", body).await
    }

    pub(super) async fn sign_in(&mut self, email: &str, password: &str) -> Answer {
        self.post("/api/auth/sign-in", json!({ "email": email, "password": password })).await
    }

    /// Whose session the site thinks this is.
    pub(super) async fn who(&mut self) -> Option<String> {
        let body = self.get("/api/session").await.expect(200);
        body["user"]["email"].as_str().map(str::to_owned)
    }

    pub(super) async fn ask(&mut self, method: Method, path: &str, body: Option<String>) -> Answer {
        let mut request =
            Request::builder().method(method).uri(path).header(header::HOST, "inbox.example.com");
        if body.is_some() {
            request = request.header(header::CONTENT_TYPE, "application/json");
        }
        if let Some(cookie) = &self.cookie {
            request = request.header(header::COOKIE, cookie);
        }
        for (name, value) in &self.headers {
            request = request.header(*name, value);
        }
        let mut request = request.body(body.map_or_else(Body::empty, Body::from)).unwrap();
        let peer: SocketAddr = format!("{}:1234", self.peer).parse().unwrap();
        request.extensions_mut().insert(ConnectInfo(peer));
        let response = self.site.app.clone().oneshot(request).await.unwrap();
        let (status, headers) = (response.status(), response.headers().clone());
        let bytes = to_bytes(response.into_body(), 1 << 20).await.unwrap();
        self.keep_cookie(&headers);
        Answer { status, headers, body: serde_json::from_slice(&bytes).unwrap_or(Value::Null) }
    }

    fn keep_cookie(&mut self, headers: &HeaderMap) {
        let Some(set) = headers.get(header::SET_COOKIE) else { return };
        let pair = set.to_str().unwrap().split(';').next().unwrap();
        self.cookie = (!pair.ends_with('=')).then(|| pair.to_owned());
    }
}
