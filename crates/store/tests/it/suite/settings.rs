use store::Store;

use super::{actor, now};

pub(super) async fn settings_and_numbers_count_up(store: &Store) {
    assert_eq!(store.next_advice_number(144).await.unwrap(), 144);
    assert_eq!(store.next_advice_number(144).await.unwrap(), 145);
    // Many who ask at once get a number each.
    let many = futures::future::join_all((0..8).map(|_| store.next_advice_number(144))).await;
    let mut numbers: Vec<u32> = many.into_iter().map(Result::unwrap).collect();
    numbers.sort_unstable();
    assert_eq!(numbers, (146..154).collect::<Vec<u32>>());
    assert_eq!(store.gazetteer().await.unwrap(), None);
    store.set_gazetteer(Some("{}"), &actor(), now()).await.unwrap();
    assert_eq!(store.gazetteer().await.unwrap().as_deref(), Some("{}"));
    store.set_gazetteer(None, &actor(), now()).await.unwrap();
    assert_eq!(store.gazetteer().await.unwrap(), None);
}
