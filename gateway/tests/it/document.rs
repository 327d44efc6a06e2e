//! The committed OpenAPI document is the one the handlers make.

use std::path::Path;

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
