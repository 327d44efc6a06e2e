//! Pages as a browser gets them.

use std::{sync::atomic::Ordering, time::Duration};

use axum::{
    body::Body,
    http::{Request, request::Builder},
};
use baton_gateway::{Demo, SignInHint};
use baton_kit::{
    door::{access::WORKSPACE_HEADER, refusal::Refusal},
    life::ids::WorkspaceId,
};
use baton_proto::internal::notification::v1::{
    DescribeUnsubscribeRequest, DescribeUnsubscribeResponse, FiledMail, GetFiledMailRequest,
    GetFiledMailResponse, ListFiledMailsResponse, UnsubscribePage, UnsubscribeRequest, UnsubscribeResponse,
};

use crate::house::{House, Reply};

const EDGE: &str = "/baton.internal.notification.v1.EdgeService";

async fn send(house: &House, request: Builder) -> Reply {
    house.send(request.body(Body::empty()).unwrap()).await
}

async fn get(house: &House, path: &str) -> Reply {
    send(house, Request::get(path)).await
}

/// Whether this binary carries the pages of widget and inbox. Where everything is required, it must.
#[expect(clippy::disallowed_methods, clippy::print_stdout, reason = "says what it skipped, or fails")]
async fn has_pages(house: &House) -> bool {
    let reply = get(house, "/inbox").await;
    if reply.status != 503 {
        return true;
    }
    assert!(reply.text.contains("The pages were not built") && reply.text.contains("BATON_UI=required"));
    let required = std::env::var("BATON_TEST_REQUIRE_ALL").as_deref() == Ok("1");
    assert!(!required, "BATON_TEST_REQUIRE_ALL=1, but the pages were not built: BATON_UI=required says why");
    println!("skipped: the pages were not built; install npm and build with BATON_UI=required");
    false
}

fn policy(ancestors: &str) -> String {
    format!(
        "default-src 'self'; object-src 'none'; base-uri 'none'; frame-ancestors {ancestors}; form-action 'self'; \
         img-src 'self'; style-src 'self'; script-src 'self'; connect-src 'self'"
    )
}

fn is_closed(reply: &Reply, ancestors: &str) {
    assert_eq!(reply.header("content-security-policy"), policy(ancestors));
    assert_eq!(reply.header("x-content-type-options"), "nosniff");
    assert_eq!(reply.header("strict-transport-security"), "max-age=31536000");
    assert_eq!(reply.header("referrer-policy"), "no-referrer");
    assert_eq!(reply.header("cache-control"), "no-store");
    assert_eq!(reply.header("cross-origin-resource-policy"), "same-origin");
    assert!(reply.header("permissions-policy").contains("camera=()"));
    assert_eq!(reply.header("content-type"), "text/html; charset=utf-8");
}

/// The addresses of the files that a document loads.
fn loaded(html: &str) -> Vec<&str> {
    let values = html.split('"').filter(|value| value.contains("/assets/"));
    values.collect()
}

#[tokio::test]
async fn s_35_pages_of_the_inbox_load_nothing_of_others_and_are_in_no_frame() {
    let house = House::new().await;
    for path in ["/inbox", "/inbox/", "/inbox/conversations/conv_1", "/widget/resume"] {
        is_closed(&get(&house, path).await, "'none'");
    }
    if !has_pages(&house).await {
        return;
    }
    let page = get(&house, "/inbox/settings/hours").await;
    assert_eq!(page.status, 200);
    assert!(
        !page.text.contains("<style") && !page.text.contains("style="),
        "inline styles do not pass the policy"
    );
    assert!(!page.text.contains("http://") && !page.text.contains("https://"), "{}", page.text);
    assert!(!loaded(&page.text).is_empty(), "{}", page.text);
    for path in loaded(&page.text) {
        let file = get(&house, path).await;
        assert_eq!(
            (file.status.as_u16(), file.header("cache-control")),
            (200, "public, max-age=31536000, immutable")
        );
        assert!(!file.header("content-type").starts_with("text/html"), "{path}");
    }
}

#[tokio::test]
async fn s_36_the_frame_is_for_the_allowed_sites_and_for_nobody_else() {
    let house = House::new().await;
    let unknown = get(&house, "/widget/frame?key=wk_other").await;
    assert_eq!(unknown.status, 404);
    is_closed(&unknown, "'none'");
    for path in ["/widget/frame", "/widget/frame?key=", "/widget/frame?key=wk_demo&key=wk_demo"] {
        let reply = get(&house, path).await;
        assert_eq!(reply.status, 404, "{path}");
    }
    if !has_pages(&house).await {
        return;
    }
    let frame = get(&house, "/widget/frame?key=wk_demo").await;
    assert_eq!(frame.status, 200);
    is_closed(&frame, "'self' https://shop.example.org");
    // The escaped slash is a slash to whoever reads the document.
    let sites = r#"<meta name="baton-sites" content="https:&#x2f;&#x2f;shop.example.org">"#;
    assert_eq!((frame.text.matches(sites).count(), frame.text.matches("baton-sites").count()), (1, 1));
    let resume = get(&house, "/widget/resume").await;
    assert!(resume.text.contains(r#"<meta name="baton-sites" content="">"#));
}

/// Conversation hears of a new assistant a moment after it was made, and so may a page that carries it.
#[tokio::test]
async fn a_widget_that_was_just_made_is_found_within_moments() {
    let house = House::new().await;
    let frame = async || get(&house, "/widget/frame?key=wk_late").await.status.as_u16();
    let asked = || house.visitors.asked.load(Ordering::SeqCst);
    assert_eq!((frame().await, frame().await, asked()), (404, 404, 1), "guessed keys do not come through");
    house.visitors.late.store(true, Ordering::SeqCst);
    house.clock.advance(Duration::from_secs(2));
    assert_ne!(frame().await, 404);
    // What there is holds for longer, also while nobody answers.
    house.clock.advance(Duration::from_secs(29));
    assert_ne!(frame().await, 404);
    assert_eq!(asked(), 2);
    house.visitors.away.store(true, Ordering::SeqCst);
    house.clock.advance(Duration::from_secs(29));
    assert_ne!(frame().await, 404);
    assert_eq!(asked(), 3);
}

/// Nobody can say that there is no such widget while nobody answers.
#[tokio::test]
async fn a_widget_that_was_not_there_a_moment_ago_is_not_denied_by_memory() {
    let house = House::new().await;
    let frame = async || get(&house, "/widget/frame?key=wk_late").await;
    assert_eq!(frame().await.status, 404);
    house.visitors.away.store(true, Ordering::SeqCst);
    house.clock.advance(Duration::from_secs(2));
    assert_eq!(frame().await.status, 503);
}

#[tokio::test]
async fn the_script_is_for_all_sites_and_is_asked_for_anew_soon() {
    let house = House::new().await;
    if !has_pages(&house).await {
        return;
    }
    let script = get(&house, "/widget.js").await;
    assert_eq!(
        (script.status.as_u16(), script.header("content-type")),
        (200, "text/javascript; charset=utf-8")
    );
    assert_eq!(script.header("cross-origin-resource-policy"), "cross-origin");
    assert_eq!(script.header("cache-control"), "public, max-age=300");
    let tag = script.header("etag").to_owned();
    let again = send(&house, Request::get("/widget.js").header("if-none-match", &tag)).await;
    assert_eq!((again.status.as_u16(), again.text.as_str(), again.header("etag")), (304, "", tag.as_str()));
}

#[tokio::test]
async fn only_files_that_were_built_are_found() {
    let house = House::new().await;
    for path in [
        "/widget/assets/nothing.js",
        "/inbox/assets/nothing.js",
        "/inbox/assets/../index.html",
        "/inbox/assets/%2e%2e/index.html",
        "/inbox/assets/..%2findex.html",
        "/widget/assets/%2fetc%2fpasswd",
        "/inbox/assets/",
    ] {
        let reply = get(&house, path).await;
        let shell = path.ends_with('/');
        assert!(reply.status == 404 || shell, "{path}: {}", reply.status);
        assert!(!reply.text.contains("root:"), "{path}");
    }
}

#[tokio::test]
async fn s_34_pages_are_only_read() {
    let house = House::new().await;
    for path in
        ["/", "/inbox", "/inbox/x", "/widget.js", "/widget/frame", "/widget/resume", "/demo", "/demo/mails"]
    {
        let reply = send(&house, Request::post(path)).await;
        assert_eq!(
            (reply.status.as_u16(), reply.header("content-type")),
            (405, "application/problem+json"),
            "{path}"
        );
    }
    let head = send(&house, Request::head("/demo")).await;
    assert_eq!((head.status.as_u16(), head.text.as_str()), (404, ""));
}

/// The demo's workspace.
fn shown() -> WorkspaceId {
    WorkspaceId::from_uuid(uuid::Uuid::from_u128(7))
}

fn demo(mails: bool) -> Demo {
    let sign_in = SignInHint {
        workspace: "demo".into(),
        email: "dana@demo.example.org".into(),
        password_in: "baton-data/demo-password".into(),
    };
    Demo { widget_key: "wk_\"><script>".into(), mails_of: mails.then(shown), sign_in }
}

#[tokio::test]
async fn without_a_demo_there_is_no_demo_page_and_the_way_leads_to_the_inbox() {
    let house = House::new().await;
    assert_eq!(get(&house, "/").await.header("location"), "/inbox");
    for path in ["/demo", "/demo/mails", "/demo/mails/a.eml"] {
        assert_eq!(get(&house, path).await.status, 404, "{path}");
    }
    assert_eq!(house.script.times(&format!("{EDGE}/ListFiledMails")), 0);
    assert!(house.demo.set(demo(false)).is_ok());
    assert_eq!(get(&house, "/").await.header("location"), "/demo");
    assert_eq!(get(&house, "/demo/mails").await.status, 404);
}

#[tokio::test]
async fn the_demo_page_carries_the_widget_and_says_how_to_sign_in() {
    let house = House::new().await;
    assert!(house.demo.set(demo(true)).is_ok());
    let page = get(&house, "/demo").await;
    assert_eq!(page.status, 200);
    is_closed(&page, "'none'");
    let tag = r#"<script src="/widget.js" data-widget-key="wk_&quot;&gt;&lt;script&gt;" async></script>"#;
    assert!(page.text.contains(tag), "{}", page.text);
    assert!(page.text.contains("dana@demo.example.org") && page.text.contains("demo-password"));
    assert!(page.text.contains(r#"href="/demo/mails""#));
    assert!(!page.text.contains("style=") && !page.text.contains("onclick"));
    for path in ["/pages/style.css", "/favicon.ico"] {
        assert_eq!(get(&house, path).await.status, 200, "{path}");
    }
}

#[tokio::test]
async fn s_39_a_mail_is_shown_as_text_and_its_html_can_do_nothing() {
    let house = House::new().await;
    assert!(house.demo.set(demo(true)).is_ok());
    let bad = "<img src=x onerror=alert(1)>";
    let mail = FiledMail { name: "1 a.eml".into(), to: bad.into(), subject: bad.into(), create_time: None };
    let mails = ListFiledMailsResponse { mails: vec![mail.clone()] };
    house.script.answer(&format!("{EDGE}/ListFiledMails"), mails);
    house.script.on(&format!("{EDGE}/GetFiledMail"), move |_, asked: GetFiledMailRequest| {
        if asked.name != "1 a.eml" {
            return Err(Refusal::not_found("mail"));
        }
        let text = format!("{bad} https://desk.example.org/widget/resume#t");
        Ok(GetFiledMailResponse {
            mail: Some(mail.clone()),
            text,
            html: format!("<p>{bad}</p>"),
            raw: bad.into(),
        })
    });
    let list = get(&house, "/demo/mails").await;
    is_closed(&list, "'none'");
    assert!(
        list.text.contains(r#"href="/demo/mails/1%20a.eml""#) && !list.text.contains("<img"),
        "{}",
        list.text
    );
    let shown = get(&house, "/demo/mails/1%20a.eml").await;
    is_closed(&shown, "'none'");
    assert!(
        shown.text.contains(r#"<iframe sandbox="" src="/demo/mails/1%20a.eml?part=html""#),
        "{}",
        shown.text
    );
    assert!(shown.text.contains("&lt;img") && !shown.text.contains("<img"), "{}", shown.text);
    assert!(shown.text.contains(r#"<a href="https:&#x2f;&#x2f;desk.example.org"#), "{}", shown.text);
    let html = get(&house, "/demo/mails/1%20a.eml?part=html").await;
    let policy = "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'; \
                  frame-ancestors 'self'; sandbox";
    assert_eq!(
        (html.header("content-security-policy"), html.text.as_str()),
        (policy, "<p><img src=x onerror=alert(1)></p>")
    );
    assert_eq!(get(&house, "/demo/mails/2.eml").await.status, 404);
}

#[tokio::test]
async fn s_20_mails_are_asked_for_of_the_demos_workspace_whatever_a_browser_names() {
    let house = House::new().await;
    assert!(house.demo.set(demo(true)).is_ok());
    house.script.answer(&format!("{EDGE}/ListFiledMails"), ListFiledMailsResponse::default());
    house.script.answer(&format!("{EDGE}/GetFiledMail"), GetFiledMailResponse::default());
    for (path, method) in [("/demo/mails", "ListFiledMails"), ("/demo/mails/a.eml", "GetFiledMail")] {
        let other = WorkspaceId::from_uuid(uuid::Uuid::from_u128(8)).to_string();
        let path = format!("{path}?workspace_id={other}");
        let reply = send(&house, Request::get(path).header(WORKSPACE_HEADER, other)).await;
        assert_eq!(reply.status, 200);
        let named = house.script.headers(&format!("{EDGE}/{method}"), WORKSPACE_HEADER);
        assert_eq!(named, [shown().to_string()], "{method}");
    }
}

fn words() -> UnsubscribePage {
    UnsubscribePage {
        language: "de".into(),
        title: "Abmelden".into(),
        question: "Keine Mails <mehr>?".into(),
        button: "Ja".into(),
        done: "Erledigt.".into(),
    }
}

fn good(token: &str) -> Result<Option<UnsubscribePage>, Refusal> {
    if token == "good" { Ok(Some(words())) } else { Err(Refusal::not_found("link")) }
}

#[tokio::test]
async fn s_34_looking_at_a_link_to_unsubscribe_changes_nothing_and_only_posting_does() {
    let house = House::new().await;
    let (describe, act) = (format!("{EDGE}/DescribeUnsubscribe"), format!("{EDGE}/Unsubscribe"));
    house.script.on(&describe, |_, asked: DescribeUnsubscribeRequest| {
        Ok(DescribeUnsubscribeResponse { page: good(&asked.token)? })
    });
    house
        .script
        .on(&act, |_, asked: UnsubscribeRequest| Ok(UnsubscribeResponse { page: good(&asked.token)? }));
    for request in [Request::get("/unsubscribe/good"), Request::head("/unsubscribe/good")] {
        let page = send(&house, request).await;
        assert_eq!(page.status, 200);
        is_closed(&page, "'none'");
        assert!(page.text.is_empty() || page.text.contains("Keine Mails &lt;mehr&gt;?"), "{}", page.text);
        assert!(
            page.text.is_empty()
                || page.text.contains(r#"<form method="post">"#) && page.text.contains(r#"lang="de""#)
        );
    }
    assert_eq!(house.script.times(&act), 0);
    // A mail program by itself: no cookie, no header of ours, an origin that is none.
    let one_click = Request::post("/unsubscribe/good")
        .header("content-type", "application/x-www-form-urlencoded")
        .header("origin", "null");
    let done = house.send(one_click.body(Body::from("List-Unsubscribe=One-Click")).unwrap()).await;
    assert_eq!((done.status.as_u16(), house.script.times(&act)), (200, 1));
    assert!(done.text.contains("Erledigt."), "{}", done.text);
    for request in [Request::get("/unsubscribe/goop"), Request::post("/unsubscribe/goop")] {
        let page = send(&house, request).await;
        assert_eq!((page.status.as_u16(), page.header("content-type")), (404, "text/html; charset=utf-8"));
    }
}
