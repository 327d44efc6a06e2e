//! The committed OpenAPI document is the one the handlers make.

use std::{collections::BTreeSet, path::Path};

#[test]
#[expect(clippy::disallowed_methods, reason = "a switch for the person who runs this test, not a setting")]
fn openapi_json_is_what_the_handlers_say() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("openapi.json");
    let made = baton_gateway::openapi();
    if std::env::var("BATON_TEST_WRITE_OPENAPI").as_deref() == Ok("1") {
        std::fs::write(&path, &made).unwrap();
    }
    let committed = std::fs::read_to_string(&path).unwrap_or_default();
    let how = "run: BATON_TEST_WRITE_OPENAPI=1 cargo test --workspace openapi_json_is_what_the_handlers_say";
    assert!(committed == made, "gateway/openapi.json is not what the handlers say; to write it anew, {how}");
}

#[test]
fn every_operation_has_a_name_and_a_problem() {
    let document: serde_json::Value = serde_json::from_str(&baton_gateway::openapi()).unwrap();
    assert_eq!(document["info"]["title"], "Baton");
    let paths = document["paths"].as_object().unwrap();
    assert!(paths.keys().all(|path| path.starts_with("/v1/widget/") || path.starts_with("/v1/inbox/")));
    for (path, methods) in paths {
        for (method, operation) in methods.as_object().unwrap() {
            assert!(operation["operationId"].is_string(), "{method} {path}");
            assert!(operation["responses"]["default"].is_object(), "{method} {path}");
        }
    }
}

/// The text of a part of the document with all that it refers to.
fn whole(document: &serde_json::Value, part: &serde_json::Value) -> String {
    let (mut text, mut seen) = (part.to_string(), BTreeSet::new());
    loop {
        let names = text.split("#/components/schemas/").skip(1);
        let names: BTreeSet<String> =
            names.map(|rest| rest.split('"').next().unwrap_or_default().to_owned()).collect();
        let Some(new) = names.iter().find(|name| !seen.contains(*name)) else { return text };
        text.push_str(&document.pointer(&format!("/components/schemas/{new}")).unwrap().to_string());
        seen.insert(new.clone());
    }
}

#[test]
fn unknown_is_a_choice_in_answers_and_in_no_request() {
    let document: serde_json::Value = serde_json::from_str(&baton_gateway::openapi()).unwrap();
    let (mut bodies, mut in_answers) = (0, 0);
    for (path, methods) in document["paths"].as_object().unwrap() {
        for (method, operation) in methods.as_object().unwrap() {
            for asked in [&operation["requestBody"], &operation["parameters"]] {
                let text = whole(&document, asked);
                assert!(!text.contains("\"unknown\""), "{method} {path}: {text}");
            }
            bodies += usize::from(operation["requestBody"].is_object());
            let answers = whole(&document, &operation["responses"]);
            in_answers += usize::from(answers.contains("\"unknown\""));
            assert!(!answers.contains("Input\""), "{method} {path} answers as it is asked");
        }
    }
    assert!(bodies > 20 && in_answers > 20, "{bodies} {in_answers}");
}

#[test]
fn what_is_done_without_a_session_is_said_to_be() {
    let document: serde_json::Value = serde_json::from_str(&baton_gateway::openapi()).unwrap();
    for path in ["/v1/inbox/sign-in", "/v1/inbox/sign-out", "/v1/widget/session"] {
        assert!(document["paths"][path]["post"]["security"].is_null(), "{path}");
    }
    assert!(document["paths"]["/v1/inbox/me"]["get"]["security"].is_array());
}
