//! `unknown` is said by the edge and never to it: what requests are made of is described without it, under a name of its own where answers
//! are made of it too. Must not know what the words mean.

use std::collections::{BTreeMap, BTreeSet};

use utoipa::openapi::{
    Content, OpenApi, Ref, RefOr, Schema,
    path::Operation,
    schema::{AdditionalProperties, ArrayItems},
};

type Schemas<'a> = BTreeMap<&'a str, RefOr<Schema>>;
type Names = BTreeSet<String>;

const BEFORE_NAME: &str = "#/components/schemas/";

/// Describes what is said to the edge apart from what it says, where they differ.
pub(super) fn describe_apart(document: &mut OpenApi) {
    let Some(components) = document.components.as_ref() else { return };
    let schemas: Schemas<'_> =
        components.schemas.iter().map(|(name, schema)| (name.as_str(), schema.clone())).collect();
    let mut given = Names::new();
    let mut said = Names::new();
    for operation in document.paths.paths.values_mut().flat_map(super::conventions::operations) {
        let (_, operation) = operation;
        bodies(operation).for_each(|body| names_in(body, &mut given));
        answers(operation).for_each(|answer| names_in(answer, &mut said));
    }
    let given = reached(&schemas, given);
    let elsewhere = schemas.keys().filter(|name| !given.contains(**name)).map(ToString::to_string);
    said.extend(elsewhere);
    let said = reached(&schemas, said);
    let differing = differing(&schemas, &given);
    let both: Names = differing.intersection(&said).cloned().collect();
    let apart: Vec<_> = differing.iter().filter_map(|name| described(&schemas, name, &both)).collect();
    for operation in document.paths.paths.values_mut().flat_map(super::conventions::operations) {
        bodies(operation.1).for_each(|body| rename(body, &both));
    }
    document.components.get_or_insert_default().schemas.extend(apart);
}

/// As it is said to the edge.
fn described(schemas: &Schemas<'_>, name: &str, both: &Names) -> Option<(String, RefOr<Schema>)> {
    let mut schema = schemas.get(name)?.clone();
    leave_out_unknown(&mut schema);
    rename(&mut schema, both);
    Some((if both.contains(name) { input(name) } else { name.to_owned() }, schema))
}

fn input(name: &str) -> String {
    format!("{name}Input")
}

fn bodies(operation: &mut Operation) -> impl Iterator<Item = &mut RefOr<Schema>> {
    let bodies = operation.request_body.iter_mut().filter_map(written_out);
    bodies.flat_map(|body| body.content.values_mut()).filter_map(schema_of)
}

fn answers(operation: &mut Operation) -> impl Iterator<Item = &mut RefOr<Schema>> {
    let answers = operation.responses.responses.values_mut().filter_map(written_out);
    answers.flat_map(|answer| answer.content.values_mut()).filter_map(schema_of)
}

fn schema_of(content: &mut RefOr<Content>) -> Option<&mut RefOr<Schema>> {
    written_out(content)?.schema.as_mut()
}

fn written_out<T>(part: &mut RefOr<T>) -> Option<&mut T> {
    match part {
        RefOr::T(part) => Some(part),
        RefOr::Ref(_) => None,
    }
}

/// With all that they are made of.
fn reached(schemas: &Schemas<'_>, mut names: Names) -> Names {
    loop {
        let before = names.len();
        for name in names.clone() {
            if let Some(schema) = schemas.get(name.as_str()) {
                names_in(&mut schema.clone(), &mut names);
            }
        }
        if names.len() == before {
            return names;
        }
    }
}

/// Those of the names in which somewhere `unknown` is a choice.
fn differing(schemas: &Schemas<'_>, names: &Names) -> Names {
    let offers = |name: &String| {
        let all = reached(schemas, Names::from([name.clone()]));
        all.iter()
            .filter_map(|name| schemas.get(name.as_str()))
            .any(|schema| leave_out_unknown(&mut schema.clone()))
    };
    names.iter().filter(|name| offers(name)).cloned().collect()
}

fn names_in(schema: &mut RefOr<Schema>, names: &mut Names) {
    each(schema, &mut |part| {
        if let RefOr::Ref(to) = part {
            names.extend(to.ref_location.strip_prefix(BEFORE_NAME).map(ToOwned::to_owned));
        }
    });
}

fn rename(schema: &mut RefOr<Schema>, both: &Names) {
    each(schema, &mut |part| {
        if let RefOr::Ref(to) = part
            && let Some(name) = to.ref_location.strip_prefix(BEFORE_NAME).filter(|name| both.contains(*name))
        {
            *to = Ref::from_schema_name(input(name));
        }
    });
}

/// Whether there was one.
fn leave_out_unknown(schema: &mut RefOr<Schema>) -> bool {
    let mut found = false;
    each(schema, &mut |part| {
        if let RefOr::T(Schema::Object(object)) = part
            && let Some(choices) = object.enum_values.as_mut()
        {
            let before = choices.len();
            choices.retain(|choice| choice != "unknown");
            found |= choices.len() < before;
        }
    });
    found
}

/// A schema and every one written out within it.
fn each(schema: &mut RefOr<Schema>, visit: &mut impl FnMut(&mut RefOr<Schema>)) {
    visit(schema);
    let RefOr::T(schema) = schema else { return };
    match schema {
        Schema::Object(object) => {
            object.properties.values_mut().for_each(|inner| each(inner, visit));
            if let Some(AdditionalProperties::RefOr(inner)) = object.additional_properties.as_deref_mut() {
                each(inner, visit);
            }
        }
        Schema::Array(array) => {
            if let ArrayItems::RefOrSchema(inner) = &mut array.items {
                each(inner, visit);
            }
        }
        Schema::OneOf(choice) => choice.items.iter_mut().for_each(|inner| each(inner, visit)),
        Schema::AllOf(choice) => choice.items.iter_mut().for_each(|inner| each(inner, visit)),
        Schema::AnyOf(choice) => choice.items.iter_mut().for_each(|inner| each(inner, visit)),
        _ => {}
    }
}
