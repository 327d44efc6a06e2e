//! What goes without saying in a handler's own words and is said once for all of them in the document: ids in the path, the header
//! against other sites, who must be signed in, how refusals look. Must not know what an operation does.

use utoipa::openapi::{
    Content, OpenApi, Ref, RefOr, Required, ResponseBuilder, Schema,
    path::{Operation, Parameter, ParameterBuilder, ParameterIn, PathItem},
    schema::{ObjectBuilder, Type},
    security::SecurityRequirement,
};

/// Routes by which somebody gets their credential, and therefore has none yet, or that do not mind if it is gone already.
const WITHOUT_CREDENTIAL: [&str; 3] = ["/v1/widget/session", "/v1/inbox/sign-in", "/v1/inbox/sign-out"];

/// How the ids below a collection begin.
const PREFIXES: [(&str, &str); 8] = [
    ("conversations", "conv_"),
    ("contacts", "cont_"),
    ("members", "mem_"),
    ("teams", "team_"),
    ("assistants", "asst_"),
    ("knowledge", "doc_"),
    ("api-keys", "key_"),
    ("canned-responses", "can_"),
];

/// Completes every operation.
pub(super) fn apply(document: &mut OpenApi) {
    for (path, item) in &mut document.paths.paths {
        for (changes, operation) in operations(item) {
            let mut parameters = ids_in(path);
            if changes && path.starts_with("/v1/inbox/") {
                parameters.push(text("X-Baton-CSRF", ParameterIn::Header, "`1`"));
            }
            parameters.extend(operation.parameters.take().unwrap_or_default());
            parameters.iter_mut().for_each(leave_out_unknown);
            operation.parameters = Some(parameters).filter(|all| !all.is_empty());
            operation.security = credential(path);
            operation.responses.responses.insert("default".to_owned(), problem());
        }
    }
}

/// The operations of a path, each with whether it may change something.
pub(super) fn operations(item: &mut PathItem) -> impl Iterator<Item = (bool, &mut Operation)> {
    let PathItem { get, put, post, delete, patch, .. } = item;
    let changing = [put, post, delete, patch].into_iter().flatten().map(|operation| (true, operation));
    get.iter_mut().map(|operation| (false, operation)).chain(changing)
}

fn ids_in(path: &str) -> Vec<RefOr<Parameter>> {
    let segments: Vec<&str> = path.split('/').collect();
    let below = segments.iter().zip(segments.iter().skip(1));
    let named = below.filter_map(|(collection, segment)| {
        let name = segment.strip_prefix('{')?.strip_suffix('}')?;
        let prefix = PREFIXES.iter().find(|(known, _)| known == collection).map(|(_, prefix)| prefix)?;
        Some(text(name, ParameterIn::Path, &format!("`{prefix}…`")))
    });
    named.collect()
}

fn text(name: &str, place: ParameterIn, description: &str) -> RefOr<Parameter> {
    let schema = ObjectBuilder::new().schema_type(Type::String);
    let parameter = ParameterBuilder::new().name(name).parameter_in(place).required(Required::True);
    RefOr::T(parameter.description(Some(description)).schema(Some(schema)).build())
}

/// `unknown` is said by us only: in a query it is no choice.
fn leave_out_unknown(parameter: &mut RefOr<Parameter>) {
    if let RefOr::T(Parameter { schema: Some(RefOr::T(Schema::Object(object))), .. }) = parameter
        && let Some(choices) = object.enum_values.as_mut()
    {
        choices.retain(|choice| choice != "unknown");
    }
}

fn credential(path: &str) -> Option<Vec<SecurityRequirement>> {
    let name = if path.starts_with("/v1/inbox/") { "session" } else { "visitor" };
    let wanted = !WITHOUT_CREDENTIAL.contains(&path);
    wanted.then(|| vec![SecurityRequirement::new(name, [] as [&str; 0])])
}

fn problem() -> RefOr<utoipa::openapi::Response> {
    let content = Content::new(Some(Ref::from_schema_name("Problem")));
    RefOr::T(ResponseBuilder::new().content("application/problem+json", content).build())
}
