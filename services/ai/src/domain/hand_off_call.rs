//! The one tool a model has: what its arguments must be, and what they mean. Checked strictly, for it changes who speaks.
//!
//! Must not know how a model is reached.

use serde::Deserialize;

use super::decision::HandoffReason;

/// Its name.
pub const HAND_OFF: &str = "hand_off";
/// The longest note, characters.
const MAX_NOTE: usize = 500;

/// Why a call hands nothing over.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum CallFault {
    /// A tool that was not offered.
    #[error("a tool was called that was not offered")]
    NotOffered,
    /// Arguments that are not what was asked for.
    #[error("the arguments of the tool are not of its schema")]
    Schema,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Arguments {
    reason: Reason,
    note: Option<String>,
}

#[derive(Deserialize)]
#[serde(rename_all = "snake_case")]
enum Reason {
    VisitorRequest,
    Instructions,
    NoAnswer,
    NegativeMood,
}

/// Why a model hands over, from its call. The note only has to be well-formed: what the staff reads is the brief.
///
/// # Errors
/// If it is no call that hands over.
pub fn reason_of(name: &str, arguments: &str) -> Result<HandoffReason, CallFault> {
    if name != HAND_OFF {
        return Err(CallFault::NotOffered);
    }
    let arguments: Arguments = serde_json::from_str(arguments).map_err(|_| CallFault::Schema)?;
    if arguments.note.is_some_and(|note| note.chars().count() > MAX_NOTE) {
        return Err(CallFault::Schema);
    }
    Ok(match arguments.reason {
        Reason::VisitorRequest => HandoffReason::VisitorRequest,
        Reason::Instructions => HandoffReason::AiDecision,
        Reason::NoAnswer => HandoffReason::NoAnswer,
        Reason::NegativeMood => HandoffReason::NegativeMood,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn g_h3_only_a_call_of_exactly_this_schema_hands_over() {
        assert_eq!(reason_of(HAND_OFF, r#"{"reason":"instructions"}"#), Ok(HandoffReason::AiDecision));
        let noted = r#"{"reason":"visitor_request","note":"wants a refund"}"#;
        assert_eq!(reason_of(HAND_OFF, noted), Ok(HandoffReason::VisitorRequest));
        let long = format!(r#"{{"reason":"no_answer","note":"{}"}}"#, "x".repeat(501));
        let faulty = [
            "",
            "{",
            "[]",
            "\"no_answer\"",
            "{}",
            r#"{"reason":"boredom"}"#,
            r#"{"reason":["no_answer"]}"#,
            r#"{"reason":"no_answer","priority":"URGENT"}"#,
            r#"{"reason":"no_answer"} and more"#,
            &long,
        ];
        for arguments in faulty {
            assert_eq!(reason_of(HAND_OFF, arguments), Err(CallFault::Schema), "{arguments}");
        }
        assert_eq!(reason_of("resolve", r#"{"reason":"no_answer"}"#), Err(CallFault::NotOffered));
    }

    #[test]
    fn every_reason_that_a_model_is_offered_is_understood() {
        let tool: serde_json::Value =
            serde_json::from_str(include_str!("../../prompts/answer/hand_off.v1.json")).unwrap();
        assert_eq!(tool["name"], HAND_OFF);
        for reason in tool["schema"]["properties"]["reason"]["enum"].as_array().unwrap() {
            assert!(reason_of(HAND_OFF, &format!(r#"{{"reason":{reason}}}"#)).is_ok(), "{reason}");
        }
        assert_eq!(tool["schema"]["properties"]["note"]["maxLength"], MAX_NOTE);
    }
}
