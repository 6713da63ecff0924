//! What people do, over plain HTTP: no script, no browser.

use axum::http::StatusCode;
use series::ReportId;
use store::ReportFilter;
use web::Role;

use crate::app::{App, PASSWORD};

#[tokio::test]
async fn a_resident_files_a_report_and_comes_back_to_it() {
    let app = App::new().await;
    let begun = app.post("/report/begin", None, &[]).await;
    assert_eq!(begun.location(), "/report/danger");
    let cookie = begun.cookie();
    let step = async |screen: &str, form: &[(&str, &str)], next: &str| {
        let answer = app.post(&format!("/report/{screen}"), Some(&cookie), form).await;
        assert_eq!(answer.location(), format!("/report/{next}"), "{screen}: {}", answer.body);
    };
    assert_eq!(app.post("/report/danger", Some(&cookie), &[]).await.status, StatusCode::UNPROCESSABLE_ENTITY);
    step("danger", &[("danger", "caller_on_line")], "hang-up").await;
    assert!(app.get("/report/hang-up", Some(&cookie)).await.body.contains("Hang up now"));
    step("danger", &[("danger", "no")], "given").await;
    step("given", &[("given", "card")], "bank-first").await;
    step("story", &[("narrative", "A man from the police asked me to withdraw cash for a courier. <b>")], "when-and-where").await;
    step("when-and-where", &[("when", "today"), ("place", "al13jq")], "caller").await;
    step("caller", &[("claimed", "police"), ("claimed", "bank"), ("number_shown", "01632 960123")], "check-answers").await;
    // A power cut: what was answered is still there.
    assert!(app.get("/report/story", Some(&cookie)).await.body.contains("asked me to withdraw cash"));
    // Changed later: back to the answers at once.
    step("when-and-where", &[("when", "yesterday"), ("place", "al13jq")], "check-answers").await;
    let answers = app.get("/report/check-answers", Some(&cookie)).await.body;
    assert!(answers.contains("The police, A bank") && answers.contains("&#60;b&#62;"), "{answers}");
    let unsaid = app.post("/report/check-answers", Some(&cookie), &[]).await;
    assert!(unsaid.status == StatusCode::UNPROCESSABLE_ENTITY && unsaid.body.contains("href=\"#role\""));
    let contact = [("role", "target"), ("your_name", "Example Person"), ("your_phone", "01632 960101")];
    step("check-answers", &contact, "done").await;
    step("check-answers", &contact, "done").await;
    assert_eq!(app.state.store.count_reports().await.unwrap(), 1, "sent twice it is one report");
    let done = app.get("/report/done", Some(&cookie)).await.body;
    let reference = done.split("<strong>").nth(1).unwrap().split('<').next().unwrap().to_owned();
    let code = done.split("class=\"code\">").nth(1).unwrap().split('<').next().unwrap().to_owned();
    let stored = app.state.store.report(&ReportId(reference.clone())).await.unwrap();
    assert_eq!(stored.row.case.main_district().unwrap().as_str(), "E07000240");
    assert_eq!(stored.row.case.main_stream(), "courier_fraud");
    assert!(!stored.facts.to_string().contains("Example Person") && stored.has_private);
    assert!(done.contains(&reference), "opened again it is no error");
    let wrong = app.post("/your-report", None, &[("reference", &reference), ("code", "000")]).await;
    assert_eq!(wrong.status, StatusCode::UNPROCESSABLE_ENTITY);
    let right = app.post("/your-report", None, &[("reference", &reference.to_lowercase()), ("code", &code)]).await;
    assert!(right.body.contains("We received it on"), "{}", right.body);
    // The right code is asked as often as one likes; wrong ones are counted.
    for _ in 0..6 {
        app.post("/your-report", None, &[("reference", &reference), ("code", "000")]).await;
    }
    assert!(
        app.post("/your-report", None, &[("reference", &reference), ("code", &code)]).await.body.contains("too many wrong codes")
    );
}

#[tokio::test]
async fn a_call_is_checked_and_nothing_is_stored() {
    let app = App::new().await;
    let answer = app
        .post(
            "/check",
            None,
            &[("tick", "secret"), ("said", "You must withdraw cash and a courier will come to the house to collect it")],
        )
        .await;
    assert!(answer.body.contains("This looks like a scam") && answer.body.contains("Hang up now"), "{}", answer.body);
    assert!(answer.body.contains("courier will come"));
    assert!(app.post("/check", None, &[("said", "it is about the dentist")]).await.body.contains("no clear sign"));
    assert_eq!(app.state.store.count_reports().await.unwrap(), 0);
    let exit = app.get("/exit", None).await;
    assert_eq!(exit.status, StatusCode::SEE_OTHER);
}

#[tokio::test]
async fn a_call_is_checked_while_it_goes_on_without_a_script() {
    let app = App::new().await;
    let first = app.get("/check/now", None).await;
    assert!(first.body.contains("What did they say?") && first.body.matches("<button name=\"tick\"").count() == 10);
    let one = app.post("/check/now", None, &[("tick", "authority")]).await;
    assert!(one.body.contains("That alone is no sign") && one.body.contains("value=\"authority\""), "{}", one.body);
    let more = app.post("/check/now", None, &[("tick", "authority"), ("tick", "secret"), ("tick", "cash")]).await;
    assert!(more.body.contains("<h1>Hang up now</h1>") && more.body.contains("/check/wait"), "{}", more.body);
    assert!(more.body.contains("They told me to keep it secret"), "the report starts with what was ticked");
    let live = app.post("/check/live", None, &[("said", "Dial 999 on this phone.\nDo not tell anyone <b>")]).await;
    assert!(live.body.contains("data-alarm=\"yes\"") && !live.body.contains("<html"), "{}", live.body);
    assert!(app.post("/check/live", None, &[("said", "<script>")]).await.body.contains("No clear sign"));
    assert!(
        app.get("/check/wait", None).await.body.contains("five minutes")
            && app.get("/check/card", None).await.body.contains("159")
    );
    assert_eq!(app.state.store.count_reports().await.unwrap(), 0);
}

/// "Make this a report" begins one with what was ticked and what the words say; only what the person sends is the person's answer.
#[tokio::test]
async fn a_check_that_becomes_a_report_starts_filled_in() {
    let app = App::new().await;
    let typed = "This is DC Peter Hale from the police.\nRing me back on 01632 960123.\n\
                 I need you to withdraw five thousand pounds in cash.\nDo not tell anyone about this call.";
    let checked = app.post("/check", None, &[("tick", "courier"), ("said", typed)]).await.body;
    assert!(checked.contains("name=\"typed\"") && checked.contains("name=\"tick\" value=\"courier\""), "{checked}");
    let begun = app.post("/report/begin", None, &[("said", typed), ("typed", typed), ("tick", "courier")]).await;
    let cookie = begun.cookie();
    let step = async |screen: &str, form: &[(&str, &str)]| {
        let answer = app.post(&format!("/report/{screen}"), Some(&cookie), form).await;
        assert_eq!(answer.status, StatusCode::SEE_OTHER, "{screen}: {}", answer.body);
    };
    let page = async |screen: &str| app.get(&format!("/report/{screen}"), Some(&cookie)).await.body;
    let chosen = |page: &str, value: &str| {
        page.split("<input")
            .any(|input| input.contains(&format!("value=\"{value}\"")) && input.split('>').next().unwrap().contains("checked"))
    };
    step("danger", &[("danger", "no")]).await;
    step("given", &[("given", "no")]).await;
    step("story", &[("narrative", typed)]).await;
    let place = page("when-and-where").await;
    assert!(chosen(&place, "today"), "{place}");
    step("when-and-where", &[("when", "today"), ("place", "al13jq")]).await;
    let caller = page("caller").await;
    assert!(chosen(&caller, "police") && !chosen(&caller, "bank") && caller.contains("1632960123"), "{caller}");
    // The resident takes the number away: what was read does not come back.
    step("caller", &[("claimed", "police")]).await;
    assert!(!page("caller").await.contains("1632960123"));
    step("check-answers", &[("role", "target")]).await;
    let done = page("done").await;
    let id = ReportId(done.split("<strong>").nth(1).unwrap().split('<').next().unwrap().to_owned());
    let facts = app.state.store.report(&id).await.unwrap().facts;
    assert_eq!(facts["handover"][0], "courier_at_home", "a tick is the person's own: {facts}");
    assert!(facts["demand"].as_array().is_none_or(Vec::is_empty), "what was only read is no answer: {facts}");
    let wanted = page("more-wanted").await;
    assert!(chosen(&wanted, "withdraw_cash") && chosen(&wanted, "courier_at_home"), "{wanted}");
    assert!(chosen(&page("more-tricks").await, "secrecy"));
}

#[tokio::test]
async fn the_script_is_served_under_its_hash() {
    let app = App::new().await;
    let page = app.get("/check", None).await.body;
    let script = page.split("<script src=\"").nth(1).unwrap().split('"').next().unwrap().to_owned();
    let answer = app.get(&script, None).await;
    assert!(
        script.starts_with("/assets/check.") && answer.headers["content-type"].to_str().unwrap().starts_with("text/javascript")
    );
    assert_eq!(app.get("/assets/check.js", None).await.status, StatusCode::NOT_FOUND);
}

#[tokio::test]
async fn staff_sign_in_and_out() {
    let app = App::new().await;
    let wrong = app.post("/desk/sign-in", None, &[("name", "analyst"), ("password", "no")]).await;
    assert_eq!(wrong.status, StatusCode::UNPROCESSABLE_ENTITY);
    let nobody = app.post("/desk/sign-in", None, &[("name", "nobody"), ("password", "no")]).await;
    let error = |body: &str| body.contains("The user name or the password is wrong");
    assert!(error(&wrong.body) && error(&nobody.body), "an unknown name answers as a wrong password");
    let right = app.post("/desk/sign-in", None, &[("name", "analyst"), ("password", PASSWORD)]).await;
    let cookie = right.cookie();
    let home = app.get("/desk", Some(&cookie)).await;
    assert!(
        home.body.contains("Good to see you") && !home.body.contains("/desk/users"),
        "only what the role may open is offered"
    );
    let csrf = home.body.split("name=\"csrf\" value=\"").nth(1).unwrap().split('"').next().unwrap().to_owned();
    app.post("/desk/sign-out", Some(&cookie), &[("csrf", &csrf)]).await;
    assert_eq!(app.get("/desk", Some(&cookie)).await.location(), "/desk/sign-in?expired=1");
    let asked = app.get("/desk/reports?stream=courier_fraud", None).await;
    assert_eq!(asked.location(), "/desk/sign-in?to=%2Fdesk%2Freports%3Fstream%3Dcourier_fraud");
    let to = [("name", "analyst"), ("password", PASSWORD), ("to", "/desk/reports?stream=courier_fraud")];
    assert_eq!(app.post("/desk/sign-in", None, &to).await.location(), "/desk/reports?stream=courier_fraud");
    for _ in 0..10 {
        app.post("/desk/sign-in", None, &[("name", "auditor"), ("password", "no")]).await;
    }
    assert!(app.post("/desk/sign-in", None, &[("name", "auditor"), ("password", PASSWORD)]).await.body.contains("locked"));
}

#[tokio::test]
async fn a_partner_sends_reports_by_the_api() {
    let app = App::new().await;
    let (cookie, _) = app.signed_in(Role::Partner).await;
    let send = async |body: &str| {
        let request =
            axum::http::Request::post("/api/v1/reports").header("cookie", &cookie).header("content-type", "application/json");
        app.send(request.body(body.to_owned().into()).unwrap()).await
    };
    let report = r#"{"external_id":"P-1","source":"partner:example","received_at":"2019-04-12T13:05:00+01:00","caller":{"claimed":["police"]}}"#;
    assert_eq!(send(report).await.status, StatusCode::CREATED);
    assert!(send(report).await.body.contains("unchanged"));
    let refused = send(r#"{"received_at":"2019-04-12T13:05:00+01:00","colour":1}"#).await;
    assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert_eq!(refused.headers["content-type"], "application/problem+json");
    assert!(refused.body.contains("colour: unknown key"), "{}", refused.body);
    assert_eq!(app.state.store.reports(&ReportFilter::default(), None, 10).await.unwrap().len(), 1);
    assert_eq!(app.get("/api/v1/series", Some(&cookie)).await.status, StatusCode::FORBIDDEN);
}

/// Sends a report as a partner and gives its id.
async fn sent(app: &App, report: &str) -> String {
    let (cookie, _) = app.signed_in(Role::Partner).await;
    let request =
        axum::http::Request::post("/api/v1/reports").header("cookie", &cookie).header("content-type", "application/json");
    let answer = app.send(request.body(report.to_owned().into()).unwrap()).await;
    let told: serde_json::Value = serde_json::from_str(&answer.body).unwrap();
    told["id"].as_str().unwrap_or_else(|| panic!("{}", answer.body)).to_owned()
}

#[tokio::test]
async fn more_answers_after_sending_and_later_words_are_the_same_report() {
    let app = App::new().await;
    // Another reference than the other journeys': wrong codes are counted by reference, for the whole process.
    for _ in 0..50 {
        let _ = (app.state.random)();
    }
    let cookie = app.post("/report/begin", None, &[]).await.cookie();
    let post = async |screen: &str, form: &[(&str, &str)]| app.post(&format!("/report/{screen}"), Some(&cookie), form).await;
    // Nothing after sending before it was sent.
    assert_eq!(post("more-story", &[("pretext", "card_misused")]).await.location(), "/report/check-answers");
    for (screen, form) in [
        ("danger", &[("danger", "no")][..]),
        ("given", &[("given", "no")]),
        ("story", &[("narrative", "A man rang.")]),
        ("when-and-where", &[("when", "today"), ("place", "Watford")]),
        ("caller", &[]),
        ("check-answers", &[("role", "target")]),
    ] {
        assert_eq!(post(screen, form).await.status, StatusCode::SEE_OTHER, "{screen}");
    }
    assert_eq!(post("more-story", &[("pretext", "card_misused")]).await.location(), "/report/more-tricks");
    assert_eq!(post("more-tricks", &[("trick", "secrecy"), ("trick", "threat")]).await.location(), "/report/more-wanted");
    assert_eq!(post("more-loss", &[("loss", "£2,500"), ("outcome", "paid")]).await.location(), "/report/more-bank");
    let done = app.get("/report/done", Some(&cookie)).await.body;
    assert!(done.contains("What you added is with your report"));
    let reference = done.split("<strong>").nth(1).unwrap().split('<').next().unwrap().to_owned();
    let code = done.split("class=\"code\">").nth(1).unwrap().split('<').next().unwrap().to_owned();
    let stored = app.state.store.report(&ReportId(reference.clone())).await.unwrap();
    assert_eq!((stored.row.case.loss_pence, stored.row.case.pretext.len(), stored.row.case.trick.len()), (Some(250_000), 1, 2));
    let add = [("reference", &*reference), ("code", &code), ("action", "add"), ("more", "He gave 020 7946 0321 to ring.")];
    assert!(app.post("/your-report", None, &add).await.body.contains("What you added"));
    let (store, id) = (&app.state.store, ReportId(reference));
    let reason = report::OpenReason::SubjectAccess;
    let private = store.private(&id, reason, "test", &store::Actor::program(), app.state.now()).await.unwrap().unwrap();
    assert_eq!(private.narrative.as_deref(), Some("A man rang.\n\nHe gave 020 7946 0321 to ring."));
    assert_eq!(store.report(&id).await.unwrap().row.case.loss_pence, Some(250_000), "what was answered before stays");
    assert_eq!(app.state.store.count_reports().await.unwrap(), 1);
}

#[tokio::test]
async fn a_correction_stands_when_the_report_is_sent_again() {
    let app = App::new().await;
    let words = "A man rang and said he was from the police. He told me to withdraw cash and a courier would collect it.";
    let report = |more: &str| {
        format!(
            r#"{{"external_id":"P-9","source":"partner:example","received_at":"2019-04-12T13:05:00+01:00","narrative":"{words}{more}"}}"#
        )
    };
    let id = sent(&app, &report("")).await;
    let (cookie, csrf) = app.signed_in(Role::Analyst).await;
    let case = async || app.state.store.report(&ReportId(id.clone())).await.unwrap().row.case;
    assert!(case().await.claimed.iter().any(|value| value.as_str() == "police"));
    let path = format!("/desk/reports/{id}");
    let opened = app.post(&format!("{path}/unmask"), Some(&cookie), &[("csrf", &csrf), ("why", "to look at it")]).await.body;
    assert!(opened.contains("<mark>") && opened.contains("<sup>1</sup>"), "the words are marked: {opened}");
    let wrong = [("csrf", &*csrf), ("why", "to look at it"), ("change", "claimed:-police")];
    let after = app.post(&format!("{path}/correct"), Some(&cookie), &wrong).await;
    assert!(after.status == StatusCode::OK && after.body.contains("put right by analyst") && after.body.contains("<mark>"));
    let put_in = [("csrf", &*csrf), ("change", "claimed:"), ("value-claimed", "+bank")];
    assert_eq!(app.post(&format!("{path}/correct"), Some(&cookie), &put_in).await.location(), path);
    let nothing = [("csrf", &*csrf), ("change", "claimed:"), ("value-claimed", "+martian")];
    assert_eq!(app.post(&format!("{path}/correct"), Some(&cookie), &nothing).await.status, StatusCode::UNPROCESSABLE_ENTITY);
    let held: Vec<&str> = case().await.claimed.iter().map(|value| value.as_str()).collect();
    assert_eq!(held, ["bank"]);
    // Sent again with more words it is read again; what was put right stands.
    assert_eq!(sent(&app, &report(" He was from the police, he said.")).await, id);
    let held: Vec<&str> = case().await.claimed.iter().map(|value| value.as_str()).collect();
    assert_eq!(held, ["bank"]);
}

#[tokio::test]
async fn a_screen_left_open_asks_for_the_password_again() {
    let app = App::new().await;
    let id = sent(
        &app,
        r#"{"external_id":"P-2","source":"partner:example","received_at":"2019-04-12T13:05:00+01:00","narrative":"x"}"#,
    )
    .await;
    let (cookie, csrf) = app.signed_in(Role::Analyst).await;
    app.wait(16 * 60);
    let path = format!("/desk/reports/{id}/unmask");
    let open = async |password: &str| {
        app.post(&path, Some(&cookie), &[("csrf", &csrf), ("why", "to look at it"), ("password", password)]).await
    };
    assert!(app.get(&format!("/desk/reports/{id}"), Some(&cookie)).await.body.contains("Your password again"));
    assert_eq!(open("").await.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert_eq!(open("wrong").await.status, StatusCode::UNPROCESSABLE_ENTITY);
    let right = open(PASSWORD).await;
    assert_eq!(right.status, StatusCode::OK);
    assert_ne!(right.cookie(), cookie, "the session begins anew");
    // Half an hour without a page ends a session.
    app.wait(31 * 60);
    assert!(app.get("/desk", Some(&right.cookie())).await.location().starts_with("/desk/sign-in?expired=1"));
}

#[tokio::test]
async fn an_administrator_changes_accounts_but_not_their_own() {
    let app = App::new().await;
    let (cookie, csrf) = app.signed_in(Role::Admin).await;
    let (analyst, _) = app.signed_in(Role::Analyst).await;
    let change = async |name: &str, form: &[(&str, &str)]| {
        let mut form = form.to_vec();
        form.push(("csrf", &csrf));
        app.post(&format!("/desk/users/{name}"), Some(&cookie), &form).await
    };
    assert_eq!(change("analyst", &[("action", "disable")]).await.location(), "/desk/users?done=1");
    assert!(app.get("/desk", Some(&analyst)).await.location().starts_with("/desk/sign-in"), "its sessions end");
    let sign_in = async |password: &str| app.post("/desk/sign-in", None, &[("name", "analyst"), ("password", password)]).await;
    assert_eq!(sign_in(PASSWORD).await.status, StatusCode::UNPROCESSABLE_ENTITY);
    change("analyst", &[("action", "enable")]).await;
    assert_eq!(
        change("analyst", &[("action", "password"), ("password", "short")]).await.status,
        StatusCode::UNPROCESSABLE_ENTITY
    );
    change("analyst", &[("action", "password"), ("password", "another long password")]).await;
    assert_eq!(sign_in("another long password").await.location(), "/desk");
    assert_eq!(change("admin", &[("action", "disable")]).await.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert_eq!(change("nobody.here", &[("action", "disable")]).await.status, StatusCode::NOT_FOUND);
}

#[tokio::test]
async fn a_call_handler_takes_a_report_on_one_page() {
    let app = App::new().await;
    let (cookie, csrf) = app.signed_in(Role::CallHandler).await;
    let take = async |form: &[(&str, &str)]| {
        let mut form = form.to_vec();
        form.push(("csrf", &csrf));
        app.post("/desk/reports/new", Some(&cookie), &form).await
    };
    let refused = take(&[("log", "CAD-7")]).await;
    assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(refused.body.contains("href=\"#source\"") && refused.body.contains("value=\"CAD-7\""), "what was typed stays");
    let whole = [
        ("source", "call_101"),
        ("log", "CAD-7"),
        ("narrative", "He said he was from the police."),
        ("danger", "no"),
        ("given", "no"),
        ("when", "today"),
        ("place", "Watford"),
        ("claimed", "police"),
        ("demand", "withdraw_cash"),
        ("role", "target"),
        ("vulnerability", "lives_alone"),
    ];
    let taken = take(&whole).await;
    assert!(taken.status == StatusCode::OK && taken.body.contains("The reference is"), "{}", taken.body);
    let reports = app.state.store.reports(&ReportFilter::default(), None, 10).await.unwrap();
    assert_eq!((reports.len(), reports[0].source.as_str(), reports[0].external_id.as_deref()), (1, "call_101", Some("CAD-7")));
    take(&whole).await;
    assert_eq!(app.state.store.count_reports().await.unwrap(), 1, "the same log number is the same report");
}
