//! A text with places in it marked: cut at every edge of a mark, each piece with the numbers of the marks that lie over it.

/// A piece of the text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Part {
    /// Its words.
    pub(crate) text: String,
    /// The numbers of the marks over it; empty where nothing is marked.
    pub(crate) marks: Vec<usize>,
    /// The numbers of the marks that end with it: they are written behind it.
    pub(crate) ends: Vec<usize>,
}

/// Cuts a text at the marks (number, first byte, one past the last). A mark that does not lie on letters belongs to an older
/// text and is passed over.
pub(crate) fn mark(text: &str, marks: &[(usize, usize, usize)]) -> Vec<Part> {
    let good = joined(text, marks);
    let mut cuts: Vec<usize> = good.iter().flat_map(|(_, start, end)| [*start, *end]).collect();
    cuts.extend([0, text.len()]);
    cuts.sort_unstable();
    cuts.dedup();
    let mut parts = Vec::new();
    for pair in cuts.windows(2) {
        let (from, to) = (pair[0], pair[1]);
        let mut over: Vec<usize> =
            good.iter().filter(|(_, start, end)| *start <= from && to <= *end).map(|mark| mark.0).collect();
        let mut ends: Vec<usize> =
            good.iter().filter(|(_, start, end)| *start <= from && to == *end).map(|mark| mark.0).collect();
        for numbers in [&mut over, &mut ends] {
            numbers.sort_unstable();
            numbers.dedup();
        }
        parts.push(Part { text: text[from..to].to_owned(), marks: over, ends });
    }
    parts
}

/// The marks that lie on letters; those of one number with nothing but space between them are one.
fn joined(text: &str, marks: &[(usize, usize, usize)]) -> Vec<(usize, usize, usize)> {
    let mut sorted: Vec<(usize, usize, usize)> =
        marks.iter().copied().filter(|(_, start, end)| start < end && text.get(*start..*end).is_some()).collect();
    sorted.sort_unstable();
    let mut joined: Vec<(usize, usize, usize)> = Vec::with_capacity(sorted.len());
    for (number, start, end) in sorted {
        match joined.last_mut() {
            Some(last) if last.0 == number && text.get(last.2..start).is_none_or(|between| between.trim().is_empty()) => {
                last.2 = last.2.max(end);
            }
            _ => joined.push((number, start, end)),
        }
    }
    joined
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn marks_may_lie_over_one_another_and_lose_no_letter() {
        let text = "police £5,000 in cash";
        let parts = mark(text, &[(1, 0, 6), (2, 7, 22), (3, 18, 22), (4, 7, 8), (5, 50, 60)]);
        assert_eq!(parts.iter().map(|part| part.text.as_str()).collect::<String>(), text);
        let cash = parts.iter().find(|part| part.text == "cash").unwrap();
        assert_eq!((cash.marks.as_slice(), cash.ends.as_slice()), (&[2, 3][..], &[2, 3][..]));
        // The fourth cuts a letter in two, the fifth lies behind the end.
        assert!(parts.iter().all(|part| !part.marks.contains(&4) && !part.marks.contains(&5)));
        assert!(mark("", &[(1, 0, 1)]).is_empty());
        // Words of one sign side by side are one mark.
        let parts = mark("withdraw  cash now", &[(1, 0, 8), (1, 10, 14)]);
        assert_eq!(
            parts.iter().map(|part| (part.text.as_str(), part.ends.len())).collect::<Vec<_>>(),
            [("withdraw  cash", 1), (" now", 0)]
        );
    }
}
