//! What people typed, made harmless to show: no control characters, nothing invisible that turns or hides text, no more than there is room for.
//!
//! Pure. Must not know where the text goes; escaping and encoding belong to whoever writes the format.

/// Further than this nothing is read: what is cut anyway need not be walked through.
const READ_AT_MOST: usize = 100_000;
/// Stands for what was cut.
const ELLIPSIS: char = '…';

/// One line of at most so many characters: every break, tab and control character becomes a space, spaces come one at a time.
pub fn line(text: &str, at_most: usize) -> String {
    let spaced: String = text
        .chars()
        .take(READ_AT_MOST)
        .filter(|c| !is_dropped(*c))
        .map(|c| if is_gap(c) { ' ' } else { c })
        .collect();
    cut(&spaced.split_whitespace().collect::<Vec<_>>().join(" "), at_most)
}

/// Lines, ended by `\n`, of at most so many characters together; at most one empty line between two others.
pub fn lines(text: &str, at_most: usize) -> String {
    let unified = text.replace("\r\n", "\n");
    let kept = unified.chars().take(READ_AT_MOST).filter(|c| !is_dropped(*c));
    let broken: String = kept.map(|c| if is_break(c) { '\n' } else { c }).filter_map(spaced).collect();
    let mut whole = Vec::new();
    for line in broken.split('\n').map(str::trim_end) {
        if !(line.is_empty() && whole.last().is_none_or(|before: &&str| before.is_empty())) {
            whole.push(line);
        }
    }
    cut(whole.join("\n").trim_end(), at_most)
}

/// A text that may run from right to left, so that it does not turn what stands around it (UAX #9, isolates). Others stay as they are.
pub fn isolated(text: String) -> String {
    if text.chars().any(runs_leftwards) { format!("\u{2068}{text}\u{2069}") } else { text }
}

/// Whether mail programs would make a link of a part of it, or it was typed to look like one.
pub fn looks_like_a_link(text: &str) -> bool {
    text.contains(['/', '@', ':', '\\']) || text.split_whitespace().any(is_dotted)
}

/// `example.com`, but not `J. R.` and not `Dr.`.
fn is_dotted(word: &str) -> bool {
    word.trim_end_matches('.').rsplit_once('.').is_some_and(|(before, after)| {
        before.chars().filter(|c| c.is_alphanumeric()).count() > 1
            && after.chars().filter(|c| c.is_alphabetic()).count() > 1
    })
}

/// At most so many characters, the last of them an ellipsis if there were more.
pub fn cut(text: &str, at_most: usize) -> String {
    if text.chars().nth(at_most).is_none() {
        return text.to_owned();
    }
    let kept: String = text.chars().take(at_most.saturating_sub(1)).collect();
    let mut kept = kept.trim_end().to_owned();
    kept.push(ELLIPSIS);
    kept
}

fn is_gap(c: char) -> bool {
    c.is_control() || is_break(c) || c.is_whitespace()
}

fn is_break(c: char) -> bool {
    matches!(c, '\n' | '\r' | '\u{b}' | '\u{c}' | '\u{85}' | '\u{2028}' | '\u{2029}')
}

/// Tabs and odd spaces as spaces; other control characters go.
fn spaced(c: char) -> Option<char> {
    match c {
        '\n' => Some(c),
        c if c == '\t' || c.is_whitespace() => Some(' '),
        c if c.is_control() => None,
        c => Some(c),
    }
}

/// What is not seen and changes what is: bidi controls, zero-width characters (but not the joiners that scripts and emoji need), soft hyphens,
/// tags, annotation marks, what is no character.
fn is_dropped(c: char) -> bool {
    matches!(c,
        '\u{ad}' | '\u{61c}' | '\u{180e}' | '\u{200b}' | '\u{200e}' | '\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2060}'..='\u{206f}'
        | '\u{feff}' | '\u{fff0}'..='\u{fffb}' | '\u{e0000}'..='\u{e007f}')
        || u32::from(c) & 0xfffe == 0xfffe
}

/// Hebrew, Arabic and their neighbours.
fn runs_leftwards(c: char) -> bool {
    matches!(c, '\u{590}'..='\u{8ff}' | '\u{fb1d}'..='\u{fdff}' | '\u{fe70}'..='\u{fefe}' | '\u{10800}'..='\u{10fff}' | '\u{1e800}'..='\u{1efff}')
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn a_line_is_one_line_whatever_was_typed() {
        for (typed, shown) in [
            ("Eve\r\nBcc: x@y", "Eve Bcc: x@y"),
            ("Eve\nX", "Eve X"),
            ("Eve\rX", "Eve X"),
            ("Eve\0X", "Eve X"),
            ("Eve\u{85}X\u{2028}Y\u{2029}Z", "Eve X Y Z"),
            ("  \t Eve \u{a0} X ", "Eve X"),
            ("\u{202e}evE\u{2066}", "evE"),
            ("\u{7f}\u{9b}31mred", "31mred"),
            ("a\u{200b}b\u{feff}c", "abc"),
            ("\r\n\0", ""),
            ("", ""),
        ] {
            assert_eq!(line(typed, 80), shown, "{typed:?}");
        }
    }

    #[test]
    fn families_of_emoji_and_joined_scripts_stay_whole() {
        for text in ["👩‍👩‍👧", "می‌خواهم", "Приве́т", "日本語"] {
            assert_eq!(line(text, 80), text);
        }
    }

    #[test]
    fn lines_stay_lines_and_gaps_are_closed() {
        assert_eq!(lines("a\r\nb\rc\n\n\n\nd\u{2028}e \0\n\n", 80), "a\nb\nc\n\nd\ne");
        assert_eq!(lines("\n\n  x\ty", 80), "  x y");
    }

    #[test]
    fn what_is_too_long_ends_in_an_ellipsis_between_two_characters() {
        assert_eq!(line("äöüß", 4), "äöüß");
        assert_eq!(line("äöüßx", 4), "äöü…");
        assert_eq!(line(&"😀".repeat(10_000), 80).chars().count(), 80);
        assert_eq!(lines(&"é\n".repeat(10_000), 80).chars().last(), Some('…'));
    }

    #[test]
    fn only_text_that_may_turn_is_isolated() {
        assert_eq!(isolated("Eve".to_owned()), "Eve");
        assert_eq!(isolated("שלום".to_owned()), "\u{2068}שלום\u{2069}");
    }

    #[test]
    fn names_of_people_are_told_from_links() {
        for name in ["J. R. Smith", "Dr. Eve", "Ève", "山田 太郎", "O'Neil, jr.", "A.B."] {
            assert!(!looks_like_a_link(name), "{name}");
        }
        for name in ["Win at evil.example", "https://x", "a@b", "evil.com/x", "evil.com.", "www.evil.org"] {
            assert!(looks_like_a_link(name), "{name}");
        }
    }

    proptest! {
        #[test]
        fn nothing_typed_leaves_a_control_or_a_turn(typed in any::<String>(), at_most in 1_usize..200) {
            let (one, many) = (line(&typed, at_most), lines(&typed, at_most));
            prop_assert!(!one.chars().any(|c| c.is_control() || is_dropped(c) || is_break(c)));
            prop_assert!(!many.chars().any(|c| c != '\n' && (c.is_control() || is_dropped(c) || is_break(c))));
            prop_assert!(one.chars().count() <= at_most && many.chars().count() <= at_most);
            prop_assert_eq!(line(&one, at_most), one);
        }
    }
}
