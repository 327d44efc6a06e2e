//! Server-sent events as bytes. Must not know what they carry.

use std::fmt::Write as _;

use bytes::Bytes;

/// One event. `data` is one line of JSON. A token that could break the frame is left out.
pub(crate) fn frame(event: &str, id: Option<&str>, data: &str) -> Bytes {
    let mut text = String::with_capacity(data.len() + 64);
    push_id(&mut text, id);
    // Writing into a String cannot fail.
    let _ = write!(text, "event: {event}\ndata: {data}\n\n");
    text.into()
}

/// The same frame, without moving the place a browser comes back to.
pub(super) fn without_place(mut frame: Bytes) -> Bytes {
    let id_ends = frame.iter().position(|byte| *byte == b'\n').filter(|_| frame.starts_with(b"id: "));
    if let Some(end) = id_ends {
        let _id = frame.split_to(end + 1);
    }
    frame
}

/// A sign of life. With a token it moves the browser's last event id along without an event, so that one who hears nothing for long
/// comes back with a place that is still known.
pub(crate) fn heartbeat(id: Option<&str>) -> Bytes {
    let mut text = String::from(": alive\n");
    push_id(&mut text, id);
    text.push('\n');
    text.into()
}

/// The first bytes of a stream: browsers see at once that it is open, and learn how soon to come back.
pub(crate) fn opening() -> Bytes {
    Bytes::from_static(b": open\nretry: 2000\n\n")
}

fn push_id(text: &mut String, id: Option<&str>) {
    let clean = id.filter(|id| !id.is_empty() && !id.contains(['\n', '\r', '\0']));
    if let Some(id) = clean {
        let _ = writeln!(text, "id: {id}");
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_frame_is_what_a_browser_reads() {
        assert_eq!(frame("message", Some("t1"), "{}"), "id: t1\nevent: message\ndata: {}\n\n");
        assert_eq!(heartbeat(Some("t1")), ": alive\nid: t1\n\n");
    }

    #[test]
    fn a_frame_without_its_place_says_the_same() {
        let placed = frame("message", Some("t1"), "{\"a\":1}");
        assert_eq!(without_place(placed), "event: message\ndata: {\"a\":1}\n\n");
        assert_eq!(without_place(frame("reset", None, "{}")), "event: reset\ndata: {}\n\n");
    }

    #[test]
    fn a_token_cannot_break_a_frame() {
        assert_eq!(frame("reset", Some("a\ndata: x"), "{}"), "event: reset\ndata: {}\n\n");
        assert_eq!(heartbeat(None), ": alive\n\n");
    }
}
