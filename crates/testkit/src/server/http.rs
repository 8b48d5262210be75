//! Requests of the JSON API and what came back.

use std::fmt::Display;

use reqwest::StatusCode;
use reqwest::header::HeaderMap;
use serde_json::Value;

/// A request in the making; `.await`ing [`Request::send`] performs it.
#[derive(Debug)]
#[must_use = "a request does nothing until it is sent"]
pub struct Request(pub(crate) reqwest::RequestBuilder);

impl Request {
    /// Sends `body` as JSON.
    pub fn json(self, body: &Value) -> Self {
        Self(self.0.json(body))
    }

    /// Sends `fields` as a browser sends a form.
    pub fn form(self, fields: &[(&str, &str)]) -> Self {
        Self(self.0.form(fields))
    }

    /// Sends `body` as it is.
    pub fn body(self, content_type: &str, body: impl Into<reqwest::Body>) -> Self {
        Self(self.0.header("Content-Type", content_type).body(body))
    }

    /// Sets a header, in place of what the harness would send.
    pub fn header(self, name: &str, value: impl Display) -> Self {
        let mut headers = HeaderMap::new();
        let name = reqwest::header::HeaderName::try_from(name).expect("a header's name");
        headers.insert(name, value.to_string().parse().expect("a header's value"));
        Self(self.0.headers(headers))
    }

    /// Performs the request and reads the whole answer.
    pub async fn send(self) -> Answer {
        let response = self.0.send().await.expect("the server answers");
        let (status, headers) = (response.status(), response.headers().clone());
        let body = response.bytes().await.expect("the answer ends");
        Answer {
            status,
            headers,
            text: String::from_utf8_lossy(&body).into_owned(),
            size: body.len(),
        }
    }
}

/// A whole answer.
#[derive(Debug, Clone)]
pub struct Answer {
    /// The status.
    pub status: StatusCode,
    /// The headers.
    pub headers: HeaderMap,
    /// The body, undecoded.
    pub text: String,
    /// How many bytes came.
    pub size: usize,
}

impl Answer {
    /// The body as JSON, `null` if it is none.
    pub fn json(&self) -> Value {
        serde_json::from_str(&self.text).unwrap_or_default()
    }

    /// A header as text, empty if it is not there.
    pub fn header(&self, name: &str) -> &str {
        self.headers
            .get(name)
            .and_then(|value| value.to_str().ok())
            .unwrap_or_default()
    }

    /// The body of a success with this `status`.
    ///
    /// # Panics
    /// With the whole answer, if the status is another.
    #[track_caller]
    pub fn ok(&self, status: u16) -> Value {
        assert_eq!(self.status.as_u16(), status, "{}", self.text);
        self.json()
    }

    /// The problem document of a refusal with this `status` and `code`.
    ///
    /// # Panics
    /// With the whole answer, if it is anything else, or a problem document
    /// that lacks what every one of them has.
    #[track_caller]
    pub fn refused(&self, status: u16, code: &str) -> Value {
        let problem = self.json();
        let got = (self.status.as_u16(), problem["code"].as_str());
        assert_eq!(got, (status, Some(code)), "{}", self.text);
        assert_eq!(self.header("content-type"), "application/problem+json");
        assert_eq!(problem["status"], status, "{problem}");
        assert!(problem["title"].is_string(), "{problem}");
        problem
    }
}
