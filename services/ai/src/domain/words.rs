//! Text as words: lower case, without accents, apostrophes and punctuation, so that what people type in a hurry still matches.
//!
//! Must not know what is looked for.

/// The words of a text.
pub fn words(text: &str) -> Vec<String> {
    split(text, |_| false).into_iter().flatten().collect()
}

/// The words of each clause of a text; a clause ends at punctuation.
pub fn clauses(text: &str) -> Vec<Vec<String>> {
    split(text, |c| matches!(c, '.' | ',' | ';' | ':' | '!' | '?' | '\n' | '–' | '—' | '(' | ')' | '…'))
}

/// The sentences of a text, trimmed, none empty. A full stop inside a word or number ends none.
pub fn sentences(text: &str) -> Vec<&str> {
    let mut found = Vec::new();
    let mut start = 0;
    let mut chars = text.char_indices().peekable();
    while let Some((at, c)) = chars.next() {
        let next = chars.peek().map(|(_, next)| *next);
        let ends = c == '\n' || (matches!(c, '.' | '!' | '?' | '…') && next.is_none_or(char::is_whitespace));
        if ends {
            let end = at + c.len_utf8();
            found.push(text.get(start..end).unwrap_or_default());
            start = end;
        }
    }
    found.push(text.get(start..).unwrap_or_default());
    found.into_iter().map(str::trim).filter(|sentence| !sentence.is_empty()).collect()
}

fn split(text: &str, ends_clause: impl Fn(char) -> bool) -> Vec<Vec<String>> {
    let mut clauses = vec![Vec::new()];
    let mut word = String::new();
    for c in text.chars() {
        if matches!(c, '\'' | '’' | '‘' | 'ʼ' | '`' | '\u{ad}') {
            continue;
        }
        if c.is_alphanumeric() || is_combining(c) {
            c.to_lowercase().for_each(|c| fold(c, &mut word));
            continue;
        }
        let clause_ends = ends_clause(c);
        if let Some(clause) = clauses.last_mut().filter(|_| !word.is_empty()) {
            clause.push(std::mem::take(&mut word));
        }
        if clause_ends {
            clauses.push(Vec::new());
        }
    }
    if let Some(clause) = clauses.last_mut().filter(|_| !word.is_empty()) {
        clause.push(word);
    }
    clauses.retain(|clause| !clause.is_empty());
    clauses
}

fn is_combining(c: char) -> bool {
    matches!(c, '\u{300}'..='\u{36f}')
}

/// Writes a lower-case character without its accent.
fn fold(c: char, word: &mut String) {
    let plain = match c {
        'à'..='å' | 'ā' | 'ă' | 'ą' => 'a',
        'ç' | 'ć' | 'č' => 'c',
        'ď' | 'đ' => 'd',
        'è'..='ë' | 'ē' | 'ė' | 'ę' | 'ě' => 'e',
        'ğ' => 'g',
        'ì'..='ï' | 'ī' | 'į' | 'ı' => 'i',
        'ł' => 'l',
        'ñ' | 'ń' | 'ň' => 'n',
        'ò'..='ö' | 'ø' | 'ō' | 'ő' => 'o',
        'ř' => 'r',
        'ś' | 'ş' | 'š' | 'ș' => 's',
        'ť' | 'ț' => 't',
        'ù'..='ü' | 'ū' | 'ů' | 'ű' => 'u',
        'ý' | 'ÿ' => 'y',
        'ź' | 'ż' | 'ž' => 'z',
        'ё' => 'е',
        'ß' => return word.push_str("ss"),
        'æ' => return word.push_str("ae"),
        'œ' => return word.push_str("oe"),
        _ if is_combining(c) => return,
        _ => c,
    };
    word.push(plain);
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn words_have_neither_case_nor_accents_nor_punctuation() {
        let table = [
            ("I don’t KNOW!", "i dont know"),
            ("Möchte größere Füße", "mochte grossere fusse"),
            ("İstanbul'da çalışıyor musunuz?", "istanbulda calisiyor musunuz"),
            ("Cześć, człowieku", "czesc czlowieku"),
            ("Позовите ещё кого-то", "позовите еще кого то"),
            ("e\u{301}te\u{301}", "ete"),
            (" ... ", ""),
        ];
        for (text, expected) in table {
            assert_eq!(words(text).join(" "), expected, "{text}");
        }
    }

    #[test]
    fn a_sentence_does_not_end_inside_a_number() {
        assert_eq!(
            sentences("It costs 3.50 EUR. Free above 40.\nAsk us"),
            ["It costs 3.50 EUR.", "Free above 40.", "Ask us"]
        );
    }

    proptest! {
        #[test]
        fn any_text_is_read_without_a_panic(text in ".*") {
            let all: Vec<String> = clauses(&text).concat();
            prop_assert!(words(&text).iter().all(|word| !word.is_empty()));
            prop_assert!(all.iter().all(|word| !word.is_empty()));
            prop_assert!(sentences(&text).iter().all(|sentence| text.contains(sentence)));
        }
    }
}
