//! What is seen now or never, and how far somebody has read: for each audience.

use baton_kit::door::fields::Fields;
use baton_proto::{conversation::v1 as wire, internal::conversation::v1 as internal};

use super::{actor, time};
use crate::domain::{
    activity::{Activity, Delta, Doing, What},
    read_mark::{ReadMark, Reader},
};

/// The longest piece of an answer, bytes of UTF-8.
const LONGEST_PIECE: usize = 4 * 1024;
/// The longest name of a turn, characters.
const LONGEST_TURN: usize = 128;

/// Reads a piece of an answer.
pub fn delta(fields: &mut Fields, wire: Option<wire::AnswerDelta>) -> Option<Delta> {
    let wire = fields.present("delta", wire)?;
    let control_epoch = fields.within("delta.control_epoch", wire.control_epoch, 1..=i64::MAX);
    let turn = fields.token("delta.turn_id", &wire.turn_id, 1..=LONGEST_TURN);
    let offset = fields.within("delta.offset", wire.offset, 0..=i64::MAX);
    let text = fields.text("delta.text", &wire.text, 0..=LONGEST_PIECE);
    Some(Delta { control_epoch: control_epoch?, turn: turn?, offset: offset?, text: text? })
}

/// An activity with what each audience may see of it.
pub fn tail_activity(it: &Activity) -> internal::TailActivity {
    internal::TailActivity {
        workspace_id: it.workspace.to_string(),
        contact_id: it.contact.to_string(),
        staff: Some(staff(it)),
        visitor: visitor(it),
    }
}

fn staff(it: &Activity) -> wire::Activity {
    use wire::activity::What as Wire;
    let what = match &it.what {
        What::Presence(reader, doing) => {
            Wire::Presence(wire::Presence { actor: actor(Some((*reader).into())), kind: *doing as i32 })
        }
        What::Delta(delta) => Wire::Delta(piece(delta)),
    };
    wire::Activity { conversation_id: it.conversation.to_string(), what: Some(what) }
}

/// A visitor is told that somebody of the staff writes, not who, and not who looks; and nothing of what they do themselves.
fn visitor(it: &Activity) -> Option<internal::VisitorActivity> {
    use internal::visitor_activity::What as Wire;
    let what = match &it.what {
        What::Presence(Reader::Member(_), Doing::Typing) => Wire::StaffTyping(true),
        What::Presence(Reader::Member(_), Doing::Idle) => Wire::StaffTyping(false),
        What::Presence(Reader::Member(_), Doing::Viewing) | What::Presence(Reader::Visitor(_), _) => {
            return None;
        }
        What::Delta(delta) => Wire::Delta(piece(delta)),
    };
    Some(internal::VisitorActivity { conversation_id: it.conversation.to_string(), what: Some(what) })
}

fn piece(it: &Delta) -> wire::AnswerDelta {
    wire::AnswerDelta {
        control_epoch: it.control_epoch,
        turn_id: it.turn.clone(),
        offset: it.offset,
        text: it.text.clone(),
    }
}

/// A read mark for the staff.
pub fn read_mark(it: &ReadMark) -> wire::ReadMark {
    wire::ReadMark {
        reader: actor(Some(it.reader.into())),
        sequence: it.sequence,
        update_time: Some(time(it.at)),
    }
}
