use advice::{Action, ActionError, Force, State, act, draft};
use areas::Gazetteer;
use publish::{render_all, signature_hash};
use report::Moment;
use series::{Case, Detector, Region, ReportId, Series, Settings, Streams, Value, assemble, count_figures, replay};
use testkit::simulate::demo_month;

/// The demo month's series with the cases it was found among.
pub(crate) fn demo_series() -> (Series, Vec<Case>, Gazetteer) {
    let uk = Gazetteer::united_kingdom();
    let reader = modus::Reader::new(&modus::Packs::builtin());
    let streams = Streams::builtin();
    let mut cases = Vec::new();
    for report in demo_month(&uk).reports {
        let id = ReportId(report.facts.external_id.clone().unwrap());
        cases.push(assemble(&report, id, &uk, &reader, &streams, None).case);
    }
    let mut detector = Detector::new(Region::of(&uk, "Hertfordshire"), streams, Settings::default());
    replay(&mut detector, cases.clone(), &mut |_| {});
    let series = detector.series().max_by_key(|series| series.members.len()).unwrap().clone();
    (series, cases, uk)
}

fn demo_advice() -> (advice::Advice, Gazetteer) {
    let (series, cases, uk) = demo_series();
    let now = Moment::parse("2019-04-30T15:00:00+01:00").unwrap();
    let figures = count_figures(&series, &cases, now);
    let advice = draft(&series, figures, &uk, &Force::demo(), 144, now, "press").unwrap();
    (advice, uk)
}

#[test]
fn every_channel_says_the_same_figures() {
    let (advice, uk) = demo_advice();
    let renderings = render_all(&advice, &uk).unwrap();
    assert_eq!(renderings.iter().map(|one| one.channel).collect::<Vec<_>>(), ["atom", "page", "seed", "text"]);
    let Value::Count { n } = advice.figures["reports"].value else { panic!("the count is a count") };
    for one in &renderings {
        let text = String::from_utf8(one.bytes.clone()).unwrap();
        assert!(text.contains(&advice.content.url), "{} lacks the address", one.channel);
        for marker in ["[[", "{{", "Piece"] {
            assert!(!text.contains(marker), "{} holds {marker}", one.channel);
        }
        if one.channel != "atom" {
            for words in [format!("{n} reports since April 1"), "St Albans".into(), "NEVER".into(), "101".into(), "mainly".into()]
            {
                assert!(text.contains(&words), "{} lacks '{words}'", one.channel);
            }
        }
    }
    let seed = renderings.iter().find(|one| one.channel == "seed").unwrap();
    let again = publish::read(std::str::from_utf8(&seed.bytes).unwrap()).unwrap();
    assert_eq!(publish::export(&again).as_bytes(), seed.bytes);
    let text = String::from_utf8(renderings[3].bytes.clone()).unwrap();
    let findings = advice::lint(&text, advice::LintContext { officer: Some("Alex Marchmont"), numbers: &[], new: true });
    assert!(findings.is_empty(), "{findings:?}");
    insta::assert_snapshot!("seed", String::from_utf8(seed.bytes.clone()).unwrap());
    insta::assert_snapshot!("page", String::from_utf8(renderings[1].bytes.clone()).unwrap());
    insta::assert_snapshot!("atom", String::from_utf8(renderings[0].bytes.clone()).unwrap());
}

#[test]
fn three_people_and_an_unchanged_text_are_needed() {
    let (draft, uk) = demo_advice();
    let at = |minute: u32| Moment::parse(&format!("2019-04-30T16:{minute:02}:00+01:00")).unwrap();
    let submitted = act(&draft, Action::Submit, "press", None, at(1)).unwrap();
    let hash = signature_hash(&render_all(&submitted, &uk).unwrap());
    let own = act(&submitted, Action::Sign { hash: hash.clone() }, "press", None, at(2)).unwrap_err();
    assert_eq!(own, ActionError::OwnWork("press".into()));
    assert_eq!(act(&submitted, Action::Return, "signer", Some(" "), at(2)).unwrap_err(), ActionError::Reason);
    let signed = act(&submitted, Action::Sign { hash: hash.clone() }, "signer", None, at(3)).unwrap();
    // An edit voids the signature.
    let mut content = signed.content.clone();
    content.title = "Another title".into();
    let edited = act(&signed, Action::Edit(Box::new(content)), "editor", None, at(4)).unwrap();
    assert_eq!((edited.state, edited.signed_hash.clone()), (State::Draft, None));
    let resubmitted = act(&edited, Action::Submit, "editor", None, at(5)).unwrap();
    assert!(act(&resubmitted, Action::Sign { hash: hash.clone() }, "editor", None, at(6)).is_err());
    // What goes out must be what was signed.
    assert_eq!(act(&signed, Action::Publish { hash: "other".into() }, "press", None, at(6)).unwrap_err(), ActionError::Hash);
    let published = act(&signed, Action::Publish { hash }, "press", None, at(7)).unwrap();
    let again = signature_hash(&render_all(&published, &uk).unwrap());
    assert_eq!(Some(again), published.signed_hash, "publishing changes no rendering");
    let ended = act(&published, Action::StandDown, "press", None, at(8)).unwrap();
    let page = render_all(&ended, &uk).unwrap().remove(1);
    assert!(String::from_utf8(page.bytes).unwrap().contains("This advice has ended"));
}

#[test]
fn figures_are_counted_again_to_the_same() {
    let (advice, _) = demo_advice();
    assert!(advice.figures.values().all(|figure| figure.reports.len() <= 60 && !figure.query.is_empty()));
    let Value::Areas { counts, of } = &advice.figures["areas"].value else { panic!("areas are areas") };
    assert_eq!(counts.iter().map(|(_, n)| n).sum::<u64>(), *of);
}

#[test]
fn a_draft_of_every_stream_reads_plainly_and_keeps_its_never_rule() {
    let (advice, uk) = demo_advice();
    let force = Force::demo();
    let now = Moment::parse("2019-04-30T15:00:00+01:00").unwrap();
    let mut series = demo_series().0;
    for stream in Streams::builtin().iter().map(|stream| stream.id.clone()).chain(["unknown".to_owned()]) {
        series.stream = stream.clone();
        let draft = draft(&series, advice.figures.clone(), &uk, &force, 150, now, "press").unwrap();
        let text = render_all(&draft, &uk).unwrap().into_iter().find(|one| one.channel == "text").unwrap();
        let text = String::from_utf8(text.bytes).unwrap();
        let findings = advice::lint(&text, advice::LintContext { officer: Some("Alex Marchmont"), numbers: &[], new: true });
        assert!(findings.is_empty(), "{stream}: {findings:?}");
        assert!(!text.contains('<') && !text.contains("[["), "{stream}: a marker was left in");
    }
}

#[test]
fn an_update_keeps_what_is_out_until_it_is_signed() {
    let (draft, uk) = demo_advice();
    let force = Force::demo();
    let at = |minute: u32| Moment::parse(&format!("2019-05-03T16:{minute:02}:00+01:00")).unwrap();
    let submitted = act(&draft, Action::Submit, "press", None, at(1)).unwrap();
    let hash = signature_hash(&render_all(&submitted, &uk).unwrap());
    let signed = act(&submitted, Action::Sign { hash: hash.clone() }, "signer", None, at(2)).unwrap();
    let out = act(&signed, Action::Publish { hash }, "press", None, at(3)).unwrap();
    let ledger = vec![out.figures.clone()];
    let grown = |by: u64| {
        let mut figures = out.figures.clone();
        let Some(figure) = figures.get_mut("reports") else { panic!("the count is counted") };
        let Value::Count { n } = &mut figure.value else { panic!("the count is a count") };
        *n += by;
        figures
    };
    // Three more would tell of three people: the old figure stands, said as "more than".
    let few = advice::update(&out, grown(3), &ledger, &uk, &force, "other", at(4)).unwrap();
    let text = String::from_utf8(render_all(&few, &uk).unwrap().remove(3).bytes).unwrap();
    let Value::Count { n } = out.figures["reports"].value else { panic!("the count is a count") };
    assert!(text.contains(&format!("more than {n} reports")), "{text}");
    let many = advice::update(&out, grown(12), &ledger, &uk, &force, "other", at(4)).unwrap();
    let text = String::from_utf8(render_all(&many, &uk).unwrap().remove(3).bytes).unwrap();
    assert!(text.contains(&format!("{} reports", n + 12)) && text.contains("Updated on 3 May 2019"), "{text}");
    // Residents see the version that is out.
    assert_eq!((many.state, many.version, many.as_residents_see().unwrap().version), (State::Draft, 2, 1));
    assert_eq!(many.as_residents_see().unwrap().figures, out.figures);
    assert_eq!(act(&many, Action::Abandon, "other", None, at(5)).unwrap().figures, out.figures);
    let ended = act(&many, Action::StandDown, "press", None, at(5)).unwrap();
    assert_eq!((ended.state, ended.version, ended.live.is_some()), (State::StoodDown, 1, false));
    // Four eyes hold for the update: its author is who began it.
    let review = act(&many, Action::Submit, "other", None, at(6)).unwrap();
    let hash = signature_hash(&render_all(&review, &uk).unwrap());
    assert!(act(&review, Action::Sign { hash: hash.clone() }, "other", None, at(7)).is_err());
    let signed = act(&review, Action::Sign { hash: hash.clone() }, "signer", None, at(7)).unwrap();
    let out = act(&signed, Action::Publish { hash }, "press", None, at(8)).unwrap();
    assert_eq!((out.state, out.version, out.live), (State::Published, 2, None));
}
