//! The parts of a mail in the order of the templates, clean and short enough. Must not know of HTML: the template escapes.

use serde::Serialize;

use super::words::{Words, fill};
use crate::domain::{
    kind::Kind,
    letter::{LetterContent, Quoted, clean},
};

/// The longest name, in characters.
pub const NAME: usize = 80;
/// The most lines of a brief, and the longest.
const BRIEF_LINES: usize = 10;
const BRIEF_LINE: usize = 300;
/// The most messages, and the longest.
const MESSAGES: usize = 10;
const MESSAGE: usize = 2000;
/// The longest beginning that mail programs show beside the subject.
const PREVIEW: usize = 120;

/// What the templates are filled in with; they name every field.
#[derive(Debug, Serialize)]
pub struct Parts<'p> {
    language: &'static str,
    subject: &'p str,
    preview: String,
    heading: String,
    intro: String,
    facts: Vec<Fact<'p>>,
    brief_heading: &'p str,
    brief: Vec<String>,
    messages_heading: &'p str,
    messages: Vec<Said>,
    /// Empty unless something was left out.
    earlier: &'p str,
    button: &'p str,
    link: &'p str,
    from: String,
    why: String,
    stop: &'p str,
    unsubscribe_link: &'p str,
}

#[derive(Debug, Serialize)]
struct Fact<'p> {
    label: &'p str,
    value: String,
}

#[derive(Debug, Serialize)]
struct Said {
    author: String,
    at: String,
    lines: Vec<String>,
    #[serde(skip)]
    cut: bool,
}

impl<'p> Parts<'p> {
    /// The parts of this letter. A visitor is shown what was written to them, and nothing that the staff knows.
    pub fn of(
        words: &'p Words,
        language: &'static str,
        subject: &'p str,
        content: &'p LetterContent,
    ) -> Self {
        let said = words.of(content.kind);
        let business = clean::isolated(business(words, content));
        let to_staff = content.kind != Kind::VisitorReply;
        let messages = messages(words, content);
        let left_out = content.messages.len() > messages.len() || messages.iter().any(|said| said.cut);
        let intro = fill(&said.intro, &[("business", &business)]);
        Self {
            language,
            subject,
            preview: preview(&messages).unwrap_or_else(|| intro.clone()),
            heading: fill(&said.heading, &[("business", &business)]),
            intro,
            facts: if to_staff { facts(words, content) } else { Vec::new() },
            brief_heading: &words.headings.brief,
            brief: if to_staff { brief(&content.brief) } else { Vec::new() },
            messages_heading: if to_staff { &words.headings.messages } else { "" },
            messages,
            earlier: if left_out { &words.headings.earlier } else { "" },
            button: &said.button,
            link: &content.link,
            from: fill(&words.footer.from, &[("business", &business)]),
            why: fill(&said.why, &[("business", &business)]),
            stop: &words.footer.stop,
            unsubscribe_link: &content.unsubscribe_link,
        }
    }
}

/// What the business calls itself, or a word for it. Never as whom the mail comes: that may be a name for the sender alone.
pub fn business(words: &Words, content: &LetterContent) -> String {
    or(clean::line(&content.workspace_name, NAME), &words.names.business)
}

/// The first that is not empty.
pub fn or(text: String, other: &str) -> String {
    if text.is_empty() { other.to_owned() } else { text }
}

fn facts<'p>(words: &'p Words, content: &LetterContent) -> Vec<Fact<'p>> {
    let labels = &words.facts;
    let named = |name: &str| Some(clean::line(name, NAME)).filter(|name| !name.is_empty());
    [
        (&labels.contact, named(&content.contact_name)),
        (&labels.reason, content.handoff_reason.map(|reason| words.reason(reason).to_owned())),
        (&labels.priority, content.priority.map(|priority| words.priority(priority).to_owned())),
        (&labels.team, content.team_name.as_deref().and_then(named)),
        (&labels.assistant, named(&content.assistant_name)),
    ]
    .into_iter()
    .filter_map(|(label, value)| Some(Fact { label, value: clean::isolated(value?) }))
    .collect()
}

fn brief(lines: &[String]) -> Vec<String> {
    let clean = lines.iter().map(|line| clean::line(line, BRIEF_LINE));
    clean.filter(|line| !line.is_empty()).take(BRIEF_LINES).map(clean::isolated).collect()
}

fn messages(words: &Words, content: &LetterContent) -> Vec<Said> {
    let unnamed = match content.kind {
        Kind::VisitorReply => business(words, content),
        _ => or(clean::line(&content.contact_name, NAME), &words.facts.contact),
    };
    let skipped = content.messages.len().saturating_sub(MESSAGES);
    content.messages.iter().skip(skipped).map(|quoted| said(quoted, &unnamed)).collect()
}

fn said(quoted: &Quoted, unnamed: &str) -> Said {
    let (whole, shown) = (clean::lines(&quoted.text, usize::MAX), clean::lines(&quoted.text, MESSAGE));
    Said {
        author: clean::isolated(or(clean::line(&quoted.author, NAME), unnamed)),
        at: quoted.at.strftime("%Y-%m-%d %H:%M UTC").to_string(),
        lines: shown.split('\n').map(|line| clean::isolated(line.to_owned())).collect(),
        cut: whole != shown,
    }
}

/// The newest words: what its reader wants to know first.
fn preview(messages: &[Said]) -> Option<String> {
    let newest = messages.last()?;
    Some(clean::cut(&newest.lines.join(" "), PREVIEW))
}
