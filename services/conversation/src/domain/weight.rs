//! How much of a list fits into one answer. A page is counted, and weighed as well: the usual client reads answers of at most 4 MiB, and one
//! that is longer would fail each time it is asked for.

use super::{message::Message, note::Note};

/// What the texts of one answer weigh at most, bytes; one text is given in any case. Far enough below 4 MiB for all that stands around them.
const MOST: usize = 1024 * 1024;

/// What has a text.
pub trait Weigh {
    /// Its texts, bytes.
    fn weight(&self) -> usize;
}

impl Weigh for Message {
    fn weight(&self) -> usize {
        self.text.len()
            + self.sources.iter().map(|source| source.title.len() + source.uri.len()).sum::<usize>()
    }
}

impl Weigh for Note {
    fn weight(&self) -> usize {
        self.text.len()
    }
}

/// How many of them fit, taken in their order.
pub fn fitting<'w, W: Weigh + 'w>(all: impl IntoIterator<Item = &'w W>) -> usize {
    let mut sum = 0_usize;
    let fits = |it: &&W| {
        sum = sum.saturating_add(it.weight());
        sum <= MOST
    };
    all.into_iter().take_while(fits).count().max(1)
}

/// The last of them, as many as fit.
pub fn newest<W: Weigh>(mut all: Vec<W>) -> Vec<W> {
    let left_out = all.len().saturating_sub(fitting(all.iter().rev()));
    all.drain(..left_out);
    all
}

/// The first of them, at most `size` and as many as fit, and whether more were there.
pub fn page<W: Weigh>(mut all: Vec<W>, size: u32) -> (Vec<W>, bool) {
    let fit = fitting(&all).min(usize::try_from(size).unwrap_or(usize::MAX));
    let more = all.len() > fit;
    all.truncate(fit);
    (all, more)
}

#[cfg(test)]
mod tests {
    use super::*;

    impl Weigh for usize {
        fn weight(&self) -> usize {
            *self
        }
    }

    #[test]
    fn what_weighs_too_much_together_comes_in_part_and_never_not_at_all() {
        assert_eq!(page(vec![1, 2, 3], 2), (vec![1, 2], true));
        assert_eq!(page(vec![1, 2, 3], 3), (vec![1, 2, 3], false));
        assert_eq!(page(vec![MOST - 1, 1, 1], 9), (vec![MOST - 1, 1], true));
        assert_eq!(page(vec![MOST + 1, 1], 9), (vec![MOST + 1], true));
        assert_eq!(page(Vec::<usize>::new(), 9), (vec![], false));
        assert_eq!(newest(vec![5, 1, MOST - 1]), [1, MOST - 1]);
        assert_eq!(newest(vec![1, MOST + 1]), [MOST + 1]);
        assert!(newest(Vec::<usize>::new()).is_empty());
    }
}
