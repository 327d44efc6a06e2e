//! The demo's mails, written to files instead of sent: a list, and each as a mail program would show it.
//!
//! No other workspace's, whoever asks: the folder holds everybody's, and in each mail stands a link that opens somebody's conversation.
//!
//! A mail is text made by strangers: its HTML comes as a document of its own, in a frame that lets it do nothing.

use axum::{
    Router,
    extract::{Path, Query, State, rejection::QueryRejection},
    http::StatusCode,
    response::Response,
    routing::get,
};
use baton_kit::{
    door::{access::WORKSPACE_HEADER, refusal::Refusal},
    life::ids::WorkspaceId,
};
use baton_proto::internal::notification::v1::{
    FiledMail, GetFiledMailRequest, GetFiledMailResponse, ListFiledMailsRequest,
};
use minijinja::{context, value::Serde};
use serde::Serialize;
use tonic::{Request, Status, metadata::MetadataValue};

use super::{Pages, answer};

pub(super) fn routes() -> Router<Pages> {
    Router::new().route("/demo/mails", get(list)).route("/demo/mails/{name}", get(read))
}

#[derive(serde::Deserialize)]
struct Which {
    #[serde(default)]
    part: String,
}

#[derive(Serialize)]
struct Line {
    name: String,
    to: String,
    subject: String,
    at: String,
}

/// A stretch of text, or an address in it.
#[derive(Debug, Serialize, PartialEq, Eq)]
struct Stretch<'t> {
    text: &'t str,
    link: bool,
}

async fn list(State(pages): State<Pages>) -> Response {
    let Some(demo) = shown_workspace(&pages) else {
        return pages.documents().nothing();
    };
    let listed = async {
        let request = in_workspace(demo, ListFiledMailsRequest {})?;
        pages.notification().list_filed_mails(request).await
    };
    match listed.await {
        Ok(answer) => {
            let mails: Vec<Line> = answer.into_inner().mails.into_iter().map(Line::from).collect();
            pages.documents().show(StatusCode::OK, "mails.html", context! { mails => Serde(mails) })
        }
        Err(status) => pages.documents().refused(&status),
    }
}

async fn read(
    State(pages): State<Pages>,
    Path(name): Path<String>,
    which: Result<Query<Which>, QueryRejection>,
) -> Response {
    let Some(demo) = shown_workspace(&pages) else {
        return pages.documents().nothing();
    };
    let part = which.map(|Query(which)| which.part).unwrap_or_default();
    let found = async {
        let request = in_workspace(demo, GetFiledMailRequest { name })?;
        pages.notification().get_filed_mail(request).await
    };
    match found.await {
        Ok(answer) if part == "html" => answer::foreign(answer.into_inner().html),
        Ok(answer) => shown(&pages, answer.into_inner()),
        Err(status) => pages.documents().refused(&status),
    }
}

/// Whose mails may be looked at here.
fn shown_workspace(pages: &Pages) -> Option<WorkspaceId> {
    pages.demo()?.mails_of
}

fn in_workspace<T>(workspace: WorkspaceId, message: T) -> Result<Request<T>, Status> {
    let name = MetadataValue::try_from(workspace.to_string()).map_err(|error| Refusal::internal(&error))?;
    let mut request = Request::new(message);
    request.metadata_mut().insert(WORKSPACE_HEADER, name);
    Ok(request)
}

fn shown(pages: &Pages, answer: GetFiledMailResponse) -> Response {
    let GetFiledMailResponse { mail, text, html, raw } = answer;
    let mail = Line::from(mail.unwrap_or_default());
    let values =
        context! { mail => Serde(mail), text => Serde(stretches(&text)), html => !html.is_empty(), raw };
    pages.documents().show(StatusCode::OK, "mail.html", values)
}

impl From<FiledMail> for Line {
    fn from(mail: FiledMail) -> Self {
        let at = mail.create_time.and_then(|at| jiff::Timestamp::new(at.seconds, at.nanos).ok());
        let at = at.map(|at| at.strftime("%Y-%m-%d %H:%M:%S UTC").to_string()).unwrap_or_default();
        Self { name: mail.name, to: mail.to, subject: mail.subject, at }
    }
}

/// Finds the addresses in a text, so that the links of a mail can be followed.
fn stretches(text: &str) -> Vec<Stretch<'_>> {
    let mut found = Vec::new();
    for piece in text.split_inclusive(char::is_whitespace) {
        let word = piece.trim_end();
        let link = word.starts_with("https://") || word.starts_with("http://");
        let (word, rest) = piece.split_at(if link { word.len() } else { 0 });
        found.extend([(word, true), (rest, false)].into_iter().filter(|(text, _)| !text.is_empty()));
    }
    found.into_iter().map(|(text, link)| Stretch { text, link }).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_web_addresses_become_links_and_no_character_is_lost() {
        let text = "See http://x.org/a?b=1\n\nor https://y.org/#t javascript:alert(1) xhttp://z";
        let found = stretches(text);
        assert_eq!(found.iter().map(|stretch| stretch.text).collect::<String>(), text);
        let links: Vec<&str> =
            found.iter().filter(|stretch| stretch.link).map(|stretch| stretch.text).collect();
        assert_eq!(links, ["http://x.org/a?b=1", "https://y.org/#t"]);
    }
}
