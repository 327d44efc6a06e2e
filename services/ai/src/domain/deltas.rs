//! Which piece of a growing answer is to be shown next: what is new, and all of it again every so often, for those who came late or
//! missed a piece.
//!
//! Pure: time is given. Must not know who looks.

use std::time::Duration;

/// The largest piece, bytes of UTF-8.
pub const MAX_PIECE_BYTES: usize = 4 * 1024;

/// A piece of an answer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Piece {
    /// Where it stands in the answer, in bytes.
    pub offset: usize,
    /// The text.
    pub text: String,
}

/// What was shown of an answer.
#[derive(Debug, Default)]
pub struct Shown {
    bytes: usize,
    edition: u64,
    begun_at: Option<Duration>,
}

impl Shown {
    /// The next piece, taken as shown; `None` if there is nothing to show now. `edition` changes when the answer begins anew, and after
    /// `anew` all of it is shown again.
    pub fn next(&mut self, text: &str, edition: u64, now: Duration, anew: Duration) -> Option<Piece> {
        let old = self.begun_at.is_none_or(|at| now.saturating_sub(at) >= anew);
        if (old || edition != self.edition) && !text.is_empty() {
            *self = Self { bytes: 0, edition, begun_at: Some(now) };
        }
        let rest = text.get(self.bytes..).filter(|rest| !rest.is_empty() && edition == self.edition)?;
        let piece = rest.get(..rest.floor_char_boundary(MAX_PIECE_BYTES)).unwrap_or(rest);
        let piece = Piece { offset: self.bytes, text: piece.to_owned() };
        self.bytes += piece.text.len();
        Some(piece)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    const SECOND: Duration = Duration::from_secs(1);

    fn piece(offset: usize, text: &str) -> Option<Piece> {
        Some(Piece { offset, text: text.to_owned() })
    }

    #[test]
    fn what_is_new_is_shown_and_all_of_it_every_second() {
        let mut shown = Shown::default();
        let tenth = SECOND / 10;
        assert_eq!(shown.next("", 0, Duration::ZERO, SECOND), None);
        assert_eq!(shown.next("We ", 0, Duration::ZERO, SECOND), piece(0, "We "));
        assert_eq!(shown.next("We ", 0, tenth, SECOND), None);
        assert_eq!(shown.next("We are", 0, tenth, SECOND), piece(3, "are"));
        assert_eq!(shown.next("We are", 0, SECOND, SECOND), piece(0, "We are"));
        assert_eq!(shown.next("We are open", 0, SECOND + tenth, SECOND), piece(6, " open"));
    }

    #[test]
    fn an_answer_that_begins_anew_is_shown_from_its_beginning() {
        let mut shown = Shown::default();
        shown.next("We are open", 0, Duration::ZERO, SECOND);
        assert_eq!(shown.next("", 1, Duration::ZERO, SECOND), None);
        assert_eq!(shown.next("Sorry", 1, Duration::ZERO, SECOND), piece(0, "Sorry"));
    }

    proptest! {
        #[test]
        fn pieces_put_together_are_the_answer(text in "\\PC{0,3000}", cuts in prop::collection::vec(0usize..9000, 0..8)) {
            let mut cuts: Vec<usize> = cuts.into_iter().map(|at| text.floor_char_boundary(at)).collect();
            cuts.push(text.len());
            cuts.sort_unstable();
            let (mut shown, mut seen) = (Shown::default(), String::new());
            for cut in cuts {
                while let Some(piece) = shown.next(&text[..cut], 0, Duration::ZERO, SECOND) {
                    prop_assert!(piece.text.len() <= MAX_PIECE_BYTES && piece.offset == seen.len());
                    seen.push_str(&piece.text);
                }
            }
            prop_assert_eq!(seen, text);
        }
    }
}
