//! What a model reports of a handoff: the schema it was given, checked strictly, and what it means.
//!
//! A report that is not of the schema is none. One that is may still say anything: it goes through the same gate as every insight. Must
//! not know how a model is reached.

use serde::Deserialize;

use super::{Brief, Insight, Line, LineKind, MAX_LINES, Maker, Priority, Urgency};
use crate::domain::{mood::Sentiment, thread::Thread};

/// The tool's name.
pub const REPORT: &str = "report";
/// The longest report, bytes.
const MAX_BYTES: usize = 64 * 1024;

/// A call that reports nothing.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("the model's report is not of its schema")]
pub struct ReportFault;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Report {
    lines: Vec<Said>,
    sentiment: Mood,
    language: String,
    priority: Level,
    priority_reason: String,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Said {
    kind: Kind,
    text: String,
    sequences: Vec<i64>,
}

#[derive(Deserialize)]
#[serde(rename_all = "snake_case")]
enum Kind {
    Wish,
    Tried,
    Promised,
    Fact,
    OpenQuestion,
}

#[derive(Deserialize)]
#[serde(rename_all = "snake_case")]
enum Mood {
    Positive,
    Neutral,
    Negative,
}

#[derive(Deserialize)]
#[serde(rename_all = "snake_case")]
enum Level {
    Low,
    Medium,
    High,
    Urgent,
}

/// What a model found out, from its call, held against the thread.
///
/// # Errors
/// If it is no such call, or nothing of it has support in the thread.
pub fn insight_of(
    name: &str,
    arguments: &str,
    thread: &Thread,
    with_urgency: bool,
) -> Result<Insight, ReportFault> {
    if name != REPORT || arguments.len() > MAX_BYTES {
        return Err(ReportFault);
    }
    let report: Report = serde_json::from_str(arguments).map_err(|_| ReportFault)?;
    if report.lines.len() > MAX_LINES {
        return Err(ReportFault);
    }
    let urgency = Urgency { priority: priority_of(&report.priority), reason: report.priority_reason };
    let brief = Brief {
        maker: Maker::Model,
        lines: report.lines.into_iter().map(line_of).collect(),
        sentiment: Some(sentiment_of(&report.sentiment)),
        language: report.language,
        up_to: 0,
    };
    let made = Insight { brief, urgency: with_urgency.then_some(urgency) }.checked(thread);
    let whole = !made.brief.lines.is_empty() && made.urgency.is_some() == with_urgency;
    if whole { Ok(made) } else { Err(ReportFault) }
}

fn line_of(said: Said) -> Line {
    let kind = match said.kind {
        Kind::Wish => LineKind::Wish,
        Kind::Tried => LineKind::Tried,
        Kind::Promised => LineKind::Promised,
        Kind::Fact => LineKind::Fact,
        Kind::OpenQuestion => LineKind::OpenQuestion,
    };
    Line { kind, text: said.text, sequences: said.sequences }
}

fn sentiment_of(mood: &Mood) -> Sentiment {
    match mood {
        Mood::Positive => Sentiment::Positive,
        Mood::Neutral => Sentiment::Neutral,
        Mood::Negative => Sentiment::Negative,
    }
}

fn priority_of(level: &Level) -> Priority {
    match level {
        Level::Low => Priority::Low,
        Level::Medium => Priority::Medium,
        Level::High => Priority::High,
        Level::Urgent => Priority::Urgent,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::thread::tests::thread;

    const FINE: &str = r#"{"lines":[{"kind":"wish","text":"wants a refund","sequences":[1]},
        {"kind":"fact","text":"made up","sequences":[7]}],
        "sentiment":"negative","language":"en","priority":"high","priority_reason":"upset"}"#;

    fn read(arguments: &str) -> Result<Insight, ReportFault> {
        insight_of(REPORT, arguments, &thread(&["refund!"]), true)
    }

    #[test]
    fn a_report_of_the_schema_is_read_without_what_has_no_support() {
        let made = read(FINE).unwrap();
        assert_eq!(made.brief.lines.len(), 1);
        assert_eq!((made.brief.maker, made.brief.up_to), (Maker::Model, 1));
        assert_eq!(made.urgency.unwrap().priority, Priority::High);
        assert_eq!(insight_of(REPORT, FINE, &thread(&["x"]), false).unwrap().urgency, None);
    }

    #[test]
    fn s_85_a_forged_report_is_none() {
        let forged = [
            FINE.replace("\"high\"", "\"critical\""),
            FINE.replace("\"high\"", "4"),
            FINE.replace("\"language\"", "\"assignee\":\"mem_1\",\"language\""),
            FINE.replace("\"kind\":\"wish\"", "\"kind\":\"wish\",\"html\":\"<b>\""),
            FINE.replace("\"wish\"", "\"command\""),
            FINE.replace("[1]", "[\"1\"]"),
            FINE.replace("[1]", "[9]"),
            FINE.replace("\"upset\"", "\" \""),
            FINE.replace("wants a refund", &"x".repeat(MAX_BYTES)),
            FINE.get(..60).unwrap().to_owned(),
            String::new(),
            "[]".to_owned(),
        ];
        for arguments in forged {
            assert_eq!(
                read(&arguments),
                Err(ReportFault),
                "{}",
                arguments.chars().take(300).collect::<String>()
            );
        }
        assert_eq!(insight_of("assign", FINE, &thread(&["x"]), true), Err(ReportFault));
    }
}
