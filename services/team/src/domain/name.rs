//! The name of a person, workspace or key: one spelling, whichever keyboard it came from.
//!
//! `é` typed on one machine is one character, on another a letter and a mark. Both are kept as the
//! composed form (NFC) of the scripts whose keyboards differ: Latin, Greek, Cyrillic, kana, Hangul.

use std::{collections::HashMap, sync::LazyLock};

use super::marks::MARKS;

/// A name on one line, in its composed form.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DisplayName(String);

impl DisplayName {
    /// The most characters a name has.
    pub const LONGEST: usize = 80;

    /// A name that was found well-formed at the door.
    pub fn new(text: &str) -> Self {
        Self(compose(text))
    }

    /// The text.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// What is compared: names that differ only in case are one, also where a letter has several small forms (ς, σ).
    pub fn key(&self) -> String {
        let folded = self.0.chars().flat_map(char::to_uppercase).flat_map(char::to_lowercase);
        compose(&folded.collect::<String>())
    }
}

struct Tables {
    composed: HashMap<(char, char), char>,
    taken_apart: HashMap<char, (char, char)>,
    class: HashMap<char, u8>,
}

static TABLES: LazyLock<Tables> = LazyLock::new(|| {
    let mut tables = Tables { composed: HashMap::new(), taken_apart: HashMap::new(), class: HashMap::new() };
    for &(mark, class, letters) in MARKS {
        tables.class.insert(mark, class);
        let mut letters = letters.chars();
        while let (Some(base), Some(whole)) = (letters.next(), letters.next()) {
            tables.composed.insert((base, mark), whole);
            tables.taken_apart.insert(whole, (base, mark));
        }
    }
    tables
});

fn compose(text: &str) -> String {
    if text.is_ascii() {
        return text.to_owned();
    }
    let mut apart = Vec::with_capacity(text.len());
    text.chars().for_each(|c| take_apart(c, &mut apart));
    // Marks on different sides of a letter stand in one order; a stable sort keeps those of one side.
    for run in apart.chunk_by_mut(|a, b| class(*a) > 0 && class(*b) > 0) {
        run.sort_by_key(|c| class(*c));
    }
    put_together(&apart)
}

fn class(c: char) -> u8 {
    TABLES.class.get(&c).copied().unwrap_or(0)
}

fn take_apart(c: char, into: &mut Vec<char>) {
    match TABLES.taken_apart.get(&c) {
        Some((base, mark)) => {
            take_apart(*base, into);
            into.push(*mark);
        }
        None => into.push(c),
    }
}

fn put_together(apart: &[char]) -> String {
    let mut whole: Vec<char> = Vec::with_capacity(apart.len());
    let mut letter = None;
    for &c in apart {
        // A mark reaches its letter only past marks of a lower class, a letter only its neighbour.
        let between = letter.and_then(|at: usize| whole.get(at + 1..)).and_then(<[char]>::last);
        let reaches = between.is_none_or(|other| class(*other) < class(c));
        let base = letter.and_then(|at| whole.get_mut(at)).filter(|_| reaches);
        if let Some(base) = base
            && let Some(joined) = join(*base, c)
        {
            *base = joined;
            continue;
        }
        if class(c) == 0 {
            letter = Some(whole.len());
        }
        whole.push(c);
    }
    whole.into_iter().collect()
}

fn join(base: char, next: char) -> Option<char> {
    TABLES.composed.get(&(base, next)).copied().or_else(|| join_hangul(base, next))
}

/// Korean syllables are arithmetic: 19 leading, 21 middle, 27 trailing letters.
fn join_hangul(base: char, next: char) -> Option<char> {
    const SYLLABLES: u32 = 0xac00;
    let (base, next) = (u32::from(base), u32::from(next));
    match (base, next) {
        (0x1100..=0x1112, 0x1161..=0x1175) => {
            char::from_u32(SYLLABLES + ((base - 0x1100) * 21 + (next - 0x1161)) * 28)
        }
        (SYLLABLES..=0xd7a3, 0x11a8..=0x11c2) if (base - SYLLABLES).is_multiple_of(28) => {
            char::from_u32(base + next - 0x11a7)
        }
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn f_6_one_name_has_one_spelling() {
        let table = [
            ("Ame\u{301}lie", "Amélie"),
            ("Amélie", "Amélie"),
            ("Bjo\u{308}rn", "Björn"),
            ("Nguye\u{302}\u{303}n", "Nguyễn"),
            ("Vie\u{323}\u{302}t", "Việt"),
            ("Vie\u{302}\u{323}t", "Việt"),
            ("Vi\u{ea}\u{323}t", "Việt"),
            ("А\u{43d}дре\u{438}\u{306}", "Андрей"),
            ("\u{1112}\u{1161}\u{11ab}\u{1100}\u{1173}\u{11af}", "한글"),
            ("か\u{3099}", "が"),
            ("q\u{301}", "q\u{301}"),
            ("\u{301}e", "\u{301}e"),
            ("plain", "plain"),
        ];
        for (given, kept) in table {
            assert_eq!(DisplayName::new(given).as_str(), kept, "{given:?}");
        }
    }

    #[test]
    fn f_6_names_that_differ_only_in_case_are_one() {
        let same =
            [("Billing", "bILLING"), ("Straße", "STRASSE"), ("Ame\u{301}lie", "AMÉLIE"), ("ΟΔΟΣ", "οδος")];
        for (one, other) in same {
            assert_eq!(DisplayName::new(one).key(), DisplayName::new(other).key(), "{one}");
        }
        assert_ne!(DisplayName::new("Amelie").key(), DisplayName::new("Amélie").key());
    }

    proptest! {
        #[test]
        fn a_key_is_the_key_of_itself(text in "[A-Za-zÀ-žά-ώЀ-ӹ]{0,20}") {
            let key = DisplayName::new(&text).key();
            prop_assert_eq!(DisplayName::new(&key).key(), key);
        }

        #[test]
        fn composing_again_changes_nothing(text in ".*") {
            let once = compose(&text);
            prop_assert_eq!(compose(&once), once.clone());
        }

        #[test]
        fn what_was_composed_is_no_longer(text in ".*") {
            prop_assert!(compose(&text).chars().count() <= text.chars().count());
        }

        #[test]
        fn taken_apart_and_composed_is_the_same(text in "[A-Za-zÀ-ž\u{1e00}-\u{1ef9}ά-ώЀ-ӹが-ポ]{0,20}") {
            let mut apart = Vec::new();
            text.chars().for_each(|c| take_apart(c, &mut apart));
            prop_assert_eq!(compose(&apart.into_iter().collect::<String>()), compose(&text));
        }
    }
}
