//! The application on a database in memory, with a clock that moves when it is told and clients by role.

use std::sync::Arc;
use std::sync::atomic::{AtomicI64, AtomicU64, Ordering};

use axum::Router;
use axum::body::Body;
use axum::http::{Request, StatusCode, header};
use report::Moment;
use store::{Actor, Keys, Store, User};
use tower::ServiceExt;
use web::{AppState, Role, hash_password};

pub(crate) struct App {
    pub(crate) state: AppState,
    router: Router,
    /// Seconds that have passed since the test began.
    passed: Arc<AtomicI64>,
}

/// An answer.
pub(crate) struct Answer {
    pub(crate) status: StatusCode,
    pub(crate) headers: axum::http::HeaderMap,
    pub(crate) body: String,
}

impl Answer {
    pub(crate) fn location(&self) -> &str {
        self.headers.get(header::LOCATION).map_or("", |value| value.to_str().unwrap())
    }

    pub(crate) fn cookie(&self) -> String {
        let cookie = self.headers.get(header::SET_COOKIE).expect("a cookie is set").to_str().unwrap();
        cookie.split(';').next().unwrap().to_owned()
    }
}

/// What the feed asks for.
pub(crate) const FEED_TOKEN: &str = "a-token-for-feeds-only";

pub(crate) const PASSWORD: &str = "a long password";

impl App {
    pub(crate) async fn new() -> App {
        let store = Store::open("sqlite::memory:", Keys::from_master(&[3; 32])).await.unwrap();
        let now = Moment::parse("2019-04-12T13:05:00+01:00").unwrap();
        let hash = hash_password(PASSWORD).unwrap();
        for role in Role::ALL {
            let user = User {
                name: role.as_str().replace('_', "."),
                display_name: role.as_str().into(),
                role: role.as_str().into(),
                password: hash.clone(),
                disabled: false,
                failures: 0,
            };
            store.create_user(&user, &Actor::program(), now).await.unwrap();
        }
        let reader = Arc::new(modus::Reader::new(&modus::Packs::builtin()));
        let dice = AtomicU64::new(1);
        let passed = Arc::new(AtomicI64::new(0));
        let clock = passed.clone();
        let state = AppState {
            store,
            gazetteer: areas::Gazetteer::united_kingdom(),
            checker: Arc::new(call::Checker::builtin()),
            reader,
            feed: web::feed::Feed::new(Some(FEED_TOKEN), None).unwrap(),
            streams: Arc::new(series::Streams::builtin()),
            force: Arc::new(advice::Force::demo()),
            clock: Arc::new(move || {
                let later = jiff::SignedDuration::from_secs(clock.load(Ordering::SeqCst));
                Moment::new(now.timestamp() + later, now.offset())
            }),
            random: Arc::new(move || dice.fetch_add(1, Ordering::SeqCst).wrapping_mul(0x9E37_79B9_7F4A_7C15)),
            limits: web::Limits::new(Vec::new()),
            secure: false,
        };
        App { router: web::router(state.clone()), state, passed }
    }

    /// Lets time pass.
    pub(crate) fn wait(&self, seconds: i64) {
        self.passed.fetch_add(seconds, Ordering::SeqCst);
    }

    pub(crate) async fn send(&self, request: Request<Body>) -> Answer {
        let response = self.router.clone().oneshot(request).await.unwrap();
        let (status, headers) = (response.status(), response.headers().clone());
        let bytes = axum::body::to_bytes(response.into_body(), 10 << 20).await.unwrap();
        Answer { status, headers, body: String::from_utf8_lossy(&bytes).into_owned() }
    }

    pub(crate) async fn get(&self, path: &str, cookie: Option<&str>) -> Answer {
        let mut request = Request::get(path);
        if let Some(cookie) = cookie {
            request = request.header(header::COOKIE, cookie);
        }
        self.send(request.body(Body::empty()).unwrap()).await
    }

    pub(crate) async fn post(&self, path: &str, cookie: Option<&str>, form: &[(&str, &str)]) -> Answer {
        let mut request = Request::post(path).header(header::CONTENT_TYPE, "application/x-www-form-urlencoded");
        if let Some(cookie) = cookie {
            request = request.header(header::COOKIE, cookie);
        }
        let body = serde_urlencoded::to_string(form).unwrap();
        self.send(request.body(Body::from(body)).unwrap()).await
    }

    /// A session of a role: its cookie and its form token.
    pub(crate) async fn signed_in(&self, role: Role) -> (String, String) {
        let token = format!("token-{}", role.as_str());
        self.state.store.end_session(&token).await.unwrap();
        self.state.store.create_session(&token, &role.as_str().replace('_', "."), "csrf-token", self.state.now()).await.unwrap();
        (format!("ringfence-staff={token}"), "csrf-token".to_owned())
    }
}
