//! Advice as residents see it: share metadata, other forms, states over time, the desk's way of updating it.

use axum::http::StatusCode;
use store::{Actor, StoredRendering};
use web::Role;

use crate::app::App;

const PAGE: &str = "```yaml\narea: Exampleshire\nog:\n  description: Residents are warned.\npublish:\n  date: 1 Apr 2019\ntitle: Warning over calls </script>\nurl: https://www.police.example/news/warning-over-calls-0007\n```\n\n* ### We have had reports.\n\n * ### The police would NEVER ask for cash.\n\nResidents are warned.\n\nRing 101.\n";

/// Publishes an imported page; gives its address.
async fn published(app: &App) -> String {
    let mut advice = publish::import(PAGE, "press.officer", app.state.now()).unwrap();
    advice.expires_on = Some(jiff::civil::date(2019, 4, 20));
    let renderings: Vec<StoredRendering> = publish::render_all(&advice, &app.state.gazetteer)
        .unwrap()
        .into_iter()
        .map(|one| StoredRendering {
            channel: one.channel.into(),
            path: one.path,
            media_type: one.media_type.into(),
            bytes: one.bytes,
        })
        .collect();
    app.state.store.save_advice(&advice, &renderings, None, &Actor::program(), app.state.now()).await.unwrap();
    format!("/advice/{}", advice.slug)
}

#[tokio::test]
async fn a_page_can_be_shared_printed_read_and_found() {
    let app = App::new().await;
    let path = published(&app).await;
    let page = app.get(&path, None).await.body;
    for tag in [
        "og:title",
        "og:description",
        "og:type\" content=\"article",
        "og:url",
        "og:image\" content=\"https://",
        "og:image:alt",
        "og:locale\" content=\"en_GB",
        "article:published_time\" content=\"2019-04-01",
        "article:modified_time",
    ] {
        assert!(page.contains(&format!("property=\"{tag}")), "{tag}");
    }
    // The title holds what would end the script: it is escaped, and what is there is JSON.
    let data = page.split("<script type=\"application/ld+json\">").nth(1).unwrap().split("</script>").next().unwrap();
    let data: serde_json::Value = serde_json::from_str(data).unwrap();
    assert_eq!(data["@type"], "NewsArticle");
    assert_eq!(data["headline"], "Warning over calls </script>");
    assert!(app.get(&format!("{path}/large-print"), None).await.body.contains("<body class=\"large\""));
    assert!(app.get(&format!("{path}.md"), None).await.body.starts_with("```yaml\narea: Exampleshire"));
    assert!(app.get(&format!("{path}.txt"), None).await.body.contains("NEVER"));
    assert!(app.get("/feed.atom", None).await.body.contains("warning-over-calls-0007"));
    assert!(app.get("/", None).await.body.contains(&path) && app.get("/advice", None).await.body.contains(&path));
    // The share picture is served, and everything a page needs is small.
    let picture = page.split("og:image\" content=\"").nth(1).unwrap().split('"').next().unwrap();
    let picture = picture.split(".example").nth(1).unwrap();
    assert_eq!(app.get(picture, None).await.headers["content-type"], "image/png");
    let style = page.split("stylesheet\" href=\"").nth(1).unwrap().split('"').next().unwrap();
    let bytes = page.len() + app.get(style, None).await.body.len();
    eprintln!("advice page with its style sheet: {bytes} bytes before compression, 2 requests");
    assert!(bytes < 60_000);
}

#[tokio::test]
async fn old_advice_says_so_and_ended_advice_stays() {
    let app = App::new().await;
    let path = published(&app).await;
    assert!(!app.get(&path, None).await.body.contains("This advice is of"));
    app.wait(10 * 24 * 60 * 60);
    assert!(app.get(&path, None).await.body.contains("This advice is of 1 April 2019"));
    let (cookie, csrf) = app.signed_in(Role::PressOfficer).await;
    let post = async |what: &str, form: &[(&str, &str)]| {
        let mut form = form.to_vec();
        form.push(("csrf", &csrf));
        app.post(&format!("/desk/advice/0007/{what}"), Some(&cookie), &form).await
    };
    // An imported page has no series to count anew.
    assert_eq!(post("update", &[("decision", "update")]).await.status, StatusCode::CONFLICT);
    assert_eq!(post("end", &[("decision", "withdraw")]).await.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert_eq!(post("end", &[("decision", "stand_down")]).await.location(), "/desk/advice/0007?done=stood_down");
    let page = app.get(&path, None).await;
    assert!(page.status == StatusCode::OK && page.body.contains("This advice has ended"));
    assert!(app.get("/advice", None).await.body.contains("Ended"));
}

#[tokio::test]
async fn a_draft_is_nobodys_to_see() {
    let app = App::new().await;
    let mut advice = publish::import(PAGE, "press.officer", app.state.now()).unwrap();
    advice.state = advice::State::Draft;
    advice.published_at = None;
    app.state.store.save_advice(&advice, &[], None, &Actor::program(), app.state.now()).await.unwrap();
    for path in [format!("/advice/{}", advice.slug), format!("/advice/{}.md", advice.slug), "/api/v1/advice/0007".into()] {
        assert_eq!(app.get(&path, None).await.status, StatusCode::NOT_FOUND, "{path}");
    }
    assert!(!app.get("/feed.atom", None).await.body.contains("0007"));
    let (cookie, csrf) = app.signed_in(Role::PressOfficer).await;
    let edit = async |text: &str| app.post("/desk/advice/0007/edit", Some(&cookie), &[("csrf", &csrf), ("text", text)]).await;
    let refused = edit("nothing that it knows").await;
    assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(refused.body.contains("nothing that it knows") && refused.body.contains("Line 1"), "what was typed stays");
    let uncounted = edit("title: A title\nparagraph: We have had [[reports:number]] reports.").await;
    assert_eq!(uncounted.status, StatusCode::UNPROCESSABLE_ENTITY);
    // Numbers typed by hand keep it from being signed.
    assert_eq!(
        edit("title: A title\nparagraph: We have had thirty reports. It is NEVER us.").await.location(),
        "/desk/advice/0007?done=edited"
    );
    app.post("/desk/advice/0007/submit", Some(&cookie), &[("csrf", &csrf)]).await;
    let (signer, csrf) = app.signed_in(Role::SigningOfficer).await;
    let sign = app.post("/desk/advice/0007/review", Some(&signer), &[("csrf", &csrf), ("decision", "sign")]).await;
    assert!(sign.status == StatusCode::CONFLICT && sign.body.contains("typed-figure"), "{}", sign.body);
}
