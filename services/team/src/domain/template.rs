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
    pub fn render(&self, values: &HashMap<String, String>) -> Rendered {
        let value = |name: &str| values.get(name).filter(|value| !value.is_empty());
        let written = |part: &Part| match part {
            Part::Text(text) => text.clone(),
            Part::Place(place) => {
                let chosen = value(&place.name).or(place.fallback.as_ref());
                chosen.or(self.fallback(&place.name)).unwrap_or(&place.written).clone()
            }
        };
        let lacks = |variable: &&Variable| variable.fallback.is_none() && value(&variable.name).is_none();
        let missing = self.variables.iter().filter(lacks).map(|variable| variable.name.clone());
        Rendered { text: self.parts.iter().map(written).collect(), missing: missing.collect() }
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
            assert_eq!(read(text).render(&values(&[("a", "!")])).text, text);
        }
    }

    #[test]
    fn the_inner_braces_count() {
        let rendered = |text: &str| read(text).render(&values(&[("a", "1"), ("b", "2")])).text;
        assert_eq!(rendered("{{{a}}}"), "{1}");
        assert_eq!(rendered("{{{{a}}}}"), "{{1}}");
        assert_eq!(rendered("{{a|{{b}}}}"), "{{a|2}}");
        assert_eq!(rendered("{{a {{b}} }}"), "{{a 2 }}");
    }

    #[test]
    fn a_value_beats_a_fallback_and_without_either_it_stays_and_is_named() {
        let text = read("{{c}} {{a}} {{b|bee}} {{ c }}");
        let empty =
            Rendered { text: "{{c}} {{a}} bee {{ c }}".into(), missing: vec!["c".into(), "a".into()] };
        assert_eq!(text.render(&HashMap::new()), empty);
        assert_eq!(text.render(&values(&[("a", ""), ("b", "")])), empty, "an empty value is none");
        let given = text.render(&values(&[("a", "1"), ("b", "2"), ("c", "3"), ("d", "4")]));
        assert_eq!(given, Rendered { text: "3 1 2 3".into(), missing: Vec::new() });
    }

    #[test]
    fn a_fallback_written_once_holds_wherever_the_variable_stands_without_one() {
        let rendered = read("{{a}} {{a|x}} {{a|y}}").render(&HashMap::new());
        assert_eq!(rendered, Rendered { text: "x x y".into(), missing: Vec::new() });
    }

    #[test]
    fn what_is_put_in_is_not_looked_at_again() {
        let rendered = read("{{a}}{{b}}").render(&values(&[("a", "{{b}}"), ("b", "{{a}}")]));
        assert_eq!(rendered.text, "{{b}}{{a}}");
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
            assert_eq!(read(&text).render(&HashMap::new()).text.len(), text.len());
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
                prop_assert_eq!(template.render(&HashMap::new()).text, text);
            }
        }

        #[test]
        fn with_a_value_for_each_nothing_is_missing_and_no_variable_is_left(text in "[{}a-c|. ]{0,60}", value in "[x-z]{1,5}") {
            let template = read(&text);
            let values = template.variables().iter().map(|v| (v.name.clone(), value.clone())).collect();
            let rendered = template.render(&values);
            prop_assert!(rendered.missing.is_empty());
            let places = template.parts.iter().filter(|part| matches!(part, Part::Place(_))).count();
            prop_assert_eq!(rendered.text.matches(['x', 'y', 'z']).count(), places * value.len());
        }
    }
}
