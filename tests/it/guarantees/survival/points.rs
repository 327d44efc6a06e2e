//! Every kill point of the binary, and the services and consumers in which each must be reached.

use std::collections::BTreeSet;

use super::nemesis::Nemesis;

const SERVICES: &[&str] = &["conversation", "routing", "ai", "team", "notification"];
const CALLERS: &[&str] = &["gateway", "routing", "ai", "notification"];
/// Who follows what happens in conversations.
const FOLLOWERS: &[&str] = &["routing.conversations", "ai.turns", "notification.conversations"];
/// Who follows members, teams and assistants, of which less changes.
const BOOKKEEPERS: &[&str] = &[
    "routing.members",
    "notification.members",
    "conversation.members",
    "conversation.teams",
    "conversation.assistants",
];

/// A place, where it is reached, and how often that may happen before the kill.
struct Place {
    name: &'static str,
    wheres: &'static [&'static str],
    /// SQLite numbers facts within the write.
    on_postgres_only: bool,
    nth: u32,
}

const fn place(name: &'static str, wheres: &'static [&'static str], nth: u32) -> Place {
    Place { name, wheres, on_postgres_only: false, nth }
}

const PLACES: &[Place] = &[
    place("write.before_commit", SERVICES, 2),
    place("write.after_commit", SERVICES, 2),
    Place { on_postgres_only: true, ..place("number.before_commit", SERVICES, 1) },
    Place { on_postgres_only: true, ..place("number.after_commit", SERVICES, 1) },
    place("consume.before_handling", FOLLOWERS, 3),
    place("consume.before_handling", BOOKKEEPERS, 1),
    place("consume.after_handling", FOLLOWERS, 3),
    place("consume.after_handling", BOOKKEEPERS, 1),
    place("consume.after_cursor", FOLLOWERS, 2),
    place("consume.after_cursor", BOOKKEEPERS, 1),
    place("call.before", CALLERS, 3),
    place("call.after", CALLERS, 3),
    place("mail.before_sending", &["notification"], 1),
    place("mail.after_sending", &["notification"], 1),
    place("model.before_asking", &["ai"], 2),
    place("model.after_asking", &["ai"], 2),
];

/// What to arm, one after the other.
///
/// # Panics
/// If the binary has a point that nobody tries here, or none of a name that is tried.
pub fn every(nemesis: &Nemesis) -> Vec<String> {
    let (found, tried) = (in_the_binary(), PLACES.iter().map(|place| place.name.to_owned()).collect());
    assert_eq!(found, tried, "the kill points of the binary are those that are tried");
    let places = PLACES.iter().filter(|place| !place.on_postgres_only || nemesis.on_postgres());
    let armed =
        |place: &'static Place| place.wheres.iter().map(|at| format!("{}@{at}:{}", place.name, place.nth));
    places.flat_map(armed).collect()
}

/// Whether a language model must be there for the point to be reached.
pub fn is_of_a_model(point: &str) -> bool {
    point.starts_with("model.")
}

/// The names between `baton.kp/` and `;` in the program itself.
fn in_the_binary() -> BTreeSet<String> {
    const PREFIX: &[u8] = b"baton.kp/";
    let binary = std::fs::read(env!("CARGO_BIN_EXE_baton-under-test")).expect("the binary can be read");
    let starts = binary.windows(PREFIX.len()).enumerate().filter(|(_, bytes)| *bytes == PREFIX);
    let names = starts.filter_map(|(at, _)| {
        let name = binary[at + PREFIX.len()..].iter().take(64).take_while(|byte| **byte != b';');
        let name = String::from_utf8(name.copied().collect()).ok()?;
        let fits = |c: char| c.is_ascii_lowercase() || c == '.' || c == '_';
        (!name.is_empty() && name.len() < 64 && name.chars().all(fits)).then_some(name)
    });
    names.collect()
}
