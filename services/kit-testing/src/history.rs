//! The judge of a run: what clients were told, against what is stored and what subscribers saw.
//!
//! A pure function over recorded histories. Knows lanes (whatever is numbered 1, 2, 3 …) and keys, not
//! what they stand for.

use std::collections::{BTreeMap, BTreeSet};

use serde::{Deserialize, Serialize};

/// What a client was told.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Outcome {
    /// It is done, under this number.
    Ok(i64),
    /// It is not done.
    Fail,
    /// Nobody knows: time-out or broken connection.
    Unknown,
}

/// One call by one client, written as a line of JSON before it is forgotten.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Call {
    /// When it began, on the run's clock.
    pub invoked: u64,
    /// When it ended.
    pub returned: u64,
    /// Who called.
    pub client: String,
    /// What is numbered.
    pub lane: String,
    /// The client's own id of the thing; a retry has the same.
    pub key: String,
    /// What came back.
    pub outcome: Outcome,
}

/// One thing as it is stored or was seen.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Entry {
    /// What is numbered.
    pub lane: String,
    /// Its number.
    pub sequence: i64,
    /// The client's own id of it.
    pub key: String,
}

/// What was found. Each finding is a sentence.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Verdict {
    /// Acknowledged, but not stored, or stored, but missed by a subscriber.
    pub lost: Vec<String>,
    /// One thing under two numbers, or two under one.
    pub duplicated: Vec<String>,
    /// Stored or seen, but never asked for, refused, or under another number than was told.
    pub unexpected: Vec<String>,
    /// Of unknown outcome, and it landed: no fault.
    pub recovered: Vec<String>,
    /// Numbered or first seen in another order than it happened.
    pub reordered: Vec<String>,
    /// A number that nothing has.
    pub gap: Vec<String>,
}

impl Verdict {
    /// Whether the run kept every promise.
    pub fn is_valid(&self) -> bool {
        let Self { lost, duplicated, unexpected, recovered: _, reordered, gap } = self;
        [lost, duplicated, unexpected, reordered, gap].iter().all(|findings| findings.is_empty())
    }
}

/// Judges a run that has come to rest. Each subscriber's log is what it was given in a run without end,
/// repeats included.
pub fn check(calls: &[Call], stored: &[Entry], subscribers: &[Vec<Entry>]) -> Verdict {
    let mut verdict = Verdict::default();
    let asked = Asked::new(calls);
    acknowledged_is_stored(&asked, stored, &mut verdict);
    stored_was_asked_for(&asked, stored, &mut verdict);
    numbers_have_no_gap(stored, &mut verdict);
    callers_keep_their_order(calls, &mut verdict);
    for (n, log) in subscribers.iter().enumerate() {
        subscriber_saw_everything(&format!("subscriber {n}"), log, stored, &mut verdict);
    }
    verdict
}

/// All calls about one thing.
type Thing<'a> = (&'a str, &'a str);

#[derive(Default)]
struct Asked<'a> {
    told: BTreeMap<Thing<'a>, BTreeSet<i64>>,
    unknown: BTreeSet<Thing<'a>>,
}

impl<'a> Asked<'a> {
    fn new(calls: &'a [Call]) -> Self {
        let mut asked = Self::default();
        for call in calls {
            let thing = (call.lane.as_str(), call.key.as_str());
            match call.outcome {
                Outcome::Ok(sequence) => _ = asked.told.entry(thing).or_default().insert(sequence),
                Outcome::Unknown => _ = asked.unknown.insert(thing),
                Outcome::Fail => {}
            }
        }
        asked
    }
}

fn numbers_of(stored: &[Entry]) -> BTreeMap<Thing<'_>, Vec<i64>> {
    let mut numbers: BTreeMap<Thing<'_>, Vec<i64>> = BTreeMap::new();
    for entry in stored {
        numbers.entry((&entry.lane, &entry.key)).or_default().push(entry.sequence);
    }
    numbers
}

fn acknowledged_is_stored(asked: &Asked<'_>, stored: &[Entry], verdict: &mut Verdict) {
    let numbers = numbers_of(stored);
    for (thing, told) in &asked.told {
        if told.len() > 1 {
            verdict.duplicated.push(format!("{thing:?} was acknowledged under {told:?}"));
        }
        match numbers.get(thing) {
            None => verdict.lost.push(format!("{thing:?} was acknowledged and is not stored")),
            Some(found) if told.iter().any(|sequence| !found.contains(sequence)) => {
                verdict
                    .unexpected
                    .push(format!("{thing:?} was acknowledged under {told:?}, is under {found:?}"));
            }
            Some(_) => {}
        }
    }
}

fn stored_was_asked_for(asked: &Asked<'_>, stored: &[Entry], verdict: &mut Verdict) {
    for (thing, numbers) in numbers_of(stored) {
        if numbers.len() > 1 {
            verdict.duplicated.push(format!("{thing:?} is stored under {numbers:?}"));
        }
        if asked.told.contains_key(&thing) {
            continue;
        }
        let findings =
            if asked.unknown.contains(&thing) { &mut verdict.recovered } else { &mut verdict.unexpected };
        findings.push(format!("{thing:?} is stored"));
    }
}

fn numbers_have_no_gap(stored: &[Entry], verdict: &mut Verdict) {
    let mut lanes: BTreeMap<&str, BTreeMap<i64, BTreeSet<&str>>> = BTreeMap::new();
    for Entry { lane, sequence, key } in stored {
        lanes.entry(lane).or_default().entry(*sequence).or_default().insert(key);
    }
    for (lane, numbers) in lanes {
        for (expected, (sequence, keys)) in (1..).zip(&numbers) {
            if keys.len() > 1 {
                verdict.duplicated.push(format!("{lane} {sequence} is shared by {keys:?}"));
            }
            if *sequence != expected {
                verdict.gap.push(format!("{lane} has {sequence} where {expected} should be"));
                break;
            }
        }
    }
}

/// What a client asked for and was told, however often it asked.
struct Asking {
    first_invoked: u64,
    /// When it was first acknowledged, and under which number.
    told: Option<(u64, i64)>,
}

/// What a client was told before it first asked for the next has the smaller number.
fn callers_keep_their_order(calls: &[Call], verdict: &mut Verdict) {
    let mut callers: BTreeMap<(&str, &str), BTreeMap<&str, Asking>> = BTreeMap::new();
    for call in calls {
        let caller = callers.entry((&call.client, &call.lane)).or_default();
        let unasked = || Asking { first_invoked: call.invoked, told: None };
        let asking = caller.entry(&call.key).or_insert_with(unasked);
        asking.first_invoked = asking.first_invoked.min(call.invoked);
        if let Outcome::Ok(sequence) = call.outcome {
            let now = (call.returned, sequence);
            asking.told = Some(asking.told.map_or(now, |before| before.min(now)));
        }
    }
    for ((client, _), askings) in &callers {
        let told =
            || askings.iter().filter_map(|(key, asking)| Some((key, asking.first_invoked, asking.told?)));
        for (earlier, _, (told_at, smaller)) in told() {
            let reordered =
                told().filter(|(_, asked_at, (_, number))| told_at <= *asked_at && smaller > *number);
            for (later, ..) in reordered {
                verdict.reordered.push(format!("{client} was told {earlier} before {later}, as {smaller}"));
            }
        }
    }
}

fn subscriber_saw_everything(who: &str, log: &[Entry], stored: &[Entry], verdict: &mut Verdict) {
    let mut seen: BTreeMap<(&str, i64), &str> = BTreeMap::new();
    let mut newest: BTreeMap<&str, i64> = BTreeMap::new();
    for Entry { lane, sequence, key } in log {
        if let Some(known) = seen.insert((lane, *sequence), key) {
            // A repeat is dropped by its number; another thing under that number is not a repeat.
            if known != key {
                verdict.duplicated.push(format!("{who} saw {known} and {key} as {lane} {sequence}"));
            }
            continue;
        }
        let newest = newest.entry(lane).or_insert(*sequence);
        if sequence < newest {
            verdict.reordered.push(format!("{who} first saw {lane} {sequence} after {newest}"));
        }
        *newest = (*newest).max(*sequence);
    }
    for Entry { lane, sequence, key } in stored {
        if seen.get(&(lane.as_str(), *sequence)) != Some(&key.as_str()) {
            verdict.lost.push(format!("{who} never saw {key} as {lane} {sequence}"));
        }
    }
    let known: BTreeSet<_> = stored.iter().map(|entry| (entry.lane.as_str(), entry.sequence)).collect();
    for (lane, sequence) in seen.keys().filter(|number| !known.contains(*number)) {
        verdict.unexpected.push(format!("{who} saw {lane} {sequence}, which is not stored"));
    }
}

#[cfg(test)]
mod tests;
