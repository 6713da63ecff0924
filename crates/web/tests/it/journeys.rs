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
    step("caller", &[("claimed", "police"), ("claimed", "bank"), ("number_shown", "01632 960123")], "you").await;
    // A power cut: what was answered is still there.
    assert!(app.get("/report/story", Some(&cookie)).await.body.contains("asked me to withdraw cash"));
    step("you", &[("role", "target"), ("your_name", "Example Person"), ("your_phone", "01632 960101")], "check-answers").await;
    let answers = app.get("/report/check-answers", Some(&cookie)).await.body;
    assert!(answers.contains("The police, A bank") && answers.contains("&#60;b&#62;"), "{answers}");
    step("check-answers", &[], "done").await;
    let done = app.get("/report/done", Some(&cookie)).await.body;
    let reference = done.split("<strong>").nth(1).unwrap().split('<').next().unwrap().to_owned();
    let code = done.split("Your code is <strong>").nth(1).unwrap().split('<').next().unwrap().to_owned();
    let stored = app.state.store.report(&ReportId(reference.clone())).await.unwrap();
    assert_eq!(stored.row.case.main_district().unwrap().as_str(), "E07000240");
    assert_eq!(stored.row.case.main_stream(), "courier_fraud");
    assert!(!stored.facts.to_string().contains("Example Person") && stored.has_private);
    assert!(done.contains(&reference), "opened again it is no error");
    let wrong = app.post("/your-report", None, &[("reference", &reference), ("code", "000")]).await;
    assert_eq!(wrong.status, StatusCode::UNPROCESSABLE_ENTITY);
    let right = app.post("/your-report", None, &[("reference", &reference.to_lowercase()), ("code", &code)]).await;
    assert!(right.body.contains("We received it on"), "{}", right.body);
    // Too many tries for one reference.
    for _ in 0..6 {
        app.post("/your-report", None, &[("reference", &reference), ("code", "000")]).await;
    }
    assert!(app.post("/your-report", None, &[("reference", &reference), ("code", &code)]).await.body.contains("too many tries"));
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
    assert_eq!(app.get("/desk", Some(&cookie)).await.location(), "/desk/sign-in");
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
