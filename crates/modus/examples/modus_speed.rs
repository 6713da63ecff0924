//! Speed of reading: `cargo run --release -p modus --example modus_speed`. Time on one core of a report of 100 words, of a short turn of
//! a call in buffers that are used again, and of long and hostile texts.

use std::time::{Duration, Instant};

use modus::{Packs, Reader, Scratch};

const REPORT: &str = "At about ten past eleven on Tuesday the house phone went and it was a gentleman who gave his name as DC Ian Marlow \
from Holborn police station. He said they had a lad in custody who had been caught with a clone of my bank card trying to buy a laptop. If I \
doubted him I should hang up and dial 999, and so I did, and the operator put me through to him again. He needed me to draw out £4,500 so that \
the notes could be checked. I went to the branch, came home and a courier came at three. I gave him the envelope and heard no more.";

/// Time on the processor, where the system tells it: on a busy machine the wall clock says little.
fn spent(began: Instant) -> Duration {
    let told = std::fs::read_to_string("/proc/self/schedstat").ok();
    told.and_then(|text| text.split_whitespace().next()?.parse().ok()).map_or_else(|| began.elapsed(), Duration::from_nanos)
}

#[allow(clippy::print_stdout, reason = "an example's output is its result")]
fn main() {
    let start = Instant::now();
    let began = spent(start);
    let reader = Reader::new(&Packs::builtin());
    println!("packs compiled in {:.1} ms", (spent(start) - began).as_secs_f64() * 1e3);
    let words = REPORT.split_whitespace().count();
    let time = |what: &str, times: u32, run: &mut dyn FnMut()| {
        let mut best = f64::MAX;
        for _ in 0..5 {
            let began = spent(start);
            let mut n = 0;
            // The system tells the time in ticks of some milliseconds.
            while n < times || spent(start) - began < Duration::from_millis(200) {
                run();
                n += 1;
            }
            best = best.min((spent(start) - began).as_secs_f64() / f64::from(n));
        }
        println!("{what}: {:.2} µs", best * 1e6);
    };
    time(&format!("a report of {words} words, read"), 500, &mut || {
        std::hint::black_box(reader.read(std::hint::black_box(REPORT)));
    });
    let mut scratch = Scratch::default();
    time("the same, signals only", 500, &mut || {
        std::hint::black_box(reader.find(std::hint::black_box(REPORT), &mut scratch).len());
    });
    time("a turn of ten words, signals only", 5_000, &mut || {
        std::hint::black_box(reader.find(std::hint::black_box("I need you to go to the bank for me"), &mut scratch).len());
    });
    for kilobytes in [1usize, 10, 100, 1_000] {
        let text = REPORT.repeat(kilobytes * 1_000 / REPORT.len() + 1);
        time(&format!("{kilobytes} kB"), 3, &mut || {
            std::hint::black_box(reader.read(std::hint::black_box(&text)));
        });
    }
    for (what, unit) in
        [("one phrase", "withdraw cash police card courier "), ("one letter", "a"), ("one word", "the "), ("digits", "0 7 ")]
    {
        let text = unit.repeat(10_000_000 / unit.len());
        time(&format!("10 MB of {what}"), 1, &mut || {
            std::hint::black_box(reader.read(std::hint::black_box(&text)));
        });
    }
}
