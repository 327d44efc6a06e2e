//! The documents made here, from templates that escape whatever is put into them. Must not know where it came from.

use axum::{
    http::StatusCode,
    response::{IntoResponse as _, Response},
};
use baton_kit::door::refusal::Refusal;
use minijinja::{AutoEscape, Environment, Value, context};
use tonic::{Code, Status};

use super::answer::{Ancestors, document};
use crate::http::problem::Problem;

const TEMPLATES: [(&str, &str); 6] = [
    ("page.html", include_str!("templates/page.html")),
    ("message.html", include_str!("templates/message.html")),
    ("unsubscribe.html", include_str!("templates/unsubscribe.html")),
    ("demo.html", include_str!("templates/demo.html")),
    ("mails.html", include_str!("templates/mails.html")),
    ("mail.html", include_str!("templates/mail.html")),
];

/// The templates, read.
pub(super) struct Documents(Environment<'static>);

impl Documents {
    pub fn new() -> Result<Self, minijinja::Error> {
        let mut templates = Environment::new();
        templates.set_auto_escape_callback(|_| AutoEscape::Html);
        templates.set_undefined_behavior(minijinja::UndefinedBehavior::Strict);
        for (name, text) in TEMPLATES {
            templates.add_template(name, text)?;
        }
        Ok(Self(templates))
    }

    /// A document of ours, in nobody's frame.
    pub fn show(&self, status: StatusCode, name: &str, values: Value) -> Response {
        match self.0.get_template(name).and_then(|template| template.render(values)) {
            Ok(html) => document(status, html, &Ancestors::None),
            Err(error) => Problem::from(Refusal::internal(&error)).into_response(),
        }
    }

    /// A heading and a sentence.
    pub fn say(&self, status: StatusCode, title: &str, text: &str) -> Response {
        self.show(status, "message.html", context! { title, text, language => "en" })
    }

    /// There is nothing here.
    pub fn nothing(&self) -> Response {
        self.say(StatusCode::NOT_FOUND, "Nothing here", "There is nothing at this address, or no longer.")
    }

    /// A service refused, or did not answer.
    pub fn refused(&self, status: &Status) -> Response {
        match status.code() {
            Code::NotFound | Code::InvalidArgument => self.nothing(),
            _ => self.say(
                StatusCode::SERVICE_UNAVAILABLE,
                "Not right now",
                "This page is not available right now. Please try again in a moment.",
            ),
        }
    }

    /// The binary was built without pages.
    pub fn not_built(&self, why: &str) -> Response {
        let text = format!(
            "The pages of widget and inbox were not built into this program: {why}. Install Node.js 20.19 or newer with npm, and build \
             Baton again with BATON_UI=required, which says what is wrong if it cannot. Everything else works without them."
        );
        self.say(StatusCode::SERVICE_UNAVAILABLE, "The pages were not built", &text)
    }

    /// A value as it may stand in an attribute.
    pub fn escaped(&self, value: &str) -> Result<String, minijinja::Error> {
        self.0.render_str("{{ value }}", context! { value })
    }
}
