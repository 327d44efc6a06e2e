//! Briefs, both ways. What comes is data of a model: every bound of the contract is checked here.

use baton_kit::door::fields::Fields;
use baton_proto::conversation::v1 as wire;

use super::time;
use crate::domain::brief::{Brief, BriefLine, Findings};

/// The most lines of a brief.
const MOST_LINES: usize = 20;
/// The most messages a line rests on.
const MOST_SEQUENCES: usize = 8;
/// The longest line, bytes of UTF-8.
const LONGEST_LINE: usize = 1000;
/// The longest language tag, characters.
const LONGEST_LANGUAGE: usize = 35;

/// A brief for the staff. There is no visitor's view of it.
pub fn brief(it: &Brief) -> wire::Brief {
    wire::Brief {
        id: it.id.to_string(),
        handoff_id: it.handoff.to_string(),
        engine: it.findings.engine as i32,
        lines: it.findings.lines.iter().map(line).collect(),
        sentiment: it.findings.sentiment.map_or(0, |sentiment| sentiment as i32),
        language: it.findings.language.clone(),
        up_to_sequence: it.findings.up_to_sequence,
        create_time: Some(time(it.created_at)),
        revision: it.revision,
    }
}

fn line(it: &BriefLine) -> wire::BriefLine {
    wire::BriefLine { kind: it.kind as i32, text: it.text.clone(), sequences: it.sequences.clone() }
}

/// Reads what somebody found out.
pub fn findings(fields: &mut Fields, wire: Option<wire::Brief>) -> Option<Findings> {
    let wire = fields.present("brief", wire)?;
    let engine = fields.choice("brief.engine", wire.engine);
    let sentiment = fields.choice_or_none("brief.sentiment", wire.sentiment);
    let language = language(fields, &wire.language);
    let up_to_sequence = fields.within("brief.up_to_sequence", wire.up_to_sequence, 0..=i64::MAX);
    let lines = lines(fields, wire.lines);
    Some(Findings {
        engine: engine?,
        lines: lines?,
        sentiment: sentiment?,
        language: language?,
        up_to_sequence: up_to_sequence?,
    })
}

fn lines(fields: &mut Fields, wire: Vec<wire::BriefLine>) -> Option<Vec<BriefLine>> {
    if wire.len() > MOST_LINES {
        fields.fault("brief.lines", format_args!("must be at most {MOST_LINES}"));
        return None;
    }
    // Collected first, so that the faults of every line are told.
    let read: Vec<Option<BriefLine>> = wire.into_iter().map(|line| read_line(fields, line)).collect();
    read.into_iter().collect()
}

fn read_line(fields: &mut Fields, wire: wire::BriefLine) -> Option<BriefLine> {
    let kind = fields.choice("brief.lines.kind", wire.kind);
    let text = fields.text("brief.lines.text", &wire.text, 1..=LONGEST_LINE);
    let sequences = sequences(fields, wire.sequences);
    Some(BriefLine { kind: kind?, text: text?, sequences: sequences? })
}

/// One that names no message is no fault: it is dropped with its line where the thread is known.
fn sequences(fields: &mut Fields, wire: Vec<i64>) -> Option<Vec<i64>> {
    if wire.len() > MOST_SEQUENCES {
        fields.fault("brief.lines.sequences", format_args!("must be at most {MOST_SEQUENCES}"));
        return None;
    }
    if !wire.is_sorted_by(|one, next| one < next) {
        fields.fault("brief.lines.sequences", "must rise");
        return None;
    }
    Some(wire)
}

fn language(fields: &mut Fields, given: &str) -> Option<String> {
    let plain = given.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-');
    if plain && given.len() <= LONGEST_LANGUAGE {
        return Some(given.to_owned());
    }
    fields.fault(
        "brief.language",
        format_args!("must be a BCP 47 tag of at most {LONGEST_LANGUAGE} characters"),
    );
    None
}
