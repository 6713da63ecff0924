//! Where names go: most important first, each at its point or just above or below, and none upon another. A name without room is
//! left out of the drawing; the table beside it has it.

/// A box in pixels: left, top, right, bottom.
pub(crate) type Box4 = (f64, f64, f64, f64);

/// A name that wants a place.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Wanted {
    pub(crate) text: String,
    pub(crate) x: f64,
    pub(crate) y: f64,
}

/// A name with its place (the middle of its base line).
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Placed {
    pub(crate) text: String,
    pub(crate) x: f64,
    pub(crate) y: f64,
}

/// Height of a line of text, pixels.
pub(crate) const FONT_SIZE: f64 = 13.0;
/// Width of a letter of a common sans at that height, generous.
const LETTER: f64 = 7.2;

/// The box that a name takes with its middle at x and its base line at y.
pub(crate) fn box_of(text: &str, x: f64, y: f64) -> Box4 {
    let half = text.chars().count() as f64 * LETTER / 2.0;
    (x - half - 2.0, y - FONT_SIZE, x + half + 2.0, y + 4.0)
}

pub(crate) fn overlap(a: Box4, b: Box4) -> bool {
    a.0 < b.2 && b.0 < a.2 && a.1 < b.3 && b.1 < a.3
}

/// Places names in the order given, inside the drawing.
pub(crate) fn place(wanted: &[Wanted], width: f64, height: f64) -> Vec<Placed> {
    let mut taken: Vec<Box4> = Vec::new();
    let mut placed = Vec::new();
    for one in wanted {
        for shift in [4.0, -10.0, 18.0, -24.0, 32.0] {
            let half = one.text.chars().count() as f64 * LETTER / 2.0;
            if width < 2.0 * half + 6.0 {
                break;
            }
            let x = one.x.clamp(half + 3.0, width - half - 3.0);
            let y = one.y + shift;
            let frame = box_of(&one.text, x, y);
            let inside = frame.1 >= 0.0 && frame.3 <= height;
            if inside && !taken.iter().any(|held| overlap(*held, frame)) {
                taken.push(frame);
                placed.push(Placed { text: one.text.clone(), x, y });
                break;
            }
        }
    }
    placed
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn no_two_names_collide(points in proptest::collection::vec((0.0f64..600.0, 0.0f64..400.0, 1usize..20), 0..80)) {
            let wanted: Vec<Wanted> =
                points.iter().map(|(x, y, n)| Wanted { text: "x".repeat(*n), x: *x, y: *y }).collect();
            let placed = place(&wanted, 600.0, 400.0);
            for (i, a) in placed.iter().enumerate() {
                let frame = box_of(&a.text, a.x, a.y);
                prop_assert!(frame.0 >= 0.0 && frame.2 <= 600.0 && frame.1 >= 0.0 && frame.3 <= 400.0);
                for b in &placed[i + 1..] {
                    prop_assert!(!overlap(frame, box_of(&b.text, b.x, b.y)));
                }
            }
        }
    }
}
