use proptest::prelude::*;
use publish::{SeedError, export, read};

#[test]
fn the_published_page_comes_out_as_it_went_in() {
    let root =
        std::env::var("RINGFENCE_SHARED").unwrap_or_else(|_| concat!(env!("CARGO_MANIFEST_DIR"), "/../../../shared").to_owned());
    let Ok(page) = std::fs::read_to_string(format!("{root}/seed/advice-0144.md")) else {
        eprintln!("SKIPPED: this test needs ../shared/seed/advice-0144.md");
        return;
    };
    let now = report::Moment::parse("2026-11-24T09:00:00+00:00").unwrap();
    let advice = publish::import(&page, "press", now).unwrap();
    let spoken = publish::spoken(&advice, &areas::Gazetteer::united_kingdom()).unwrap();
    assert_eq!(export(&spoken), page);
    let officer = spoken.officer.as_ref().map(|officer| officer.name.as_str());
    let findings = advice::lint(&page, advice::LintContext { officer, numbers: &[], new: false });
    assert!(findings.is_empty(), "{findings:?}");
}

const INVENTED: &str = "```yaml\narea: Exampleshire\nog:\n  description: Residents are warned.\npublish:\n  date: 1 May 2020\ntitle: Warning over calls\nurl: https://www.police.example/news/warning-over-calls-0007\n```\n\n* ### We have had 12 reports since May 1.\n\n * ### The police would NEVER ask for cash.\n\nResidents are warned.\n\nDetective Sergeant Ann Other, from the Fraud Team, said: \"First.\n\n\"Second 'inner' words.\"\n\nRing 101.\n";

#[test]
fn a_page_is_read_with_other_line_ends_marks_and_quotes() {
    let canonical = read(INVENTED).unwrap();
    assert_eq!(export(&canonical), INVENTED);
    let loose = format!(
        "\u{feff}{}",
        INVENTED
            .replace('\n', "\r\n")
            .replace(" * ###", "    - ###")
            .replace("Warning over calls\r\nurl", "'Warning over calls'\r\nurl")
    );
    assert_eq!(read(&loose).unwrap(), canonical);
}

#[test]
fn what_is_no_page_is_told_by_line() {
    for (text, expected) in [
        ("hello", SeedError::At { line: 1, what: "a page begins with ```yaml" }),
        ("```yaml\narea: A\n", SeedError::At { line: 1, what: "the front matter is never closed with ```" }),
        ("```yaml\narea: A\npublish:\n  date: soon\n```\n", SeedError::At { line: 4, what: "a date is such as 30 Apr 2019" }),
    ] {
        assert_eq!(read(text).unwrap_err(), expected);
    }
    assert_eq!(read(&"x".repeat(300 * 1024)).unwrap_err(), SeedError::TooLarge);
}

proptest! {
    #[test]
    fn every_page_that_is_written_is_read_the_same(
        title in "[A-Z][a-z: ]{0,30}[a-z]", highlights in proptest::collection::vec("[A-Z][a-z ]{0,40}\\.", 0..5),
        paragraphs in proptest::collection::vec("[A-Z][a-z '()]{0,60}\\.", 1..5), quote in proptest::collection::vec("[A-Z][a-z ']{0,60}\\.", 1..4),
        day in 1i8..29, month in 1i8..13,
    ) {
        let mut spoken = read(INVENTED).unwrap();
        spoken.title = title;
        spoken.highlights = highlights;
        spoken.description = paragraphs[0].clone();
        spoken.paragraphs = paragraphs;
        spoken.quote = quote;
        spoken.date = jiff::civil::date(2020, month, day);
        let text = export(&spoken);
        let again = read(&text).unwrap();
        prop_assert_eq!(export(&again), text);
        prop_assert_eq!(again, spoken);
    }

    #[test]
    fn any_text_is_read_or_refused(text in "\\PC{0,300}") {
        let _ = read(&text);
        let _ = read(&format!("```yaml\n{text}\n```\n{text}"));
    }
}
