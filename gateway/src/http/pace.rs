//! How often somebody may say what they are doing: the same again within a second is not passed on, and too much of it is refused.
//!
//! Must not know what is said; keeps a hash of it.

use std::{
    hash::{BuildHasher as _, Hash, RandomState},
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    time::Duration,
};

use baton_kit::life::clock::SharedClock;

use super::problem::Problem;

/// The same said again so soon is known already: it holds for 6 s.
const KNOWN_FOR: Duration = Duration::from_secs(1);
const WINDOW: Duration = Duration::from_secs(10);
/// In one window. Somebody who changes between typing and not needs a few in a second.
const MOST: u32 = 100;
const REMEMBERED: u64 = 100_000;

/// Counts for each speaker.
#[derive(Clone)]
pub(crate) struct Pace {
    clock: SharedClock,
    hasher: RandomState,
    speakers: moka::sync::Cache<String, Arc<Mutex<Speaker>>>,
}

struct Speaker {
    since: Duration,
    count: u32,
    last: Option<(u64, Duration)>,
}

impl Pace {
    /// Nobody has said anything.
    pub fn new(clock: SharedClock) -> Self {
        let speakers = moka::sync::Cache::builder().max_capacity(REMEMBERED).time_to_idle(WINDOW * 2).build();
        Self { clock, hasher: RandomState::new(), speakers }
    }

    /// Makes the call if what a speaker says is news. What failed was not said: said again, it is passed on.
    pub async fn pass_on<E: Into<Problem>>(
        &self,
        speaker: &str,
        said: impl Hash,
        call: impl Future<Output = Result<(), E>>,
    ) -> Result<(), Problem> {
        let word = self.hasher.hash_one(said);
        let speaker = self.speaker(speaker);
        if self.is_news(&speaker, word)? {
            call.await.map_err(Into::into)?;
            lock(&speaker).last = Some((word, self.clock.monotonic()));
        }
        Ok(())
    }

    fn speaker(&self, speaker: &str) -> Arc<Mutex<Speaker>> {
        let begin = || Arc::new(Mutex::new(Speaker { since: self.clock.monotonic(), count: 0, last: None }));
        self.speakers.get_with_by_ref(speaker, begin)
    }

    fn is_news(&self, speaker: &Mutex<Speaker>, word: u64) -> Result<bool, Problem> {
        let now = self.clock.monotonic();
        let mut speaker = lock(speaker);
        if now.saturating_sub(speaker.since) >= WINDOW {
            (speaker.since, speaker.count) = (now, 0);
        }
        speaker.count += 1;
        if speaker.count > MOST {
            return Err(Problem::too_many((speaker.since + WINDOW).saturating_sub(now)));
        }
        Ok(!speaker.last.is_some_and(|(last, at)| last == word && now.saturating_sub(at) < KNOWN_FOR))
    }
}

/// Nothing that may panic runs under this lock.
fn lock(speaker: &Mutex<Speaker>) -> MutexGuard<'_, Speaker> {
    speaker.lock().unwrap_or_else(PoisonError::into_inner)
}

#[cfg(test)]
mod tests {
    use std::cell::Cell;

    use baton_kit_testing::clock::FakeClock;
    use futures::FutureExt as _;

    use super::*;

    #[test]
    fn s_48_the_same_again_is_not_news_and_too_much_of_it_is_refused() {
        let clock = FakeClock::new();
        let pace = Pace::new(clock.shared());
        let say = |speaker: &str, said: &str| {
            let passed = Cell::new(false);
            let call = async {
                passed.set(true);
                Ok::<_, Problem>(())
            };
            let said = pace.pass_on(speaker, said, call).now_or_never().unwrap();
            said.map(|()| passed.get())
        };
        assert!(say("a", "typing").unwrap() && say("b", "typing").unwrap());
        assert!(!say("a", "typing").unwrap());
        assert!(say("a", "idle").unwrap());
        clock.advance(KNOWN_FOR);
        assert!(say("a", "idle").unwrap());
        let refused = (0..1000).filter(|_| say("a", "idle").is_err()).count();
        assert_eq!(refused, 1000 - (100 - 4));
        assert!(say("b", "idle").unwrap(), "others are not concerned");
        clock.advance(WINDOW);
        assert!(say("a", "idle").unwrap());
    }
}
