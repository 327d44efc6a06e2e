//! A text with variables, `{{name}}` or `{{name|fallback}}`: found in one pass, replaced in one pass.
//!
//! Whatever is no variable is text: braces without their partners, names with other letters. What is put in is never
//! looked at again. Must not know what a variable stands for.

use std::{collections::HashMap, str::FromStr};

/// The most characters a variable's name has.
pub const LONGEST_NAME: usize = 40;

/// A variable of a text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Variable {
    /// By what its value is given.
    pub name: String,
    /// What stands for it without a value: the first fallback that is written for it.
    pub fallback: Option<String>,
}

/// A text with variables.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Template {
    text: String,
    parts: Vec<Part>,
    variables: Vec<Variable>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
enum Part {
    Text(String),
    Place(Place),
}

/// Where a variable stands.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Place {
    name: String,
    fallback: Option<String>,
    /// As it stands in the text, braces included.
    written: String,
}

/// More variables than anybody fills in.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("must have at most {} different variables", Template::MOST_VARIABLES)]
pub struct TooManyVariables;

/// A text whose variables were replaced.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Rendered {
    /// The text.
    pub text: String,
    /// Variables that have neither a value nor a fallback and stand as they did, by first place.
    pub missing: Vec<String>,
}

/// A text that would become longer than it may.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("the text would have {bytes} bytes")]
pub struct TooLong {
    /// How long it would be, bytes of UTF-8.
    pub bytes: usize,
    /// What takes up most of it; `None` where it has no variables.
    pub variable: Option<String>,
}

/// Whether a variable may be called so.
pub fn is_name(text: &str) -> bool {
    let harmless = |b: u8| b.is_ascii_lowercase() || b.is_ascii_digit() || matches!(b, b'_' | b'.');
    (1..=LONGEST_NAME).contains(&text.len()) && text.bytes().all(harmless)
}

impl Template {
    /// The most different variables of one text.
    pub const MOST_VARIABLES: usize = 20;

    /// The text as written.
    pub fn as_str(&self) -> &str {
        &self.text
    }

    /// What stands in it, each once, by first place.
    pub fn variables(&self) -> &[Variable] {
        &self.variables
    }

    /// The text with values for its variables. An empty value is none; a place without a fallback of its own takes its variable's.
    ///
    /// # Errors
    /// [`TooLong`] if it would have more than `most` bytes; it is measured before it is made.
    pub fn render(&self, values: &HashMap<String, String>, most: usize) -> Result<Rendered, TooLong> {
        let written: Vec<&str> = self.parts.iter().map(|part| self.written(part, values)).collect();
        let bytes = written.iter().map(|text| text.len()).sum();
        if bytes > most {
            return Err(TooLong { bytes, variable: self.longest(values) });
        }
        let lacks =
            |variable: &&Variable| variable.fallback.is_none() && value(values, &variable.name).is_none();
        let missing = self.variables.iter().filter(lacks).map(|variable| variable.name.clone());
        Ok(Rendered { text: written.concat(), missing: missing.collect() })
    }

    fn written<'a>(&'a self, part: &'a Part, values: &'a HashMap<String, String>) -> &'a str {
        match part {
            Part::Text(text) => text,
            Part::Place(place) => {
                let chosen = value(values, &place.name).or(place.fallback.as_ref());
                chosen.or(self.fallback(&place.name)).unwrap_or(&place.written)
            }
        }
    }

    /// The variable that takes up most of the text.
    fn longest(&self, values: &HashMap<String, String>) -> Option<String> {
        let is_of = |part: &&Part, name: &str| matches!(part, Part::Place(place) if place.name == name);
        let bytes = |name: &str| -> usize {
            self.parts
                .iter()
                .filter(|part| is_of(part, name))
                .map(|part| self.written(part, values).len())
                .sum()
        };
        let longest = self.variables.iter().max_by_key(|variable| bytes(&variable.name));
        longest.map(|variable| variable.name.clone())
    }

    fn fallback(&self, name: &str) -> Option<&String> {
        self.variables.iter().find(|variable| variable.name == name)?.fallback.as_ref()
    }
}

impl FromStr for Template {
    type Err = TooManyVariables;

    fn from_str(text: &str) -> Result<Self, TooManyVariables> {
        let parts = parts(text);
        let variables = variables(&parts)?;
        Ok(Self { text: text.to_owned(), parts, variables })
    }
}

fn value<'a>(values: &'a HashMap<String, String>, name: &str) -> Option<&'a String> {
    values.get(name).filter(|value| !value.is_empty())
}

/// Each piece behind an opening pair of braces is looked at once, and none of them has another pair in it.
fn parts(text: &str) -> Vec<Part> {
    let mut pieces = text.split("{{");
    let mut parts: Vec<Part> =
        pieces.next().map(|before| Part::Text(before.to_owned())).into_iter().collect();
    for piece in pieces {
        // Of three braces the inner two open.
        let (outer, inner) = piece.strip_prefix('{').map_or(("", piece), |inner| ("{", inner));
        match inner.split_once("}}").and_then(|(inside, after)| Some((Place::read(inside)?, after))) {
            Some((place, after)) => {
                parts.extend([Part::Text(outer.to_owned()), Part::Place(place), Part::Text(after.to_owned())])
            }
            None => parts.push(Part::Text(format!("{{{{{piece}"))),
        }
    }
    parts
}

fn variables(parts: &[Part]) -> Result<Vec<Variable>, TooManyVariables> {
    let mut variables: Vec<Variable> = Vec::new();
    for part in parts {
        let Part::Place(Place { name, fallback, .. }) = part else { continue };
        if let Some(known) = variables.iter_mut().find(|variable| variable.name == *name) {
            known.fallback = known.fallback.take().or_else(|| fallback.clone());
            continue;
        }
        if variables.len() == Template::MOST_VARIABLES {
            return Err(TooManyVariables);
        }
        variables.push(Variable { name: name.clone(), fallback: fallback.clone() });
    }
    Ok(variables)
}

impl Place {
    /// What stands between the braces, if it is a variable. Spaces around its name do not count.
    fn read(inside: &str) -> Option<Self> {
        let (name, fallback) = inside.split_once('|').map_or((inside, None), |(name, f)| (name, Some(f)));
        let name = name.trim_matches(' ');
        is_name(name).then(|| Self {
            name: name.to_owned(),
            fallback: fallback.map(str::to_owned),
            written: format!("{{{{{inside}}}}}"),
        })
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn read(text: &str) -> Template {
        text.parse().unwrap()
    }

    fn values(given: &[(&str, &str)]) -> HashMap<String, String> {
        given.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect()
    }

    fn rendered(text: &Template, given: &HashMap<String, String>) -> Rendered {
        text.render(given, usize::MAX).unwrap()
    }

    /// Names and fallbacks.
    fn found(text: &str) -> Vec<(String, Option<String>)> {
        read(text).variables().iter().map(|v| (v.name.clone(), v.fallback.clone())).collect()
    }

    #[test]
    fn variables_are_found_each_once_by_first_place() {
        let found_in = |text: &str, expected: &[(&str, Option<&str>)]| {
            let expected: Vec<_> =
                expected.iter().map(|(n, f)| ((*n).to_owned(), f.map(str::to_owned))).collect();
            assert_eq!(found(text), expected, "{text}");
        };
        found_in("Hi {{contact.name}}!", &[("contact.name", None)]);
        found_in("Hi {{contact.name|there}}!", &[("contact.name", Some("there"))]);
        found_in("{{b}}{{a|x}}{{b}}{{a|y}}", &[("b", None), ("a", Some("x"))]);
        found_in("{{a}} {{a|later}}", &[("a", Some("later"))]);
        found_in("{{a|}}", &[("a", Some(""))]);
        found_in("{{ a_1 | two words }}", &[("a_1", Some(" two words "))]);
        found_in("{{a|one|two}}", &[("a", Some("one|two"))]);
        found_in("{{a|{x}}", &[("a", Some("{x"))]);
    }

    #[test]
    fn what_is_no_variable_is_text() {
        let longest = "x".repeat(LONGEST_NAME);
        assert_eq!(found(&format!("{{{{{longest}}}}}")).len(), 1);
        let too_long = format!("{{{{x{longest}}}}}");
        for text in [
            "", "{", "{{", "}}", "{{}}", "{{|x}}", "{{a", "{{a}", "{a}}", "{{a b}}", "{{Äa}}", "{{A}}",
            &too_long,
        ] {
            assert_eq!(found(text), [], "{text}");
            assert_eq!(rendered(&read(text), &values(&[("a", "!")])).text, text);
        }
    }

    #[test]
    fn the_inner_braces_count() {
        let said = |text: &str| rendered(&read(text), &values(&[("a", "1"), ("b", "2")])).text;
        assert_eq!(said("{{{a}}}"), "{1}");
        assert_eq!(said("{{{{a}}}}"), "{{1}}");
        assert_eq!(said("{{a|{{b}}}}"), "{{a|2}}");
        assert_eq!(said("{{a {{b}} }}"), "{{a 2 }}");
    }

    #[test]
    fn a_value_beats_a_fallback_and_without_either_it_stays_and_is_named() {
        let text = read("{{c}} {{a}} {{b|bee}} {{ c }}");
        let empty =
            Rendered { text: "{{c}} {{a}} bee {{ c }}".into(), missing: vec!["c".into(), "a".into()] };
        assert_eq!(rendered(&text, &HashMap::new()), empty);
        assert_eq!(rendered(&text, &values(&[("a", ""), ("b", "")])), empty, "an empty value is none");
        let given = rendered(&text, &values(&[("a", "1"), ("b", "2"), ("c", "3"), ("d", "4")]));
        assert_eq!(given, Rendered { text: "3 1 2 3".into(), missing: Vec::new() });
    }

    #[test]
    fn a_fallback_written_once_holds_wherever_the_variable_stands_without_one() {
        let said = rendered(&read("{{a}} {{a|x}} {{a|y}}"), &HashMap::new());
        assert_eq!(said, Rendered { text: "x x y".into(), missing: Vec::new() });
    }

    #[test]
    fn what_is_put_in_is_not_looked_at_again() {
        let said = rendered(&read("{{a}}{{b}}"), &values(&[("a", "{{b}}"), ("b", "{{a}}")]));
        assert_eq!(said.text, "{{b}}{{a}}");
    }

    #[test]
    fn a_text_that_would_be_too_long_is_not_made_and_what_makes_it_so_is_named() {
        let text = read("ä {{a}} {{b|bee}} {{a}}");
        let given = values(&[("a", "12345")]);
        assert_eq!(text.render(&given, 18).unwrap().text, "ä 12345 bee 12345");
        let too_long = |variable: &str, bytes| TooLong { bytes, variable: Some(variable.to_owned()) };
        assert_eq!(text.render(&given, 17), Err(too_long("a", 18)));
        assert_eq!(text.render(&values(&[("a", "1"), ("b", "123")]), 9), Err(too_long("b", 10)));
        let fallback = read("{{a|123456}}{{b}}{{a}}");
        assert_eq!(fallback.render(&values(&[("b", "12345")]), 16), Err(too_long("a", 17)));
        assert_eq!(read("ä").render(&given, 1), Err(TooLong { bytes: 2, variable: None }));
    }

    #[test]
    fn a_text_has_at_most_20_different_variables() {
        let many = |n: usize| (0..n).map(|n| format!("{{{{v{n}}}}}")).collect::<String>();
        assert_eq!(read(&many(20).repeat(3)).variables().len(), 20);
        assert_eq!(many(21).parse::<Template>(), Err(TooManyVariables));
    }

    #[test]
    fn a_long_text_is_read_as_fast_as_it_is_long() {
        // Whatever looked twice at what it looked at before would be at it for hours.
        for hard in ["{", "{{", "{{a|", "{{a}", "{{a}}", "}", "{{{", "{{a|{{a}}"] {
            let text = hard.repeat(300_000);
            assert_eq!(rendered(&read(&text), &HashMap::new()).text.len(), text.len());
        }
    }

    proptest! {
        #[test]
        fn every_text_is_read_and_comes_back_whole_without_values_and_fallbacks(
            text in prop_oneof!["[{}a. ]{0,60}", "\\PC{0,60}", "[{}a-c|]{0,40}"]
        ) {
            let template = read(&text);
            let places = template.parts.iter().map(|part| match part {
                Part::Text(text) => text.as_str(),
                Part::Place(place) => &place.written,
            });
            prop_assert_eq!(places.collect::<String>(), text.clone());
            if template.variables().iter().all(|variable| variable.fallback.is_none()) {
                prop_assert_eq!(rendered(&template, &HashMap::new()).text, text);
            }
        }

        #[test]
        fn with_a_value_for_each_nothing_is_missing_and_no_variable_is_left(text in "[{}a-c|. ]{0,60}", value in "[x-z]{1,5}") {
            let template = read(&text);
            let values: HashMap<_, _> =
                template.variables().iter().map(|v| (v.name.clone(), value.clone())).collect();
            let said = rendered(&template, &values);
            prop_assert!(said.missing.is_empty());
            let places = template.parts.iter().filter(|part| matches!(part, Part::Place(_))).count();
            prop_assert_eq!(said.text.matches(['x', 'y', 'z']).count(), places * value.len());
            prop_assert_eq!(template.render(&values, said.text.len()), Ok(said.clone()));
            if let Some(less) = said.text.len().checked_sub(1) {
                prop_assert_eq!(template.render(&values, less).map_err(|too| too.bytes), Err(less + 1));
            }
        }
    }
}
