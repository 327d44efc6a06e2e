//! Words of the domain as the contract writes them: for answers and for facts alike.
//!
//! Must not know who asks, nor where anything is kept.

use baton_proto::team::v1 as wire;
use jiff::Timestamp;

use crate::domain::{role::Role, team::Color};

/// A moment as protobuf has it.
pub(crate) fn wire_moment(at: Timestamp) -> prost_types::Timestamp {
    prost_types::Timestamp { seconds: at.as_second(), nanos: at.subsec_nanosecond() }
}

/// A role.
pub(crate) fn wire_role(role: Role) -> wire::Role {
    match role {
        Role::Owner => wire::Role::Owner,
        Role::Admin => wire::Role::Admin,
        Role::Editor => wire::Role::Editor,
        Role::Analyst => wire::Role::Analyst,
        Role::Agent => wire::Role::Agent,
        Role::Viewer => wire::Role::Viewer,
    }
}

/// A colour of the palette.
pub(crate) fn wire_color(color: Color) -> wire::TeamColor {
    match color {
        Color::Gray => wire::TeamColor::Gray,
        Color::Red => wire::TeamColor::Red,
        Color::Orange => wire::TeamColor::Orange,
        Color::Amber => wire::TeamColor::Amber,
        Color::Lime => wire::TeamColor::Lime,
        Color::Green => wire::TeamColor::Green,
        Color::Teal => wire::TeamColor::Teal,
        Color::Cyan => wire::TeamColor::Cyan,
        Color::Blue => wire::TeamColor::Blue,
        Color::Indigo => wire::TeamColor::Indigo,
        Color::Purple => wire::TeamColor::Purple,
        Color::Pink => wire::TeamColor::Pink,
    }
}
