//! What a visitor is told about when somebody answers, in their language. The words are files under `texts/`, one a language.
//!
//! Times are those of the office's wall clock. A sentence may be read days after it was made, so none says "tomorrow". Must not know who
//! it is shown to.

use std::collections::BTreeMap;

use jiff::{SignedDuration, Timestamp, civil::DateTime, tz::TimeZone};

use super::{Look, Reply};

/// The files: the primary subtag of the language and its words.
const FILES: &[(&str, &str)] = &[
    ("de", include_str!("../../../texts/de.toml")),
    (ENGLISH, include_str!("../../../texts/en.toml")),
    ("es", include_str!("../../../texts/es.toml")),
    ("fr", include_str!("../../../texts/fr.toml")),
    ("it", include_str!("../../../texts/it.toml")),
    ("ja", include_str!("../../../texts/ja.toml")),
    ("nl", include_str!("../../../texts/nl.toml")),
    ("pl", include_str!("../../../texts/pl.toml")),
    ("pt", include_str!("../../../texts/pt.toml")),
    ("tr", include_str!("../../../texts/tr.toml")),
];
const ENGLISH: &str = "en";
/// Days ahead that a weekday names without doubt.
const A_WEEK: i32 = 7;

/// A file of words cannot be read: a fault of the build.
#[derive(Debug, thiserror::Error)]
#[error("texts/{language}.toml cannot be read: {cause}")]
pub struct WordsError {
    language: &'static str,
    cause: String,
}

/// The words of one language.
#[derive(Debug, serde::Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Words {
    weekdays: [String; 7],
    months: [String; 12],
    joint: String,
    at: At,
    within: Within,
    say: Say,
}

#[derive(Debug, serde::Deserialize)]
#[serde(deny_unknown_fields)]
struct At {
    today: String,
    weekday: String,
    date: String,
}

#[derive(Debug, serde::Deserialize)]
#[serde(deny_unknown_fields)]
struct Within {
    minute: String,
    minutes: String,
    hour: String,
    hours: String,
}

#[derive(Debug, serde::Deserialize)]
#[serde(deny_unknown_fields)]
struct Say {
    back: String,
    closed: String,
    usually: String,
    latest: String,
    soon: String,
}

/// The words of every language.
#[derive(Debug)]
pub struct Languages {
    others: BTreeMap<&'static str, Words>,
    english: Words,
}

impl Languages {
    /// Reads the files compiled in.
    ///
    /// # Errors
    /// [`WordsError`] if one cannot be read.
    pub fn load() -> Result<Self, WordsError> {
        let mut others = BTreeMap::new();
        for (language, text) in FILES {
            let words = toml::from_str::<Words>(text)
                .map_err(|error| WordsError { language, cause: error.to_string() })?;
            others.insert(*language, words);
        }
        let missing = || WordsError { language: ENGLISH, cause: "is missing".to_owned() };
        let english = others.remove(ENGLISH).ok_or_else(missing)?;
        Ok(Self { others, english })
    }

    /// The words of the first of these languages (BCP 47) that there are words of; English without one.
    pub fn first_of(&self, wanted: &[&str]) -> &Words {
        let words = |tag: &&str| {
            let primary = tag.split('-').next().unwrap_or_default().to_ascii_lowercase();
            if primary == ENGLISH { Some(&self.english) } else { self.others.get(primary.as_str()) }
        };
        wanted.iter().find_map(words).unwrap_or(&self.english)
    }
}

/// What a sentence is made of.
#[derive(Debug, Clone)]
pub struct Situation<'s> {
    /// When it is said.
    pub at: Timestamp,
    /// What holds then.
    pub look: &'s Look,
    /// What was set about replies.
    pub reply: Option<&'s Reply>,
    /// By when somebody will have answered.
    pub promised_by: Option<Timestamp>,
    /// Whose wall clock is read.
    pub zone: &'s TimeZone,
}

impl Words {
    /// What a visitor is told. A workspace's own words stand as they are, behind when people are back.
    pub fn tell(&self, situation: &Situation<'_>) -> String {
        let reply = self.reply(situation);
        if situation.look.open {
            return reply;
        }
        let back = situation.look.next_opening.map(|back| self.at(&self.say.back, back, situation));
        let closed = back.unwrap_or_else(|| self.say.closed.clone());
        [closed, reply].join(&self.joint)
    }

    fn reply(&self, situation: &Situation<'_>) -> String {
        match (situation.reply, situation.promised_by) {
            (Some(Reply::Custom(text)), _) => text.clone(),
            (Some(Reply::Minutes(minutes)), Some(by)) if is_unbroken(situation, *minutes, by) => {
                self.say.usually.replace("{within}", &self.within(*minutes))
            }
            (Some(Reply::Minutes(_)), Some(by)) => self.at(&self.say.latest, by, situation),
            (Some(Reply::Minutes(_)), None) | (None, _) => self.say.soon.clone(),
        }
    }

    fn within(&self, minutes: u32) -> String {
        match minutes {
            1 => self.within.minute.clone(),
            60 => self.within.hour.clone(),
            hours if hours.is_multiple_of(60) => {
                self.within.hours.replace("{count}", &(hours / 60).to_string())
            }
            minutes => self.within.minutes.replace("{count}", &minutes.to_string()),
        }
    }

    /// A sentence with an instant in it, as seen from when it is said.
    fn at(&self, sentence: &str, instant: Timestamp, situation: &Situation<'_>) -> String {
        let shown = |at: Timestamp| situation.zone.to_datetime(at);
        sentence.replace("{at}", &self.moment(shown(instant), shown(situation.at)))
    }

    fn moment(&self, then: DateTime, now: DateTime) -> String {
        let days = now.date().duration_until(then.date()).as_hours() / 24;
        let form = match i32::try_from(days).unwrap_or(i32::MAX) {
            0 => &self.at.today,
            1..A_WEEK => &self.at.weekday,
            _ => &self.at.date,
        };
        let weekday = named(&self.weekdays, then.date().weekday().to_monday_zero_offset());
        let month = named(&self.months, then.month() - 1);
        form.replace("{weekday}", weekday)
            .replace("{day}", &then.day().to_string())
            .replace("{month}", month)
            .replace("{time}", &format!("{:02}:{:02}", then.hour(), then.minute()))
    }
}

fn named(names: &[String], which: i8) -> &str {
    usize::try_from(which).ok().and_then(|which| names.get(which)).map_or("", String::as_str)
}

/// Whether nobody stops working between the begin of the work and the promise: only then "within an hour" is true of a clock on a wall.
fn is_unbroken(situation: &Situation<'_>, minutes: u32, by: Timestamp) -> bool {
    let begins = if situation.look.open { Some(situation.at) } else { situation.look.next_opening };
    begins.is_some_and(|begins| by.duration_since(begins) <= SignedDuration::from_mins(minutes.into()))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::hours::{OfficeHours, Span, WorkingTime};

    const TAGS: [&str; 10] = ["en", "de", "fr", "es", "it", "pt", "nl", "pl", "tr", "ja"];

    fn hours(reply: Option<Reply>) -> OfficeHours {
        let mut week: [Vec<Span>; 7] = std::array::from_fn(|_| vec![Span::new(540, 1020).unwrap()]);
        (week[5], week[6]) = (Vec::new(), Vec::new());
        OfficeHours {
            zone: "Europe/Berlin".to_owned(),
            week,
            exceptions: BTreeMap::new(),
            reply,
            language: String::new(),
        }
    }

    fn told(hours: &OfficeHours, at: &str, language: &str) -> String {
        let (at, working) = (at.parse().unwrap(), WorkingTime::of(Some(hours)));
        let look = working.look(at);
        let promised_by = match hours.reply {
            Some(Reply::Minutes(minutes)) => {
                working.after_work(at, std::time::Duration::from_mins(minutes.into()))
            }
            _ => None,
        };
        let zone = working.zone();
        let situation = Situation { at, look: &look, reply: hours.reply.as_ref(), promised_by, zone: &zone };
        Languages::load().unwrap().first_of(&[language]).tell(&situation)
    }

    #[test]
    fn every_file_can_be_read_and_each_is_in_use() {
        let languages = Languages::load().unwrap();
        assert_eq!(languages.others.len() + 1, TAGS.len());
        for tag in TAGS {
            let other = languages.first_of(&[tag]).say.back.as_str();
            assert!(tag == "en" || other != languages.english.say.back, "{tag}");
        }
    }

    #[test]
    fn a_language_is_found_by_its_primary_subtag_and_english_stands_in() {
        let languages = Languages::load().unwrap();
        for (wanted, first) in [
            (vec!["de-AT"], "Wir"),
            (vec!["PT-br"], "Estaremos"),
            (vec!["tlh", "nl"], "We zijn"),
            (vec!["en-GB", "de"], "We are"),
            (vec!["tlh"], "We are"),
            (vec!["", "de"], "Wir"),
            (vec![], "We are"),
        ] {
            assert!(languages.first_of(&wanted).say.back.starts_with(first), "{wanted:?}");
        }
    }

    #[test]
    fn who_asks_while_people_work_is_told_how_long_it_takes() {
        let within = |minutes| told(&hours(Some(Reply::Minutes(minutes))), "2026-06-10T08:00:00Z", "en");
        assert_eq!(within(1), "We usually answer within 1 minute.");
        assert_eq!(within(15), "We usually answer within 15 minutes.");
        assert_eq!(within(60), "We usually answer within 1 hour.");
        assert_eq!(within(90), "We usually answer within 90 minutes.");
        assert_eq!(within(120), "We usually answer within 2 hours.");
    }

    #[test]
    fn a_promise_that_reaches_over_a_closing_names_its_instant() {
        let hours = hours(Some(Reply::Minutes(120)));
        assert_eq!(
            told(&hours, "2026-06-10T14:00:00Z", "en"),
            "You will have an answer on Thursday at 10:00 at the latest."
        );
    }

    #[test]
    fn who_asks_while_nobody_works_is_told_when_people_are_back() {
        let soon = hours(None);
        assert_eq!(
            told(&soon, "2026-06-13T12:00:00Z", "en"),
            "We are back on Monday at 09:00. Somebody will answer as soon as possible."
        );
        let quick = hours(Some(Reply::Minutes(15)));
        assert_eq!(
            told(&quick, "2026-06-10T05:00:00Z", "en"),
            "We are back today at 09:00. We usually answer within 15 minutes."
        );
        assert_eq!(
            told(&quick, "2026-06-10T05:00:00Z", "ja"),
            "次の営業開始は本日09:00です。通常15分以内にお返事します。"
        );
        assert_eq!(
            told(&quick, "2026-06-13T12:00:00Z", "de"),
            "Wir sind am Montag um 09:00 Uhr wieder für Sie da. Wir antworten in der Regel innerhalb von 15 Minuten."
        );
    }

    #[test]
    fn further_than_a_week_a_date_is_named_and_further_than_the_horizon_nothing() {
        let mut away = hours(None);
        away.week = Default::default();
        assert_eq!(
            told(&away, "2026-06-13T12:00:00Z", "en"),
            "We are closed at the moment. Somebody will answer as soon as possible."
        );
        let new_year = crate::domain::hours::ExceptionDay::Yearly { month: 1, day: 2 };
        let spans = vec![Span::new(600, 660).unwrap()];
        away.exceptions.insert(new_year, crate::domain::hours::Exception { spans, label: String::new() });
        assert!(told(&away, "2026-06-13T12:00:00Z", "en").starts_with("We are back on 2 January at 10:00."));
        assert!(told(&away, "2026-06-13T12:00:00Z", "pl").starts_with("Wracamy 2 stycznia o 10:00."));
    }

    #[test]
    fn a_workspaces_own_words_stand_as_they_are() {
        let own = hours(Some(Reply::Custom("Ask {name} — within {within}!".to_owned())));
        assert_eq!(told(&own, "2026-06-10T08:00:00Z", "de"), "Ask {name} — within {within}!");
        assert!(told(&own, "2026-06-13T08:00:00Z", "de").ends_with(" Ask {name} — within {within}!"));
    }

    #[test]
    fn nothing_is_left_to_fill_in_and_a_promise_takes_it() {
        for tag in TAGS {
            for reply in [
                None,
                Some(Reply::Minutes(15)),
                Some(Reply::Minutes(600)),
                Some(Reply::Custom("x".repeat(300))),
            ] {
                for at in [
                    "2026-06-10T08:00:00Z",
                    "2026-06-10T14:55:00Z",
                    "2026-06-13T08:00:00Z",
                    "2026-12-26T08:00:00Z",
                ] {
                    let told = told(&hours(reply.clone()), at, tag);
                    assert!(
                        !told.contains(['{', '}']) && !told.is_empty() && told.len() <= 500,
                        "{tag}: {told}"
                    );
                }
            }
        }
    }
}
