//! What must hold of everything a visitor saw: each message once and in order, no word of an older epoch, nothing of the staff's.
//!
//! Pure: looks at events and the stored thread only.

use serde_json::Value;

use super::{
    scene::{is, list},
    sse::Event,
};

/// What visitors may see, by the name of the event.
const THEIRS: [&str; 4] = ["message", "conversation", "typing", "delta"];

/// The messages seen live are those stored: nothing missing, nothing twice, nothing out of order.
pub(super) fn all_in_order(seen: &[Event], thread: &Value) -> Result<usize, String> {
    let stored: Vec<Option<i64>> = list(thread, "messages").map(sequence).collect();
    let messages = seen.iter().filter(|event| event.name == "message");
    let live: Vec<Option<i64>> = messages.map(|event| sequence(&event.data)).collect();
    if live == stored { Ok(live.len()) } else { Err(format!("seen {live:?}, stored {stored:?}")) }
}

/// One voice: behind a change of control no piece of an answer of an older epoch was seen.
pub(super) fn one_voice(seen: &[Event]) -> Result<(), String> {
    let mut highest = i64::MIN;
    for event in seen {
        let Some(epoch) = event.data.get("control_epoch").and_then(Value::as_i64) else { continue };
        if event.name == "delta" && epoch < highest {
            return Err(format!("a piece of epoch {epoch} was seen behind epoch {highest}"));
        }
        highest = highest.max(epoch);
    }
    Ok(())
}

/// Nothing that is the staff's came along.
pub(super) fn nothing_of_the_staff(seen: &[Event]) -> Result<(), String> {
    let foreign = seen.iter().find(|event| !THEIRS.contains(&event.name.as_str()));
    foreign.map_or(Ok(()), |event| Err(format!("the visitor saw what is the staff's: {event:?}")))
}

/// The pieces of the answer that was said, put together as a widget does; how many there were.
pub(super) fn grew_into(pieces: &[&Event], answer: &str) -> Result<usize, String> {
    let (mut shown, mut count) = (String::new(), 0);
    for piece in pieces.iter().filter(|event| event.name == "delta") {
        let offset = piece.data.get("offset").and_then(Value::as_u64).and_then(|at| usize::try_from(at).ok());
        if offset == Some(0) {
            shown.clear();
        }
        // A piece whose beginning is not there waits for the next one that begins anew.
        if offset == Some(shown.len()) {
            shown.push_str(piece.data.get("text").and_then(Value::as_str).unwrap_or_default());
            count += 1;
        }
    }
    if count == 0 {
        return Err("no piece of the answer was seen before it was whole".to_owned());
    }
    let begins = answer.starts_with(shown.trim_end());
    begins.then_some(count).ok_or_else(|| format!("seen growing: «{shown}», said: «{answer}»"))
}

/// The place of a message in its thread.
pub(super) fn sequence(message: &Value) -> Option<i64> {
    message.get("sequence").and_then(Value::as_i64)
}

/// Whether the last message of a thread was seen.
pub(super) fn is_last(thread: &Value, event: &Event) -> bool {
    let last = list(thread, "messages").filter_map(sequence).max();
    event.name == "message" && last.is_some_and(|last| is(&event.data, "/sequence", last))
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn event(name: &str, data: Value) -> Event {
        Event { name: name.to_owned(), data }
    }

    #[test]
    fn an_older_piece_behind_a_change_of_control_is_found() {
        let change = |epoch: i64| event("conversation", json!({ "control_epoch": epoch }));
        let piece = |epoch: i64| event("delta", json!({ "control_epoch": epoch }));
        assert!(one_voice(&[change(1), piece(1), change(2), piece(2)]).is_ok());
        assert!(one_voice(&[change(1), change(2), piece(1)]).is_err());
    }

    #[test]
    fn an_answer_is_put_together_from_its_pieces() {
        let piece = |offset: u64, text: &str| event("delta", json!({ "offset": offset, "text": text }));
        let [begin, anew, rest, torn] =
            [piece(0, "We "), piece(0, "We ship"), piece(7, " today"), piece(99, "x")];
        assert_eq!(grew_into(&[&begin, &torn, &anew, &rest], "We ship today."), Ok(3));
        assert!(grew_into(&[&begin, &anew], "Something else").is_err());
        assert!(grew_into(&[], "We ship").is_err());
    }
}
