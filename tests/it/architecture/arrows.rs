//! Values flow one way inside a service: `transport -> application -> domain`; `store`, `remote` -> ports and domain.

use super::source::{Source, below};

const SERVICES: [&str; 5] = ["conversation", "routing", "ai", "team", "notification"];

/// Of the contract, what every service speaks: kit may too.
const SHARED: [&str; 3] = ["common", "operations", "DESCRIPTORS"];

/// What a room may not name: crates by their name, rooms as `crate::…`, words as they are.
struct Room {
    name: &'static str,
    never: &'static [&'static str],
}

const ROOMS: [Room; 5] = [
    Room {
        name: "domain",
        never: &[
            "crate::application",
            "crate::transport",
            "crate::store",
            "crate::remote",
            "crate::wire",
            "tonic",
            "tonic_types",
            "prost",
            "prost_types",
            "sea_orm",
            "sea_orm_migration",
            "baton_proto",
            "tokio",
            "async",
            "await",
        ],
    },
    Room {
        name: "application",
        never: &[
            "crate::transport",
            "crate::store",
            "crate::remote",
            "crate::wire",
            "tonic",
            "tonic_types",
            "prost",
            "prost_types",
            "sea_orm",
            "sea_orm_migration",
            "baton_proto",
        ],
    },
    Room { name: "transport", never: &["crate::store", "crate::remote", "crate::wire", "sea_orm"] },
    Room { name: "store", never: &["crate::transport", "crate::remote", "crate::wire", "tonic"] },
    Room { name: "remote", never: &["crate::transport", "crate::store", "crate::wire", "sea_orm"] },
];

/// Known to point backwards, each with its reason. One that no longer does must be struck out.
const EXCEPTIONS: [(&str, &str, &str); 0] = [];

/// A path that its room may not name.
fn faults(source: &Source, room: &Room) -> Vec<(usize, String)> {
    let named = source.names().into_iter().map(|named| (named.line, named.parts.join("::")));
    let banned = |path: &str| {
        room.never
            .iter()
            .any(|ban| path.strip_prefix(ban).is_some_and(|rest| rest.is_empty() || rest.starts_with("::")))
    };
    named.filter(|(_, path)| banned(path.trim_start_matches("::"))).collect()
}

fn room_of<'r>(service: &str, path: &str) -> Option<&'r Room> {
    let inside = path.strip_prefix(&format!("services/{service}/src/"))?;
    let first = inside.split('/').next()?.trim_end_matches(".rs");
    ROOMS.iter().find(|room| room.name == first)
}

#[test]
fn no_arrow_points_backwards() {
    let (mut found, mut met) = (Vec::new(), Vec::new());
    for service in SERVICES {
        for source in below(&format!("services/{service}/src")) {
            let Some(room) = room_of(service, &source.path) else {
                continue;
            };
            for (line, path) in faults(&source, room) {
                let known = EXCEPTIONS
                    .iter()
                    .find(|(file, target, _)| *file == source.path && path.starts_with(target));
                match known {
                    Some(exception) => met.push(exception),
                    None => found.push(format!("{}:{line}: {} names {path}", source.path, room.name)),
                }
            }
        }
    }
    assert!(found.is_empty(), "against architecture.md §1:\n{}", found.join("\n"));
    for exception in &EXCEPTIONS {
        assert!(
            met.contains(&exception),
            "{} no longer names {}: strike it out of EXCEPTIONS",
            exception.0,
            exception.1
        );
    }
}

#[test]
fn every_service_has_its_rooms_where_they_are_looked_for() {
    for service in SERVICES {
        let sources = below(&format!("services/{service}/src"));
        for room in ["domain", "application", "transport", "store"] {
            let here = sources
                .iter()
                .filter(|source| room_of(service, &source.path).is_some_and(|found| found.name == room));
            assert!(here.count() > 1, "{service} has no {room}");
        }
    }
}

#[test]
fn kit_knows_no_service() {
    let mut found = Vec::new();
    for source in below("services/kit/src").into_iter().filter(|source| !source.is_test()) {
        let source = source.without_tests();
        for named in source.names() {
            let ours = |part: &String| SERVICES.iter().any(|service| *part == format!("baton_{service}"));
            let contract = named.parts.first().is_some_and(|first| first == "baton_proto")
                && named.parts.get(1).is_some_and(|second| !SHARED.contains(&second.as_str()));
            if named.parts.iter().any(ours) || contract {
                found.push(format!("{}:{}: {}", source.path, named.line, named.parts.join("::")));
            }
        }
        let quoted = source
            .tokens
            .iter()
            .filter(|token| SERVICES.iter().any(|service| token.text == format!("\"{service}")));
        found.extend(quoted.map(|token| format!("{}:{}: {}\"", source.path, token.line, token.text)));
    }
    assert!(found.is_empty(), "kit names a service:\n{}", found.join("\n"));
}

#[test]
fn a_path_against_the_arrows_is_seen_however_it_is_written() {
    let domain = &ROOMS[0];
    for text in [
        "use crate::store::Rows;",
        "use crate::{domain::ids, store::{Rows}};",
        "fn a() { crate::application::b() }",
        "use super::super::transport::convert;",
        "fn a(status: tonic::Status) {}",
        "use ::sea_orm::Value;",
        "async fn a() {}",
    ] {
        let source = Source::of("services/x/src/domain/queue.rs".to_owned(), text);
        assert_eq!(faults(&source, domain).len(), 1, "{text}");
    }
    let fine = "use super::ids; use crate::domain::store_of_goods; mod store { } // tonic\nconst A: &str = \"sea_orm::B\";";
    let source = Source::of("services/x/src/domain/queue.rs".to_owned(), fine);
    assert_eq!(faults(&source, domain), []);
}
