//! Ranks and titles before a name, which are part of it as it is written: "Police Cadet Becky", "D.I. Hobbs", "PC 4410 Delaney".

use super::candidates::Kind;
use super::close;
use super::words::HEADS;
use crate::lexicon::class;
use crate::token::{NUMERIC, Tokens};

/// Words of ranks before a name: "Acting Detective Chief Inspector".
const MOST_HEADS: usize = 4;
/// Figures of a collar number.
const COLLAR: usize = 5;

/// Ranks and titles that begin at a word.
pub(super) struct Headed {
    /// One past the last of them.
    pub(super) end: usize,
    pub(super) kind: Kind,
}

/// The ranks and titles that begin at a word, where any do.
pub(super) fn heads(text: &str, tokens: &Tokens, at: usize) -> Option<Headed> {
    let (mut end, mut ranked, mut titled) = (at, false, false);
    if of_police(text, tokens, at) {
        end += 1;
    }
    while end < tokens.len() && end - at < MOST_HEADS && (end == at || adjoins(text, tokens, end - 1)) {
        if let Some(past) = dotted(text, tokens, end) {
            (end, ranked) = (past, true);
            break;
        }
        let word = tokens.word(end);
        let capital = is_capital(text, tokens, end);
        let title = tokens[end].classes & class::TITLE != 0 || capital && HEADS.titles.contains(&word);
        let rank = tokens[end].classes & class::RANK != 0
            || HEADS.ranks.contains(&word)
            || capital && (HEADS.roles.contains(&word) || goes_before(text, tokens, end))
            || ranked && HEADS.after_ranks.contains(&word);
        if !title && !rank {
            break;
        }
        // "The gas board's inspector Mr Trow", but "police mister Barlow".
        if title && ranked && !is_capital(text, tokens, at) && capital {
            return None;
        }
        (titled, ranked) = (titled || title, ranked || rank);
        end += 1;
        // "Sister Bernadette", "Mr Trow": a title stands next to the name.
        if title {
            break;
        }
    }
    if !titled && !ranked {
        return None;
    }
    if ranked && !titled && is_collar_number(text, tokens, end) {
        end += 1;
    }
    Some(Headed { end, kind: if titled { Kind::Title } else { Kind::Rank } })
}

/// Whether only a space, a full stop or a hyphen lies before the next word: no bracket and no quotation mark, which end a name and a rank.
pub(super) fn adjoins(text: &str, tokens: &Tokens, at: usize) -> bool {
    close(text, tokens, at) && !text[tokens[at].end..tokens[at + 1].start].contains(['(', ')', '[', ']', '\''])
}

/// "KC", after the name of a barrister.
pub(super) fn is_silk(text: &str, tokens: &Tokens, at: usize) -> bool {
    at < tokens.len() && matches!(tokens.word(at), "kc" | "qc") && is_capital(text, tokens, at) && adjoins(text, tokens, at - 1)
}

fn is_capital(text: &str, tokens: &Tokens, at: usize) -> bool {
    text[tokens[at].start..].starts_with(char::is_uppercase)
}

/// "Tax", of "Tax Officer Blane"; but not "Special Delivery".
fn goes_before(text: &str, tokens: &Tokens, at: usize) -> bool {
    let next = at + 1;
    HEADS.before_ranks.contains(&tokens.word(at))
        && next < tokens.len()
        && adjoins(text, tokens, at)
        && (is_capital(text, tokens, next) || tokens.word(next) == "officer")
        && (tokens[next].classes & class::RANK != 0
            || HEADS.ranks.contains(&tokens.word(next))
            || HEADS.roles.contains(&tokens.word(next)))
}

/// "Police" of "Police Cadet Becky", where both are written alike and no force is named: "the Met Police Sergeant Rowe".
fn of_police(text: &str, tokens: &Tokens, at: usize) -> bool {
    if tokens.word(at) != "police" || at + 1 >= tokens.len() || !adjoins(text, tokens, at) {
        return false;
    }
    let next = tokens.word(at + 1);
    let alike = match (is_capital(text, tokens, at), is_capital(text, tokens, at + 1)) {
        (true, true) => HEADS.of_police.contains(&next),
        // "The police sergeant Rowe" is a sergeant of the police.
        (false, false) => matches!(next, "cadet" | "mister"),
        _ => false,
    };
    let force = at > 0
        && is_capital(text, tokens, at - 1)
        && tokens.word(at - 1).len() > 1
        && tokens[at - 1].sentence == tokens[at].sentence
        && adjoins(text, tokens, at - 1);
    alike && !force
}

/// One past a rank that is written as letters with full stops.
fn dotted(text: &str, tokens: &Tokens, at: usize) -> Option<usize> {
    let mut end = at;
    while end < tokens.len() && end - at < 3 && tokens.word(end).len() == 1 && text[tokens[end].end..].starts_with('.') {
        end += 1;
        if end < tokens.len() && tokens[end].start != tokens[end - 1].end + 1 {
            break;
        }
    }
    let is_rank = || {
        HEADS.dotted.iter().any(|rank| {
            rank.len() == end - at && rank.bytes().zip(at..end).all(|(letter, place)| tokens.word(place).as_bytes() == [letter])
        })
    };
    (end > at + 1 && is_rank()).then_some(end)
}

/// "4410", of "PC 4410 Delaney".
fn is_collar_number(text: &str, tokens: &Tokens, at: usize) -> bool {
    at + 1 < tokens.len()
        && tokens[at].classes & NUMERIC != 0
        && tokens.word(at).len() <= COLLAR
        && tokens.word(at).bytes().all(|byte| byte.is_ascii_digit())
        && &text[tokens[at - 1].end..tokens[at].start] == " "
        && &text[tokens[at].end..tokens[at + 1].start] == " "
        && is_capital(text, tokens, at + 1)
}

#[cfg(test)]
mod tests {
    use super::super::candidates::candidates;
    use crate::token::tokens;

    #[test]
    fn a_rank_is_part_of_the_name_as_it_is_written() {
        for (text, expected) in [
            ("There was a Police Cadet Becky on the line, who laughed", "Police Cadet Becky"),
            ("One 'police mister Barlow' tells her that the branch is rotten", "police mister Barlow"),
            ("It was the Met Police Sergeant Rowe whom I rang about it", "Sergeant Rowe"),
            ("I wrote it all down (a D.I. Hobbs), and then I rang off", "D.I. Hobbs"),
            ("He was a Mr (or, as he put it, Detective Chief Inspector) Clement Shaw, very grave", "Clement Shaw"),
            ("Told by a Sgt Fenwick (Durham Police, so he said) that they had a man", "Sgt Fenwick"),
            ("she had agent 'Morag' attending at half past five in a red scarf", "Morag"),
            ("PC 4410 Delaney would like to come and collect the cards for prints", "PC 4410 Delaney"),
            ("ten minutes later a 'Tax Officer Blane' wanted thirteen hundred", "Tax Officer Blane"),
            ("She was put on to 'Supervisor Victoria' who knew all about it", "Supervisor Victoria"),
            ("then he fetched his supervisor Eric, who came on and called him names", "Eric"),
            ("a barrister, Mr Sebastian Quill KC, of whom I had never heard", "Mr Sebastian Quill KC"),
            ("It might be sitting there. Enforcement officer Craig Daly, ref EN4471", "Enforcement officer Craig Daly"),
            ("it was the gas board inspector Mr Trow who condemned my boiler", "Mr Trow"),
            ("A chap rings and says hes Inspector Wm. Garvey. Told her and me both", "Inspector Wm. Garvey"),
            ("the name given was 'DET CON Paul Rivers' and her bank was rotten", "DET CON Paul Rivers"),
        ] {
            let tokens = tokens(text);
            let found: Vec<&str> =
                candidates(text, &tokens).iter().map(|one| &text[tokens[one.first].start..tokens[one.last].end]).collect();
            assert!(found.contains(&expected), "{text}: {found:?}");
        }
    }

    #[test]
    fn what_only_looks_like_a_rank_is_none() {
        for text in [
            "My uncle sent his seven sovereigns off by Special Delivery to a house",
            "The society has paid it all back. Officer in the case is PC 4471. CCTV is outstanding",
        ] {
            assert_eq!(candidates(text, &tokens(text)).iter().filter(|one| one.name > one.first).count(), 0, "{text}");
        }
    }
}
